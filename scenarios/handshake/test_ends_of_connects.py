# SPDX-License-Identifier: GPL-2.0-or-later
"""A connect that is taken and then cannot begin: it ends at once, says exactly why, and leaves nothing behind."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, TcpSocket, Wire, introduce, refused, scenario

PORT, LOCAL = 9, 1024
NONE, OTHER = "0.0.0.0", "10.0.0.77"


def has_ended(dut: Dut, sock: TcpSocket, end: str, *, active: int = 0) -> None:
    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", end, True)
    assert dut.mem().levels["active"] == active
    with refused(end):
        sock.recv()
    with refused("state"):
        sock.send(b"x")


@pytest.fixture
def sock(dut: Dut, peer: Peer) -> TcpSocket:
    introduce(peer)
    return dut.tcp(rx=100, tx=100)


@scenario("AX-TCP-11", "AX-TCP-41", "AX-PRED-16")
def test_without_an_address_of_its_own_it_is_unreachable(dut: Dut, peer: Peer, wire: Wire, sock: TcpSocket) -> None:
    dut.poll_by_hand()
    sock.connect(peer, PORT)

    dut.net(NONE, mask=NONE)
    wire.frames()
    dut.poll_auto()

    has_ended(dut, sock, "unreachable")
    wire.expect_nothing()


@scenario("AX-TCP-11", "AX-PRED-16", needs={"cable_switch"})
def test_without_a_cable_it_is_unreachable(
    dut: Dut, peer: Peer, clock: StackClock, wire: Wire, sock: TcpSocket
) -> None:
    dut.cable(plugged=False)
    clock.advance(dut.profile["link_debounce_ms"])
    wire.frames()

    sock.connect(peer, PORT)

    has_ended(dut, sock, "unreachable")
    wire.expect_nothing()


@scenario("AX-TCP-11", "AX-TCP-34", "AX-PRED-16")
def test_with_a_pair_of_endpoints_that_is_taken_it_is_in_use(dut: Dut, peer: Peer, sock: TcpSocket) -> None:
    first, conn = dut.tcp(), peer.tcp(sport=PORT)
    first.connect(peer, PORT, local=LOCAL)
    conn.accept()

    sock.connect(peer, PORT, local=LOCAL)

    has_ended(dut, sock, "in-use", active=1)
    conn.expect_nothing()
    peer.expect_nothing()


@scenario("AX-TCP-21", "AX-PRED-16")
def test_it_does_not_leave_from_an_address_that_is_gone(dut: Dut, peer: Peer, wire: Wire, sock: TcpSocket) -> None:
    dut.poll_by_hand()
    sock.connect(peer, PORT, local=f"{dut.net().addr}:{LOCAL}")
    wire.frames()

    dut.net(OTHER)
    dut.poll_auto()

    assert [frame for frame in wire.frames() if frame.ip] == []
    has_ended(dut, sock, "address-lost")
