# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection brought into any state over the wire, with bytes unread and the tx ring full if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plumbline.errors import HarnessError
from plumbline.match.layers import TCP
from plumbline.peer import Peer, TcpEnd
from plumbline.scenario.given import PORT, connected
from plumbline.shell.dut import Dut
from plumbline.shell.tcp import TcpSocket

STATES = (
    "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
    "CLOSING", "LAST-ACK", "TIME-WAIT",
)  # fmt: skip
_HOLD_BYTES = frozenset(STATES) - {"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED"}
_OWE_BYTES = _HOLD_BYTES - {"FIN-WAIT-2", "TIME-WAIT"}  # where the peer has acknowledged all, tx is empty


@dataclass(frozen=True)
class Given:
    """What to begin with: bytes the peer sent and nobody read, and whether tx is full of bytes not acknowledged."""

    unread: bytes = b""
    tx_full: bool = False
    rx: int = 256
    tx: int = 64


@dataclass(frozen=True)
class Reached:
    """`una` is the device's oldest octet that the peer has not acknowledged."""

    conn: TcpEnd
    sock: TcpSocket
    una: int


def is_possible(state: str, given: Given) -> bool:
    """Whether TCP can be in that state with so much in its buffers."""
    return (not given.unread or state in _HOLD_BYTES) and (not given.tx_full or state in _OWE_BYTES)


def reach(dut: Dut, peer: Peer, state: str, given: Given | None = None) -> Reached:
    """Brings a socket of the device there; what the device said on the way has been taken."""
    given = given or Given()
    if not is_possible(state, given):
        raise HarnessError(f"no connection can be in {state} with {given}")
    reached = _WAYS[state](dut, peer, given)
    reached.conn.segments()
    came_to = reached.sock.state().state
    if came_to != state:
        raise HarnessError(f"on the way to {state} the device came to {came_to}")
    return reached


def _closed(dut: Dut, peer: Peer, given: Given) -> Reached:
    return Reached(peer.tcp(PORT), dut.tcp(given.rx, given.tx), 0)


def _listen(dut: Dut, peer: Peer, given: Given) -> Reached:
    return Reached(peer.tcp(PORT), dut.accept_on(PORT, given.rx, given.tx), 0)


def _syn_sent(dut: Dut, peer: Peer, given: Given) -> Reached:
    sock, conn = dut.tcp(given.rx, given.tx), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))
    return Reached(conn, sock, conn.rcv_nxt)


def _syn_received(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _listen(dut, peer, given)
    reached.conn.send(TCP(flags="S"))
    reached.conn.expect(TCP(flags="SA", ack=reached.conn.snd_nxt))
    return Reached(reached.conn, reached.sock, reached.conn.rcv_nxt)


def _established(dut: Dut, peer: Peer, given: Given) -> Reached:
    conn, sock = connected(dut, peer, rx=given.rx, tx=given.tx)
    una = conn.rcv_nxt
    if given.unread:
        conn.send(given.unread)
    if given.tx_full:
        sock.send(b"t" * given.tx)
        conn.segments()
    return Reached(conn, sock, una)


def _fin_wait_1(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _established(dut, peer, given)
    reached.sock.close()
    reached.conn.segments()
    return reached


def _fin_wait_2(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _fin_wait_1(dut, peer, given)
    reached.conn.send(TCP(flags="A"))
    return Reached(reached.conn, reached.sock, reached.conn.rcv_nxt)


def _closing(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _fin_wait_1(dut, peer, given)
    reached.conn.send(TCP(flags="FA", ack=reached.una))
    return reached


def _time_wait(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _fin_wait_2(dut, peer, given)
    reached.conn.send(TCP(flags="FA"))
    return reached


def _close_wait(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _established(dut, peer, given)
    reached.conn.send(TCP(flags="FA", ack=reached.una))
    return reached


def _last_ack(dut: Dut, peer: Peer, given: Given) -> Reached:
    reached = _close_wait(dut, peer, given)
    reached.sock.close()
    return reached


_WAYS: dict[str, Callable[[Dut, Peer, Given], Reached]] = {
    "CLOSED": _closed,
    "LISTEN": _listen,
    "SYN-SENT": _syn_sent,
    "SYN-RECEIVED": _syn_received,
    "ESTABLISHED": _established,
    "FIN-WAIT-1": _fin_wait_1,
    "FIN-WAIT-2": _fin_wait_2,
    "CLOSE-WAIT": _close_wait,
    "CLOSING": _closing,
    "LAST-ACK": _last_ack,
    "TIME-WAIT": _time_wait,
}
