# SPDX-License-Identifier: GPL-2.0-or-later
"""A connect that is refused at the call leaves no trace: the next one is what it would have been without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import IP, TCP

from plumbline.scenario import Dut, Peer, TcpSocket, Wire, introduce, refused, scenario

PORT = 7

# Where to, from where, and what is said. The device has no gateway, and a listener on port 80.
REFUSALS = {
    "to a broadcast": ("10.0.0.255", 9, None, "arg"),
    "to a group": ("224.0.0.1", 9, None, "arg"),
    "to no address": ("0.0.0.0", 9, None, "arg"),
    "to port 0": ("10.0.0.1", 0, None, "arg"),
    "from another address": ("10.0.0.1", 9, "10.0.0.77:0", "arg"),
    "without a route": ("192.0.2.1", 9, None, "unreachable"),
    "from a port with a listener": ("10.0.0.1", 9, 80, "in-use"),
}


def first_syn(dut: Dut, peer: Peer, wire: Wire, spoil: Callable[[TcpSocket], None]) -> tuple[int, int, int]:
    """Port, sequence number and identification of the SYN of a connect, on a device that has just started."""
    dut.net(dut.net().addr)  # without a gateway
    dut.listen(80)
    introduce(peer)
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    spoil(sock)
    wire.frames()

    sock.connect(peer, PORT)

    syn = conn.expect(TCP(flags="S"))
    ident = wire.expect(IP() / TCP(flags="S"))[IP].id
    conn.expect_nothing()
    return syn.sport, syn.seq, ident


@scenario("AX-PRED-12", "AX-TCP-41", "AX-TCP-34", "AX-TCP-35", "AX-BENCH-5")
@pytest.mark.parametrize("why", REFUSALS)
def test_the_next_one_is_as_if_it_had_not_been(
    dut: Dut, peer: Peer, wire: Wire, restart: Callable[..., None], why: str
) -> None:
    host, port, local, error = REFUSALS[why]

    def refuse(sock: TcpSocket) -> None:
        before = sock.state(), sock.stats(), sock.option(), dut.mem().levels
        for _ in range(dut.profile["tcp_sockets"] + 1):  # as often as there could be sockets, and once more
            with refused(error):
                sock.connect(host, port, local=local)
        assert (sock.state(), sock.stats(), sock.option(), dut.mem().levels) == before

    after_refusals = first_syn(dut, peer, wire, refuse)
    restart()

    assert first_syn(dut, peer, wire, lambda sock: None) == after_refusals
