# SPDX-License-Identifier: GPL-2.0-or-later
"""A name server, as far as scenarios need one: it reads what the device asks, and says, octet by octet, what a scenario
wants said."""

from __future__ import annotations

from dataclasses import dataclass

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Peer, StackClock, Wire, takes

NAME, ADDR = "host.example", "192.0.2.33"
TTL_S = 300
A, CNAME, TXT = 1, 5, 16
IN, CHAOS = 1, 3
ASKED = b"\xc0\x0c"  # the question's name, as a pointer to it
ANSWER, CUT = 0x8180, 0x8380  # flags: response, recursion desired and available; truncated
FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(1, 6)
AGAIN_MS = [0, 1000, 2000, 4000]  # when a server is asked; at 7000 it has said nothing
GIVEN_UP_MS = 7000


def octets(text: str) -> bytes:
    """A name on the wire."""
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def record(data: bytes, *, owner: bytes = ASKED, kind: int = A, class_: int = IN, ttl: int = TTL_S) -> bytes:
    fixed = [(kind, 2), (class_, 2), (ttl, 4), (len(data), 2)]
    return owner + b"".join(number.to_bytes(size, "big") for number, size in fixed) + data


def address(addr: str = ADDR, **fields: object) -> bytes:
    return record(bytes(int(number) for number in addr.split(".")), **fields)  # type: ignore[arg-type]


def alias(target: bytes, **fields: object) -> bytes:
    return record(target, kind=CNAME, **fields)  # type: ignore[arg-type]


def of_length(length: int, behind: bytes = b"\0") -> bytes:
    """A record of no address, whose owner is so many octets long; `behind` its labels it ends, or is the question's."""
    labels = length - (len(octets(NAME)) if behind == ASKED else 1)
    full, rest = divmod(labels, 64)
    owner = (b"\x3f" + b"a" * 63) * full + (bytes([rest - 1]) + b"a" * (rest - 1) if rest else b"")
    return record(b"\3any", owner=owner + behind, kind=TXT)


@dataclass(frozen=True)
class Question:
    """A message of the device, when it came, and from where to where."""

    ms: int
    message: bytes
    source: str
    sport: int
    destination: str

    @property
    def id(self) -> int:
        return int.from_bytes(self.message[:2], "big")

    @property
    def section(self) -> bytes:
        """The question itself."""
        return self.message[12:]


def said(
    question: Question,
    *records: bytes,
    flags: int = ANSWER,
    id_: int | None = None,
    section: bytes | None = None,
    counts: tuple[int, int] | None = None,
) -> bytes:
    """An answer with these records; what is given is meant. `counts`: of questions and of answers."""
    numbers = (question.id if id_ is None else id_, flags, *(counts or (1, len(records))), 0, 0)
    header = b"".join(number.to_bytes(2, "big") for number in numbers)
    return header + (question.section if section is None else section) + b"".join(records)


class NameServer:
    """Of `peer`, and of all others to whom the device sends questions."""

    def __init__(self, wire: Wire, peer: Peer, clock: StackClock) -> None:
        self._wire = wire
        self._peer = peer
        self._clock = clock

    def asked(self) -> list[Question]:
        """All that the device asked since the last look."""
        return [
            Question(self._clock.now, frame.udp.payload, _text(frame.ip.src), frame.udp.sport, _text(frame.ip.dst))
            for frame in self._wire.frames()
            if frame.ip and frame.udp and frame.udp.dport == 53
        ]

    def expect(self) -> Question:
        """It asked once."""
        asked = self.asked()
        assert len(asked) == 1, f"it asked {len(asked)} times: {asked}"
        return asked[0]

    def asked_within(self, ms: int) -> list[Question]:
        """What it asked now, and in that time."""
        asked = self.asked()
        for _ in self._clock.frames_within(ms):
            asked += self.asked()
        return asked

    def say(self, message: bytes, to: Question, *, source: str | None = None, sport: int = 53, dport: int = 0) -> None:
        """To the port that asked, from the server that was asked, unless something else is given."""
        self._wire.send(
            Ether(src=self._peer.mac.hex(":"), dst=self._peer.dut_mac.hex(":"))
            / IP(src=source or to.destination, dst=to.source)
            / UDP(sport=sport, dport=dport or to.sport)
            / message
        )

    def answer(self, question: Question, *records: bytes, flags: int = ANSWER) -> None:
        self.say(said(question, *(records or [address()]), flags=flags), question)

    def refuse(self, question: Question, code: int) -> None:
        self.say(said(question, flags=ANSWER | code), question)


def serving(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, other: Peer | str = "0.0.0.0") -> NameServer:
    """The peer is the device's name server."""
    takes(dut, "dns_names", 1)
    dut.dns_servers(peer, other)
    return NameServer(wire, peer, clock)


def found(dut: Dut, name: str = NAME) -> bool:
    """Whether the name is known, and no server asked for it."""
    future = dut.futures.dns(name)
    ended = future.ended()
    future.withdraw()
    return ended is not None and ended.addr == ADDR


def _text(number: int) -> str:
    return ".".join(str(octet) for octet in number.to_bytes(4, "big"))
