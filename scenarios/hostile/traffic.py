# SPDX-License-Identifier: GPL-2.0-or-later
"""What hosts send."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from scenarios.hostile import edges
from scenarios.hostile.edges import ALL, NEXT, Near
from scenarios.hostile.frames import ARP, ICMP, MORE, TCP, UDP, Odd, Segment, address, datagram
from scenarios.hostile.scene import ACTIVE, BOUND, LISTENED, PASSIVE, TEXT, Scene
from scenarios.hostile.steps import Step

connections = st.sampled_from(range(PASSIVE + ACTIVE))
_EDGES: dict[str, st.SearchStrategy[Near]] = {"seq": edges.seqs, "ack": edges.acks}
_OUR_MAC, _OUR_IP = "020000000001", "10.0.0.1"


@dataclass(frozen=True, repr=False)
class Opens(Step):
    conn: int
    options: bytes

    def run(self, scene: Scene) -> None:
        scene.conns[self.conn].open(self.options)


@dataclass(frozen=True, repr=False)
class Sends(Step):
    """A segment of a connection."""

    conn: int
    flags: str
    text: int = 0
    seq: Near = NEXT
    ack: Near = ALL
    window: int = 65535
    options: bytes = b""
    words: int | None = None
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        text = TEXT[: min(self.text, edges.MSS - len(self.options))]
        segment = Segment(self.flags, window=self.window, text=text, options=self.options, words=self.words)
        scene.conns[self.conn].say(segment, self.seq, self.ack, self.odd)


@dataclass(frozen=True, repr=False)
class Datagram(Step):
    length: int
    port: int = BOUND
    sport: int = 5000
    says: int | None = None
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        body = datagram((self.sport, self.port), TEXT[: self.length], says=self.says)
        for frame in scene.way.packet(UDP, body, self.odd):
            scene.send(frame)


@dataclass(frozen=True, repr=False)
class Piece(Step):
    """A fragment of nothing in particular."""

    length: int
    proto: int = UDP
    ident: int = 0
    at: int = 0  # in units of 8 octets
    more: bool = False
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        fragment = self.at | (MORE if self.more else 0)
        scene.send(scene.way.piece(self.proto, TEXT[: self.length], self.odd, ident=self.ident, fragment=fragment))


@dataclass(frozen=True, repr=False)
class Icmp(Step):
    """About `conn`, or about nothing."""

    kind: int
    code: int = 0
    conn: int | None = None
    length: int = 0
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        about = bytes(4) if self.conn is None else bytes(4) + scene.conns[self.conn].quote()
        body = bytes([self.kind, self.code]) + bytes(2) + about + TEXT[: self.length]
        for frame in scene.way.packet(ICMP, body, self.odd):
            scene.send(frame)


@dataclass(frozen=True, repr=False)
class Arp(Step):
    op: int
    mac: str | None = _OUR_MAC  # None: the device's
    sender: str = _OUR_IP
    asks: str = "10.0.0.2"
    head: str = "000108000604"
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        mac = scene.way.dst_mac if self.mac is None else bytes.fromhex(self.mac)
        said = mac + address(self.sender) + bytes(6) + address(self.asks)
        scene.send(scene.way.frame(ARP, bytes.fromhex(self.head) + self.op.to_bytes(2, "big") + said, self.odd))


@dataclass(frozen=True, repr=False)
class Noise(Step):
    kind: int
    body: bytes
    odd: Odd | None = None

    def run(self, scene: Scene) -> None:
        scene.send(scene.way.frame(self.kind, self.body, self.odd))


_opens = st.builds(Opens, connections, options=edges.syn_options)
_text = st.builds(Sends, connections, st.just("PA"), text=edges.texts, window=edges.windows, **_EDGES)
_bare = st.builds(Sends, connections, st.just("A"), window=edges.windows, **_EDGES)
_fin = st.builds(Sends, connections, st.just("FA"), text=st.just(0) | edges.texts, window=edges.windows, **_EDGES)
_strange = st.builds(
    Sends, connections, edges.flags, text=st.just(0) | edges.texts, window=edges.windows, options=edges.options,
    words=edges.header_words, odd=edges.rarely_odd, **_EDGES,
)  # fmt: skip
_odd_text = st.builds(Sends, connections, st.just("PA"), text=edges.texts, odd=edges.often_odd)

_datagram = st.builds(
    Datagram, st.sampled_from([1, 0, 2, 100, 1472]), port=st.sampled_from([BOUND, LISTENED, 0]),
    sport=st.sampled_from([5000, 0]), says=st.sampled_from([None, 0, 7, 8, 9, 100, 65535]), odd=edges.often_odd,
)  # fmt: skip
_piece = st.builds(
    Piece, st.sampled_from([8, 16, 0, 1, 7, 800, 1480]), proto=st.sampled_from([UDP, TCP, ICMP, 99]),
    ident=st.sampled_from(range(5)), at=st.sampled_from([0, 1, 2, 185, 370, 8190, 8191]), more=st.booleans(),
    odd=edges.rarely_odd,
)  # fmt: skip
_icmp = st.builds(
    Icmp, st.sampled_from([8, 3, 0, 4, 5, 11, 12, 13, 17, 255]), code=st.sampled_from([0, 1, 3, 4, 255]),
    conn=st.none() | connections, length=st.sampled_from([0, 1, 4, 8, 28, 100, 1400]), odd=edges.often_odd,
)  # fmt: skip
_arp = st.builds(
    Arp,
    st.sampled_from([1, 2, 0, 3]),
    mac=st.sampled_from([_OUR_MAC, "f" * 12, "0" * 12, "01005e000001", None, "020000000009"]),
    sender=st.sampled_from([_OUR_IP, "10.0.0.2", "0.0.0.0", "255.255.255.255", "10.0.0.3", "224.0.0.1", "10.0.0.255"]),
    asks=st.sampled_from(["10.0.0.2", _OUR_IP, "10.0.0.255"]),
    head=st.sampled_from(["000108000604"] * 4 + ["000208000604", "000186dd0604", "000108000610", "000108000000"]),
    odd=edges.often_odd,
)
_noise = st.builds(
    Noise, st.sampled_from([0x0800, 0x0806, 0x88B5, 0x8100, 0x86DD, 5]), st.binary(max_size=64), edges.often_odd
)

steps: list[st.SearchStrategy[Step]] = [
    _text, _bare, _fin, _opens, _strange, _odd_text, _datagram, _piece, _icmp, _arp, _noise,
]  # fmt: skip
