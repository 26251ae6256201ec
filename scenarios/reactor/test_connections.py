# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that are opened and closed by operations: what is told of them, and who does not wait any longer."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Endpoint, Peer, bound, connected, scenario

PORT = 7


@scenario("AX-DONE-1")
def test_a_connect_tells_both_ends(dut: Dut, peer: Peer) -> None:
    reactor, sock = dut.reactor(1), dut.tcp()
    connecting = reactor.connect(sock, peer, PORT)

    peer.tcp(sport=PORT).accept()

    assert connecting.outcome().result == 0
    assert connecting.ends() == (sock.state().local, Endpoint(peer.ip, PORT))


@scenario("AX-DONE-1", "AX-DONE-2")
def test_each_accept_tells_who_called(dut: Dut, peer: Peer) -> None:
    reactor, listener = dut.reactor(2), dut.listen(PORT)
    accepting = [reactor.accept(listener, dut.tcp()) for _ in range(2)]

    callers = [peer.tcp(PORT).handshake() for _ in accepting]

    assert [one.ends() for one in accepting] == [
        (Endpoint(peer.dut_ip, PORT), Endpoint(peer.ip, caller.sport)) for caller in callers
    ]


@scenario("AX-DONE-1")
def test_a_datagram_is_told_with_both_its_ends(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(1)
    end, udp = bound(dut, peer, port=PORT)
    receiving = reactor.recv_from(udp)

    end.send(b"from and to")

    assert receiving.view().data == b"from and to"
    assert receiving.ends() == (Endpoint(peer.dut_ip, PORT), Endpoint(peer.ip, end.sport))


@scenario("AX-DONE-1", "AX-DONE-2")
def test_a_close_ends_who_reads_and_waits_for_who_writes(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer, tx=4)
    readers = [reactor.read_exact(sock, 9), reactor.recv(sock)]
    writing = reactor.write_all(sock, b"all of it")

    closing = reactor.close(sock)

    assert [reader.outcome().result for reader in readers] == ["aborted", "aborted"]
    for flags in ("A", "A", "FA"):
        assert closing.ended() is None
        conn.segments()
        conn.send(TCP(flags=flags))
    assert (writing.outcome().result, closing.outcome().result) == (9, 0)
