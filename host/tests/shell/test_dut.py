# SPDX-License-Identifier: GPL-2.0-or-later
"""The typed calls write the commands of docs/bench-protocol.md, and read its replies."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from plumbline.errors import HarnessError, Refused, Unsupported
from plumbline.shell import Dut, Pattern
from plumbline.shell.protocol import DutEvent, Fields, Reply
from plumbline.shell.views import Check, Datagram, Done, Endpoint, WatchEvent
from plumbline.shell.ways import CORE, PROXY, WAYS


class Desk:
    """A shell that is a table, and a cable."""

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}
        self.refusals: Mapping[str, str] = {}
        self.asked: list[str] = []
        self.dut_events: Sequence[DutEvent] = ()
        self.plugged: list[bool] = []

    def command(self, command: str, *, changes: bool = True) -> Reply:
        self.asked.append(command if changes else f"? {command}")
        if command in self.refusals:
            raise Refused(command, self.refusals[command], "")
        words = self.replies.get(command, "").split()
        return Reply("", command, "", "", Fields(dict(word.split("=", 1) for word in words)))

    def hear_out(self) -> None:
        self.asked.append("settle")

    def plug(self, plugged: bool) -> None:
        self.plugged.append(plugged)

    def say(self, ms: int, kind: str, fields: str) -> None:
        values = dict(word.split("=") for word in fields.split())
        self.dut_events = [*self.dut_events, DutEvent("", ms, kind, Fields(values))]


class Host:
    ip = "10.0.0.1"


PEER = Host()


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.replies = {
        "tcp open 4096 4096": "sock=3",
        "udp open 4096 8 4096 8": "sock=2",
        "listen open *:80 reset": "listener=1",
        "watch tcp 3 readable": "watch=1",
        "pump echo 3": "pump=1",
    }
    return desk


@pytest.fixture
def dut(desk: Desk) -> Dut:
    return Dut(desk, desk)


@pytest.mark.parametrize(
    ("call", "reply", "command", "result"),
    [
        (lambda s: s.connect(PEER, 80), "", "tcp connect 3 10.0.0.1:80", None),
        (
            lambda s: s.connect("10.0.0.9", 80, local=5, timeout_ms=100),
            "",
            "tcp connect 3 10.0.0.9:80 local=*:5 timeout=100",
            None,
        ),
        (lambda s: s.send(b"\x01\xff"), "n=2", "tcp send 3 hex:01ff", 2),
        (lambda s: s.send(Pattern(1, 2, 3)), "n=3", "tcp send 3 pattern:1:2:3", 3),
        (lambda s: s.recv(9), "n=2 hex=6869", "tcp recv 3 9", b"hi"),
        (lambda s: s.recv(0), "n=0 hex=", "tcp recv 3 0", b""),
        (lambda s: s.peek(1), "n=1 hex=68", "? tcp peek 3 1", b"h"),
        (lambda s: s.recv_pattern(9, seed=4), "n=9 bad=1 at=5", "tcp recv 3 9 check=4:0", Check(9, 1, 5)),
        (lambda s: s.room(), "len=7", "tcp room 3", 7),
        (lambda s: s.commit(b""), "n=0", "tcp commit 3 hex:", 0),
        (lambda s: s.data(), "len=7", "tcp data 3", 7),
        (lambda s: s.consume(4), "n=4", "tcp consume 3 4", 4),
        (lambda s: s.close(), "", "tcp close 3", None),
        (lambda s: s.abort(), "", "tcp abort 3", None),
        (lambda s: s.destroy(), "", "tcp destroy 3", None),
        (lambda s: s.option(no_delay=True, ttl=3), "ttl=3", "tcp option 3 no_delay=1 ttl=3", {"ttl": 3}),
        (lambda s: s.stats(), "rx_bytes=4", "? tcp stats 3", {"rx_bytes": 4}),
    ],
)
def test_a_call_of_a_tcp_socket(
    desk: Desk, dut: Dut, call: Callable[[object], object], reply: str, command: str, result: object
) -> None:
    desk.replies[command.removeprefix("? ")] = reply
    sock = dut.tcp()

    assert call(sock) == result
    assert desk.asked[-1] == command


@pytest.mark.parametrize(
    ("call", "reply", "command", "result"),
    [
        (lambda u: u.bind(53), "local=*:53", "udp bind 2 *:53", Endpoint("*", 53)),
        (lambda u: u.send(PEER, 9, b"x"), "id=4", "udp send 2 10.0.0.1:9 hex:78", 4),
        (lambda u: u.can_send(1472), "can=0", "? udp can-send 2 1472", False),
        (
            lambda u: u.recv(9),
            "n=1 from=10.0.0.1:9 to=10.0.0.2:53 hex=78",
            "udp recv 2 9",
            Datagram(b"x", Endpoint("10.0.0.1", 9), Endpoint("10.0.0.2", 53)),
        ),
        (lambda u: u.close(), "", "udp close 2", None),
    ],
)
def test_a_call_of_a_udp_socket(
    desk: Desk, dut: Dut, call: Callable[[object], object], reply: str, command: str, result: object
) -> None:
    desk.replies[command.removeprefix("? ")] = reply
    udp = dut.udp()

    assert call(udp) == result
    assert desk.asked[-1] == command


def test_accept_on_lends_one_socket_to_a_listener_of_its_own(desk: Desk, dut: Dut) -> None:
    sock = dut.accept_on(80)

    assert sock.handle == 3
    assert desk.asked == ["tcp open 4096 4096", "listen open *:80 reset", "listen lend 1 3"]


@pytest.mark.parametrize("way", WAYS)
def test_a_device_asks_for_connections_through_its_way(desk: Desk, way: str) -> None:
    says = "" if way in (CORE, PROXY) else f" through={way}"
    desk.replies[f"tcp open 4096 4096{says}"] = "sock=3"

    Dut(desk, desk, way).tcp()
    Dut(desk, desk).tcp(through=way)

    assert desk.asked == [f"tcp open 4096 4096{says}"] * 2


@pytest.mark.parametrize("way", ["core", "futures", "readiness", "reactor"])
def test_a_device_asks_for_sockets_of_datagrams_through_its_way(desk: Desk, way: str) -> None:
    says = "" if way == CORE else f" through={way}"
    desk.replies[f"udp open 4096 8 4096 8{says}"] = "sock=2"

    Dut(desk, desk, way).udp()
    Dut(desk, desk).udp(through=way)

    assert desk.asked == [f"udp open 4096 8 4096 8{says}"] * 2


def test_beside_connections_of_a_way_without_datagrams_a_socket_makes_its_own_calls(desk: Desk, dut: Dut) -> None:
    dut.way = "callback"
    with pytest.raises(Unsupported, match="callback has no datagrams"):
        dut.udp()

    desk.replies["tcp open 4096 4096 through=callback"] = "sock=3"
    dut.tcp()

    assert dut.udp().handle == 2
    assert desk.asked == ["tcp open 4096 4096 through=callback", "udp open 4096 8 4096 8"]


def test_text_is_not_data(dut: Dut) -> None:
    with pytest.raises(HarnessError, match="bytes or a Pattern"):
        dut.tcp().send("text")  # type: ignore[arg-type]


def test_a_watch_tells_what_was_said_of_it_since_it_began(desk: Desk, dut: Dut) -> None:
    desk.say(1, "wake", "watch=1 sock=9 readable=1 writable=0 released=0")
    watch = dut.watch(dut.tcp(), "readable")
    desk.say(5, "spurious", "watch=1")
    desk.say(6, "wake", "watch=2 sock=3 readable=1 writable=0 released=0")
    desk.say(7, "wake", "watch=1 sock=3 readable=1 writable=0 released=0")

    assert watch.events() == [WatchEvent("spurious", 5), WatchEvent("wake", 7, True, False)]


def test_a_handle_that_is_used_again_is_another_watch(desk: Desk, dut: Dut) -> None:
    sock = dut.tcp()
    first = dut.watch(sock, "readable")
    desk.say(5, "wake", "watch=1 sock=3 readable=1 writable=0 released=0")
    second = dut.watch(sock, "readable")
    desk.say(9, "deadline", "watch=1")

    assert [event.ms for event in first.events()] == [5]
    assert [event.ms for event in second.events()] == [9]


def test_a_pump_is_done_once_it_says_so(desk: Desk, dut: Dut) -> None:
    pump = dut.pump_echo(dut.tcp())
    assert pump.done() is None

    desk.say(8, "done", "pump=1 bytes=100 bad=0 end=eof")
    assert pump.done() == Done(8, 100, 0, "eof")


def test_everything_opened_is_given_back_once(desk: Desk, dut: Dut) -> None:
    sock, udp = dut.accept_on(80), dut.udp()
    dut.watch(sock, "readable")
    dut.pump_echo(sock)
    dut.poll_by_hand()
    dut.fault_tx_full("all")
    udp.close()
    desk.refusals = {"watch stop 1": "no-such"}
    desk.asked.clear()

    dut.handles.give_back()

    assert desk.asked == [
        "poll auto", "link fault tx-full off", "watch stop 1", "pump stop 1", "listen close 1", "tcp destroy 3",
    ]  # fmt: skip


def test_another_refusal_while_giving_back_is_told(desk: Desk, dut: Dut) -> None:
    dut.tcp()
    desk.refusals = {"tcp destroy 3": "state"}

    with pytest.raises(Refused):
        dut.handles.give_back()


def test_the_cable_is_the_boards(desk: Desk, dut: Dut) -> None:
    dut.cable(False)

    assert desk.plugged == [False]
    assert not dut.handles.cable_plugged


@pytest.mark.parametrize("command", ["reset", " reset "])
def test_a_reset_has_no_reply_and_names_what_scenarios_use(desk: Desk, dut: Dut, command: str) -> None:
    with pytest.raises(HarnessError, match="`restart`"):
        dut.command(command)
    assert desk.asked == []
