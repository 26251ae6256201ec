# SPDX-License-Identifier: GPL-2.0-or-later
"""The proxy's calls write the commands of docs/bench-protocol.md, and read its replies."""

from collections.abc import Callable

import pytest

from host.tests.shell.test_dut import Desk
from plumbline.errors import Refused, Unsupported
from plumbline.shell import Dut
from plumbline.shell.profile import Limits
from plumbline.shell.proxy import Proxy
from plumbline.shell.views import Datagram, Endpoint
from plumbline.shell.ways import PROXY

START = "proxy start 198.51.100.0 255.255.255.0 reset keep=5"
BEGINS = "proxy start 198.51.100.0 255.255.255.0 hold=2 tuples=0 handshake=2147483647"
LOCAL, REMOTE = Endpoint("198.51.100.7", 53), Endpoint("192.0.2.9", 4000)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.replies = {START: "listener=2", "tcp open 4096 4096": "sock=3"}
    return desk


@pytest.fixture
def proxy(desk: Desk) -> Proxy:
    return Dut(desk, desk).proxy("198.51.100.0", "255.255.255.0", keep=5)


@pytest.mark.parametrize(
    ("call", "reply", "command", "result"),
    [
        (lambda p: p.stats(), "refused=1 tuples=2", "? proxy", {"refused": 1, "tuples": 2}),
        (
            lambda p: p.recv(9),
            "n=3 from=192.0.2.9:4000 to=198.51.100.7:53 place=0 hex=61736b",
            "proxy recv 9",
            Datagram(b"ask", REMOTE, LOCAL),
        ),
        (
            lambda p: p.send(LOCAL, "192.0.2.9", 4000, b"\x01"),
            "id=4",
            "proxy send 198.51.100.7:53 192.0.2.9:4000 hex:01",
            4,
        ),
        (lambda p: p.push(b"\x45"), "", "proxy push hex:45", None),
        (lambda p: p.pull(), "n=2 hex=4500", "proxy pull", b"\x45\0"),
        (lambda p: p.stop(), "", "proxy stop", None),
    ],
)
def test_a_call_of_the_proxy(
    desk: Desk, proxy: Proxy, call: Callable[[Proxy], object], reply: str, command: str, result: object
) -> None:
    desk.replies[command.removeprefix("? ")] = reply

    assert call(proxy) == result
    assert desk.asked[-1] == command


def test_its_listener_is_lent_sockets(desk: Desk, proxy: Proxy) -> None:
    proxy.listener.lend(Dut(desk, desk).tcp())

    assert desk.asked[-1] == "listen lend 2 3"


def test_nothing_to_pull_is_none_and_another_refusal_is_raised(desk: Desk, proxy: Proxy) -> None:
    desk.refusals = {"proxy pull": "would-block"}
    assert proxy.pull() is None

    desk.refusals = {"proxy pull": "state"}
    with pytest.raises(Refused):
        proxy.pull()


def test_it_is_stopped_with_all_else_that_is_given_back(desk: Desk) -> None:
    dut = Dut(desk, desk)
    dut.proxy("198.51.100.0", "255.255.255.0", keep=5)

    dut.handles.give_back()

    assert desk.asked[-1] == "proxy stop"


def through_the_proxy(desk: Desk, *, proxies: int = 1) -> Dut:
    desk.replies[BEGINS] = "listener=2"
    dut = Dut(desk, desk)
    dut.way = PROXY
    dut.profile = Limits({"proxy": proxies})
    return dut


def test_in_its_way_the_device_listens_by_one_proxy_at_every_port(desk: Desk) -> None:
    dut = through_the_proxy(desk)

    one, other = dut.listen(80, "hold=2"), dut.listen(81, "hold=2")
    one.lend(dut.tcp())

    assert (one.handle, one.places, other.handle) == (2, 2, 2)
    assert desk.asked == [BEGINS, "tcp open 4096 4096", "listen lend 2 3"]


@pytest.mark.parametrize(
    "call",
    [
        lambda dut: dut.listen(81, "reset"),
        lambda dut: dut.listen(81, "hold=2", addr="10.0.0.2"),
        lambda dut: dut.listen(81, "hold=2").close(),
        lambda dut: dut.tcp().connect("10.0.0.1", 80),
    ],
    ids=["another policy", "one address", "close", "connect"],
)
def test_what_the_proxy_has_no_call_for_is_unsupported(desk: Desk, call: Callable[[Dut], object]) -> None:
    dut = through_the_proxy(desk)
    dut.listen(80, "hold=2")

    with pytest.raises(Unsupported):
        call(dut)


def test_a_socket_of_udp_is_the_ordinary_interfaces_beside_a_proxy(desk: Desk) -> None:
    desk.replies["udp open 4096 8 4096 8"] = "sock=1"
    dut = through_the_proxy(desk)

    with pytest.raises(Unsupported):
        dut.udp()
    dut.listen(80, "hold=2")
    assert dut.udp().handle == 1


def test_where_there_is_none_its_way_is_unsupported(desk: Desk) -> None:
    with pytest.raises(Unsupported, match="the image has no proxy"):
        through_the_proxy(desk, proxies=0).listen(80)
