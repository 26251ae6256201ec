# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge sees what the bench records: every frame of the device, whomever it is for, and none twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from scapy.layers.inet import ICMP, IP, TCP, UDP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, bound, connected, scenario


class Bench(Protocol):
    @property
    def events(self) -> Sequence[Any]: ...


def recorded(bench: Bench) -> int:
    """Frames of the device that are no answers to fences."""
    frames = [event for event in bench.events if hasattr(event, "is_fence")]
    return sum(frame.way.name == "FROM_DUT" and not frame.is_fence for frame in frames)


@scenario("AX-BENCH-8")
def test_every_frame_of_the_device_is_recorded_once(bench: Bench, dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, tx=1000)
    udp, socket = bound(dut, peer, port=9, rx=1000)

    sock.send(b"octets")
    socket.send(peer, udp.sport, Pattern(1, 0, 3000))
    socket.send("10.0.0.99", 9, b"to nobody")
    peer.send(IP() / ICMP(type="echo-request") / b"ping")
    peer.send(IP() / UDP(sport=9, dport=99) / b"to a closed port")
    peer.send(IP() / TCP(sport=9, dport=99, flags="S"))
    clock.advance(10_000)
    conn.reset()

    assert recorded(bench) == dut.link()["tx"]
