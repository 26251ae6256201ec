# SPDX-License-Identifier: GPL-2.0-or-later
"""One connection, as its peer knows it that says whatever it likes: what was said, and where its edges are now."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.scenario import Peer, TcpEnd, TcpSocket
from scenarios.hostile.edges import Near
from scenarios.hostile.frames import TCP, Odd, Segment, Way
from scenarios.sequence import off

_ISN_STEP = 100_003  # to the ISN of the next connection
_SYN, _ACK = 0x02, 0x10


class Conversation:
    """Between fixed ports, the peer's first. `sock` is the device's end."""

    def __init__(self, peer: Peer, send: Callable[[bytes], None], ports: tuple[int, int], sock: TcpSocket) -> None:
        self.sock = sock
        self.ports = ports
        self._way = Way.of(peer)
        self._send = send
        self._end: TcpEnd = peer.tcp(ports[1], ports[0])
        self._una = 0  # the highest that the peer has acknowledged
        self._ident = 1000 * ports[0] % 60_000  # of no other's packets
        self._is_called = False  # the device asks for the connection

    def open(self, options: bytes) -> None:
        """As an honest host does, if the device plays along. A connection that is there already knows nothing of it."""
        self._listen()
        end, isn = self._end, off(self._end.isn, _ISN_STEP)
        flags, ack = ("SA", end.rcv_nxt) if self._is_called else ("S", 0)
        self._say(Segment(flags, isn, ack, options=options))
        before = end.isn, end.snd_nxt
        end.isn, end.snd_nxt = isn, off(isn, 1)
        self._listen()
        if end.dut_acked == end.snd_nxt:
            self._say(Segment("A", end.snd_nxt, end.rcv_nxt))
            self._una = end.rcv_nxt
        else:
            end.isn, end.snd_nxt = before

    def say(self, segment: Segment, seq: Near, ack: Near, odd: Odd | None) -> None:
        """The segment, with these numbers."""
        self._listen()
        end = self._end
        segment = segment.numbered(self._seq(seq), self._ack(ack) if "A" in segment.flags else 0)
        self._say(segment, odd)
        if segment.seq == end.snd_nxt:
            end.snd_nxt = off(end.snd_nxt, segment.length)
        if "A" in segment.flags and 0 < off(segment.ack, -self._una) <= off(end.rcv_nxt, -self._una):
            self._una = segment.ack

    def quote(self) -> bytes:
        """Of what the device last sent: as much as an ICMP error quotes."""
        self._listen()
        back = Segment("A", self._end.rcv_nxt, self._end.snd_nxt)
        return self._way.back().header(TCP, 20) + back.octets((self.ports[1], self.ports[0]))[:8]

    def _listen(self) -> None:
        for segment in self._end.segments():
            self._is_called = segment.flags & (_SYN | _ACK) == _SYN

    def _seq(self, near: Near) -> int:
        end = self._end
        edge = off(end.dut_acked, end.dut_window)
        edges = {"next": end.snd_nxt, "acked": end.dut_acked, "edge": edge, "isn": end.isn}
        return off(edges[near.edge], near.by)

    def _ack(self, near: Near) -> int:
        edges = {"all": self._end.rcv_nxt, "una": self._una, "irs": self._end.irs or 0}
        return off(edges[near.edge], near.by)

    def _say(self, segment: Segment, odd: Odd | None = None) -> None:
        self._ident += 1
        for frame in self._way.packet(TCP, segment.octets(self.ports), odd, ident=self._ident):
            self._send(frame)
