# SPDX-License-Identifier: GPL-2.0-or-later
"""Each thing that can happen wakes those whom it concerns and nobody else: not even for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import (
    Dut,
    Peer,
    Reached,
    StackClock,
    TcpSocket,
    UdpEnd,
    UdpSocket,
    Watch,
    bound,
    connected,
    is_at_its_own_address,
    scenario,
)

TX = 64


@dataclass(frozen=True)
class Ground:
    """Two connections, both with tx full and rx empty, a UDP socket with its tx ring full, and a listener with a
    socket lent; a task waits for each thing that any of them could be waited for."""

    dut: Dut
    peer: Peer
    clock: StackClock
    one: Reached
    end: UdpEnd
    sockets: dict[str, TcpSocket | UdpSocket]
    watches: dict[str, Watch]

    def wakes(self) -> dict[str, int]:
        """What the sockets count, to set beside what the tasks were told."""
        return {name: socket.stats()["wakes"] for name, socket in self.sockets.items()}


def full(dut: Dut, peer: Peer, port: int) -> Reached:
    conn, sock = connected(dut, peer, port=port, tx=TX)
    una = conn.rcv_nxt
    sock.send(b"t" * TX)
    conn.segments()
    return Reached(conn, sock, una)


@pytest.fixture
def ground(dut: Dut, peer: Peer, clock: StackClock) -> Ground:
    one, other = full(dut, peer, 80), full(dut, peer, 81)
    lent = dut.accept_on(82)
    end, udp = bound(dut, peer, tx=4)
    dut.fault_tx_full("all")
    udp.send(peer, end.sport, b"full")
    sockets: dict[str, TcpSocket | UdpSocket] = {"one": one.sock, "other": other.sock, "lent": lent, "udp": udp}
    watches = {
        f"{name} {interest}": dut.watch(socket, interest)
        for name, socket in sockets.items()
        for interest in ("readable", "writable", "released")
    }
    assert all(watch.events() == [] for watch in watches.values())
    return Ground(dut, peer, clock, one, end, sockets, watches)


def on_one(payload: bytes = b"", beyond: int = 0, newly_acked: int = 0, flags: str = "A") -> Callable[[Ground], None]:
    """A segment on the first connection, so far beyond what is expected, that acknowledges so many octets more."""

    def send(ground: Ground) -> None:
        conn = ground.one.conn
        conn.send(TCP(flags=flags, seq=conn.snd_nxt + beyond, ack=ground.one.una + newly_acked) / payload)

    return send


def to_the_listener(ground: Ground) -> None:
    is_at_its_own_address(ground.dut)
    ground.peer.tcp(82).send(TCP(flags="S"))


def to_a_closed_port(ground: Ground) -> None:
    is_at_its_own_address(ground.dut)
    ground.peer.tcp(83).send(TCP(flags="S"))
    ground.peer.udp(83).send(b"nobody")


def ping(ground: Ground) -> None:
    ground.peer.send(IP() / ICMP(type="echo-request", id=1, seq=1))


def arp(ground: Ground) -> None:
    ground.peer.send(ARP(op="who-has"))
    ground.peer.send(ARP(op="is-at"))


def room(ground: Ground) -> None:
    ground.dut.fault_tx_full("off")


def time(ground: Ground) -> None:
    ground.clock.advance(10 * ground.dut.profile["rto_initial_ms"])


def datagram(ground: Ground) -> None:
    ground.end.send(b"one")


def abort(ground: Ground) -> None:
    ground.one.sock.abort()


def close(ground: Ground) -> None:
    ground.one.sock.close()


def options(ground: Ground) -> None:
    ground.one.sock.option(no_delay=1, keepalive_ms=1000)
    ground.sockets["udp"].option(ttl=3)


def other_address(ground: Ground) -> None:
    is_at_its_own_address(ground.dut)
    ground.dut.net("10.0.0.77")


ALL_OF_ONE = {"one readable": "wake", "one writable": "wake", "one released": "wake"}
BOTH_ENDED = ALL_OF_ONE | {key.replace("one", "other"): kind for key, kind in ALL_OF_ONE.items()}

# What happens, and whom it wakes. A change of state may wake for nothing whom the new state does not make ready; a way
# may keep that from him.
ROWS: dict[str, tuple[Callable[[Ground], None], dict[str, str]]] = {
    "bytes": (on_one(b"bytes"), {"one readable": "wake"}),
    "bytes and an ACK of all": (on_one(b"bytes", newly_acked=TX), {"one readable": "wake", "one writable": "wake"}),
    "ACK of all": (on_one(newly_acked=TX), {"one writable": "wake"}),
    "ACK of a part": (on_one(newly_acked=1), {}),
    "duplicate ACK": (on_one(), {}),
    "bytes out of order": (on_one(b"later", beyond=1), {}),
    "FIN": (on_one(flags="FA"), {"one readable": "wake", "one writable": "wake"}),
    "RST": (on_one(flags="R"), ALL_OF_ONE),
    "RST beside": (on_one(flags="R", beyond=1), {}),
    "abort": (abort, ALL_OF_ONE),
    "close": (close, {"one readable": "spurious", "one writable": "wake"}),
    "options": (options, {}),
    "a connection": (to_the_listener, {"lent readable": "spurious", "lent writable": "spurious"}),
    "to a closed port": (to_a_closed_port, {}),
    "a datagram": (datagram, {"udp readable": "wake"}),
    "room in the link": (room, {"udp writable": "wake"}),
    "retransmissions": (time, {}),
    "a ping": (ping, {}),
    "ARP": (arp, {}),
    "another address": (other_address, BOTH_ENDED),
}  # fmt: skip


@scenario("AX-WAKE-2", "AX-WAKE-7", "AX-WAKE-8", "AX-WAKE-9", "AX-WAKE-10", "AX-WAKE-11", "AX-TIME-10")
@pytest.mark.parametrize("what", ROWS)
def test_wakes_whom_it_concerns_and_nobody_else(ground: Ground, what: str) -> None:
    happens, wakes = ROWS[what]
    before = ground.wakes()

    happens(ground)

    told = {name: [event.kind for event in watch.events()] for name, watch in ground.watches.items()}
    for_nothing = {name for name, kinds in told.items() if kinds == ["spurious"]}
    assert for_nothing <= {name for name, kind in wakes.items() if kind == "spurious"}
    assert {name: kinds for name, kinds in told.items() if kinds and name not in for_nothing} == {
        name: [kind] for name, kind in wakes.items() if kind == "wake"
    }
    grown = {name for name, count in ground.wakes().items() if count != before[name]}
    assert grown == {name.split()[0] for name in wakes}
    ground.dut.fault_tx_full("off")
