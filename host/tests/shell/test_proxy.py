# SPDX-License-Identifier: GPL-2.0-or-later
"""The proxy's calls write the commands of docs/bench-protocol.md, and read its replies."""

from collections.abc import Callable

import pytest

from host.tests.shell.test_dut import Desk
from plumbline.errors import Refused
from plumbline.shell import Dut
from plumbline.shell.proxy import Proxy
from plumbline.shell.views import Datagram, Endpoint

START = "proxy start 198.51.100.0 255.255.255.0 reset keep=5"
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
