# SPDX-License-Identifier: GPL-2.0-or-later
"""Binding: ports that are chosen, taken and given back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Peer, bound, refused, scenario

EPHEMERAL = range(49152, 65536)  # RFC 6335


@scenario("RFC768 3", "AX-UDP-2")
def test_port_0_chooses_a_free_one_of_the_dynamic_ports(dut: Dut, peer: Peer) -> None:
    sockets = [dut.udp(rx=256, tx=256) for _ in range(min(8, dut.profile["udp_sockets"]))]

    ports = [udp.bind().port for udp in sockets]

    assert len(set(ports)) == len(ports)
    assert all(port in EPHEMERAL for port in ports)
    for udp, port in zip(sockets, ports, strict=True):
        end = peer.udp(port)
        end.send(b"to %d" % port)
        assert udp.recv().data == b"to %d" % port
        udp.send(peer, end.sport, b"from %d" % port)
        end.expect(b"from %d" % port)
        end.expect_nothing()


@pytest.mark.parametrize(
    ("first", "second"),
    [(None, None), ("10.0.0.2", "10.0.0.2"), (None, "10.0.0.2"), ("10.0.0.2", None)],
    ids=["any-any", "own-own", "any-own", "own-any"],
)
@scenario("AX-UDP-2")
def test_a_port_that_is_taken_is_refused(dut: Dut, peer: Peer, first: str | None, second: str | None) -> None:
    holder, other = dut.udp(), dut.udp()
    holder.bind(7, addr=first)

    with refused("in-use"):
        other.bind(7, addr=second)
    other.bind(8, addr=second)

    end = peer.udp(7)
    end.send(b"still his")
    assert holder.recv().data == b"still his"
    assert not other.state().can_recv
    end.expect_nothing()


@pytest.mark.parametrize("address", ["10.0.0.3", "192.0.2.1", "255.255.255.255", "127.0.0.1"])
@scenario("RFC1122 U4")
def test_an_address_that_is_not_the_devices_is_refused(dut: Dut, peer: Peer, address: str) -> None:
    udp = dut.udp()

    with refused("arg"):
        udp.bind(7, addr=address)

    assert not udp.state().bound
    udp.bind(7)
    peer.expect_nothing()


@scenario("AX-PRED-12")
def test_a_bound_socket_is_not_bound_again(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)

    with refused("state"):
        udp.bind(8)

    assert udp.state().local.port == 7
    end.send(b"as before")
    assert udp.recv().data == b"as before"


@scenario("AX-UDP-2")
def test_a_port_that_was_given_back_is_free_at_once(dut: Dut, peer: Peer) -> None:
    end = peer.udp(7)

    for number in range(20):
        udp = dut.udp()
        udp.bind(7)
        end.send(b"%d" % number)
        assert udp.recv().data == b"%d" % number
        udp.close()

    end.expect_nothing()


@scenario("AX-PRED-12", "AX-UDP-5", "AX-BENCH-5")
def test_calls_that_failed_choose_no_port(dut: Dut, peer: Peer, restart: Callable[..., None]) -> None:
    holder, udp = dut.udp(), dut.udp()
    holder.bind(7)
    for port, addr, error in ((7, None, "in-use"), (8, "10.0.0.3", "arg"), (0, "10.0.0.3", "arg")):
        with refused(error):
            udp.bind(port, addr=addr)
    with refused("state"):
        udp.send(peer, 9, b"x")
    chosen = udp.bind().port

    restart()

    assert dut.udp().bind().port == chosen
    peer.expect_nothing()
