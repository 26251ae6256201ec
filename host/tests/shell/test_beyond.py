# SPDX-License-Identifier: GPL-2.0-or-later
"""A refusal is beyond the profile only where what was asked for is more than it says there is."""

from collections.abc import Sequence

import pytest

from plumbline.errors import BeyondProfile, Refused, Unexpected, Unsupported
from plumbline.scenario import is_at_its_own_address, takes
from plumbline.shell import Dut, Pattern, refused
from plumbline.shell.handles import AT_MOST_EACH
from plumbline.shell.protocol import DutEvent, Fields, Reply

PROFILE = {
    "tcp_sockets": 2,
    "listeners": 1,
    "udp_sockets": 1,
    "watches": 1,
    "pumps": 1,
    "servers": 1,
    "datagram_max": 3000,
    "arena_bytes": 8000,
}


class Desk:
    """A shell that hands out handles, and refuses what a test says."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.dut_events: Sequence[DutEvent] = ()
        self.handle = 0

    def command(self, command: str, *, changes: bool = True) -> Reply:
        for start, name in self.refuses.items():
            if command.startswith(start):
                raise Refused(command, name, "")
        if command == "profile":
            data = tuple(Fields({"name": name, "value": str(value)}) for name, value in PROFILE.items())
            return Reply("", command, "", "", Fields({}), data)
        self.handle += 1
        kinds = ("sock", "listener", "watch", "pump", "server")
        return Reply("", command, "", "", Fields(dict.fromkeys(kinds, str(self.handle))))

    def hear_out(self) -> None: ...

    def plug(self, plugged: bool) -> None: ...


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def dut(desk: Desk) -> Dut:
    return Dut(desk, desk)


def test_one_more_than_the_table_has_is_beyond_it(desk: Desk, dut: Dut) -> None:
    opened = dut.tcp(100, 100), dut.tcp(100, 100)
    desk.refuses["tcp open"] = "out-of-room"

    with pytest.raises(BeyondProfile, match="tcp_sockets 3, and there are 2"):
        dut.tcp(100, 100)

    opened[0].destroy()
    with pytest.raises(Refused) as refusal:
        dut.tcp(100, 100)
    assert not isinstance(refusal.value, Unsupported)


def test_more_bytes_than_the_arena_are_beyond_it(desk: Desk, dut: Dut) -> None:
    desk.refuses["tcp open"] = "out-of-room"

    half = (8000 - AT_MOST_EACH) // 2

    with pytest.raises(BeyondProfile, match="arena_bytes 8001, and there are 8000"):
        dut.tcp(half + 1, half)
    with pytest.raises(Refused) as refusal:
        dut.tcp(half, half)

    assert not isinstance(refusal.value, Unsupported)


def test_a_server_takes_a_place_and_the_rings_of_all_its_connections(desk: Desk, dut: Dut) -> None:
    desk.refuses["serve"] = "out-of-room"
    with pytest.raises(BeyondProfile, match="arena_bytes 8400, and there are 8000"):
        dut.serve("echo", 7, connections=3, rx=2000, tx=800)

    desk.refuses.clear()
    server = dut.serve_udp("echo", 7)
    desk.refuses["serve"] = "out-of-room"
    with pytest.raises(BeyondProfile, match="servers 2, and there are 1"):
        dut.serve("discard", 9, connections=1, rx=100, tx=100)

    desk.refuses.clear()
    server.stop()
    desk.refuses["serve"] = "out-of-room"
    with pytest.raises(Refused) as refusal:
        dut.serve("http", 80, connections=1, rx=100, tx=100)
    assert not isinstance(refusal.value, Unsupported)


def test_a_watch_that_was_woken_leaves_its_place(desk: Desk, dut: Dut) -> None:
    watch = dut.watch(dut.tcp(100, 100), "readable")
    desk.refuses["watch tcp"] = "out-of-room"

    with pytest.raises(BeyondProfile, match="watches 2, and there are 1"):
        dut.watch(dut.tcp(100, 100), "readable")

    desk.dut_events = [DutEvent("", 0, "wake", Fields({"watch": str(watch.handle)}))]
    with pytest.raises(Refused) as refusal:
        dut.watch(dut.tcp(100, 100), "readable")
    assert not isinstance(refusal.value, Unsupported)


def test_a_watch_that_goes_on_keeps_its_place(desk: Desk, dut: Dut) -> None:
    watch = dut.watch(dut.tcp(100, 100), "readable", again=True)
    desk.refuses["watch tcp"] = "out-of-room"
    desk.dut_events = [DutEvent("", 0, "wake", Fields({"watch": str(watch.handle)}))]

    with pytest.raises(BeyondProfile, match="watches"):
        dut.watch(dut.tcp(100, 100), "readable")


def test_a_datagram_is_too_large_for_the_profile_or_for_its_ring(desk: Desk, dut: Dut) -> None:
    udp = dut.udp(100, 1, 100, 1)
    desk.refuses["udp send"] = "too-large"

    with pytest.raises(BeyondProfile, match="datagram_max 3001, and there are 3000"):
        udp.send("10.0.0.1", 9, Pattern(1, 0, 3001))
    with pytest.raises(Refused) as refusal:
        udp.send("10.0.0.1", 9, bytes(101))

    assert not isinstance(refusal.value, Unsupported)


def test_who_expects_the_refusal_gets_it(desk: Desk, dut: Dut) -> None:
    udp = dut.udp(100, 1, 100, 1)
    desk.refuses["udp send"] = "too-large"

    with refused("too-large"):
        udp.send("10.0.0.1", 9, Pattern(1, 0, 3001))


def test_who_expects_another_refusal_is_told_what_is_missing() -> None:
    with pytest.raises(Unsupported), refused("too-large"):
        raise BeyondProfile("udp send", "out-of-room", "asks for arena_bytes 9000, and there are 8000")
    with pytest.raises(Unexpected), refused("too-large"):
        raise Refused("udp send", "out-of-room", "")


def test_a_scenario_takes_what_there_is(dut: Dut) -> None:
    takes(dut, "udp_sockets", 1)

    with pytest.raises(Unsupported, match="takes udp_sockets 2, and there are 1"):
        takes(dut, "udp_sockets", 2)
    assert dut.limits_asked == ("udp_sockets",)


@pytest.mark.parametrize("way", ["core", "futures", "readiness", "reactor", "callback"])
def test_a_scenario_about_the_devices_own_address_goes_on_where_peers_go_to_it(desk: Desk, way: str) -> None:
    is_at_its_own_address(Dut(desk, desk, way))


def test_a_scenario_about_the_devices_own_address_ends_where_peers_go_to_its_proxy(desk: Desk) -> None:
    with pytest.raises(Unsupported, match="own address"):
        is_at_its_own_address(Dut(desk, desk, "proxy"))
