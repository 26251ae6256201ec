# SPDX-License-Identifier: GPL-2.0-or-later
"""What both ends of one connection have said on the wire, as far as judging the device takes it.

The wire shows when a frame was sent, not when the device looked at it. A *settled* moment is a fence that was answered
with every frame before it processed; what the peer said since then may or may not be known to the device, so bounds
are kept wide until the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plumbline.judge.options import read_options
from plumbline.judge.serial import ahead, later, plus
from plumbline.wire.decode import ACK, FIN, RST, SYN, Tcp

MSS_WITHOUT_OPTION = 536  # RFC 9293 MUST-15
_REMEMBERED = 64  # segments behind a SYN that is not answered yet


@dataclass
class Receiving:
    """What the device can have received: the peer's stream as far as it is without a hole."""

    irs: int
    end: int  # the first sequence number that is not covered
    fin_at: int | None = None  # the first: nothing lies behind it
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def take(self, segment: Tcp) -> None:
        first = plus(segment.seq, bool(segment.flags & SYN))
        last = plus(first, len(segment.payload))
        if segment.flags & FIN:
            self.fin_at = last if self.fin_at is None or ahead(last, self.fin_at) < 0 else self.fin_at
            last = plus(last, 1)
        self.waiting.append((first, last))
        while self._join():
            pass

    def _join(self) -> bool:
        for piece in self.waiting:
            if ahead(piece[0], self.end) <= 0:
                self.waiting.remove(piece)
                self.end = later(piece[1], self.end)
                return True
        return False


@dataclass
class Offer:
    """What the peer lets the device send: right edges, and whether its window is closed."""

    highest: int  # ever, in this connection
    live: int  # the highest that may be the newest the device knows
    latest: int
    latest_window: int
    live_zero: bool
    wl1: int
    wl2: int

    @classmethod
    def first(cls, edge: int, window: int, seq: int, ack: int) -> Offer:
        return cls(edge, edge, edge, window, window == 0, seq, ack)

    def take(self, segment: Tcp) -> None:
        edge = plus(segment.ack, segment.window)
        self.highest = later(edge, self.highest)
        newer = ahead(segment.seq, self.wl1)
        if newer < 0 or (newer == 0 and ahead(segment.ack, self.wl2) < 0):
            return
        self.wl1, self.wl2, self.latest, self.latest_window = segment.seq, segment.ack, edge, segment.window
        self.live = later(edge, self.live)
        self.live_zero = self.live_zero or segment.window == 0

    def settle(self) -> None:
        self.live, self.live_zero = self.latest, self.latest_window == 0


@dataclass
class Sending:
    """What the device has sent, from its SYN on."""

    iss: int
    end: int  # SND.NXT at its highest
    una: int  # the highest acknowledgement of the peer
    stream: bytearray = field(default_factory=bytearray)
    skipped: set[int] = field(default_factory=set)  # octets of the stream that were never seen
    fin_at: int | None = None
    last_ack: int | None = None
    last_window: int = 0
    edge: int | None = None  # the highest right edge the device has offered
    awaits_ack_of_syn: bool = True


class Connection:
    """One 4-tuple. A new SYN of the device begins it anew."""

    def __init__(self) -> None:
        self.sending: Sending | None = None
        self.receiving: Receiving | None = None
        self.offer: Offer | None = None
        self.peer_mss: int | None = None
        self.heard: list[Tcp] = []  # from the peer since this connection began, while its ISN is open
        self.recent: list[Tcp] = []  # from the peer since the last settled moment
        self._since_syn: list[Tcp] = []  # from the peer since its last SYN that may still be answered
        self.called = False  # a shell call may have changed its life since the device's last SYN
        self.reset = False  # either end sent an RST that may have ended it

    def settle(self) -> None:
        self.recent.clear()
        if self.offer is not None:
            self.offer.settle()

    @property
    def has_unanswered_syn(self) -> bool:
        return any(segment.flags & SYN for segment in self._since_syn)

    @property
    def mss(self) -> int:
        return MSS_WITHOUT_OPTION if self.peer_mss is None else self.peer_mss

    # -- the device begins

    def begin(self, syn: Tcp) -> None:
        """The device's SYN with a sequence number of its own."""
        self.sending = Sending(syn.seq, plus(syn.seq, 1), syn.seq)
        self.receiving = self.offer = self.peer_mss = None
        self.reset = False
        self.heard = self._behind_the_syn(plus(syn.ack, -1)) if syn.flags & ACK else list(self.recent)
        self._since_syn.clear()
        for segment in self.heard:
            self._learn(segment)

    def _behind_the_syn(self, irs: int) -> list[Tcp]:
        """What the peer said from the last SYN of that number on."""
        said = self._since_syn
        for index in range(len(said) - 1, -1, -1):
            if said[index].flags & SYN and said[index].seq == irs:
                return said[index:]
        return []

    def is_begun_anew_by(self, syn: Tcp) -> bool:
        """Whether a SYN of the device with the number it had before is of a new connection all the same: at the same
        moment a device has the same ISN again."""
        if not syn.flags & ACK:
            return self.reset
        irs = plus(syn.ack, -1)
        is_another = self.reset or (self.receiving is not None and self.receiving.irs != irs)
        return is_another and bool(self._behind_the_syn(irs))

    def choose_irs(self, ack: int) -> bool:
        """Fixes the peer's ISN by the device's first ACK; false when the peer sent nothing that fits."""
        for syn in (segment for segment in self.heard if segment.flags & SYN):
            receiving = Receiving(syn.seq, plus(syn.seq, 1))
            _take_all(receiving, self.heard)
            if 0 < ahead(ack, syn.seq) <= ahead(receiving.end, syn.seq):
                self.receiving = receiving
                self.heard = []
                return True
        return False

    # -- the peer speaks

    def hear(self, segment: Tcp) -> None:
        """A segment of the peer that reached the device whole."""
        self.recent.append(segment)
        if segment.flags & SYN or self._since_syn:
            self._since_syn = [*self._since_syn[-_REMEMBERED:], segment]
        if self.sending is None:
            return
        if self.receiving is None:
            self.heard.append(segment)
        elif not segment.flags & (SYN | RST) and segment.flags & ACK and ahead(segment.ack, self.sending.end) <= 0:
            self.receiving.take(segment)  # RFC 9293 3.10.7.4: with an ACK of what was not sent it is dropped
        self._learn(segment)

    def _learn(self, segment: Tcp) -> None:
        if segment.flags & RST:
            self.reset = self.reset or self._may_be_acceptable(segment)
            return
        if segment.flags & SYN:
            given = read_options(segment.options).mss or MSS_WITHOUT_OPTION  # none at all is no size, either
            self.peer_mss = max(self.peer_mss or 0, given)
        self._learn_window(segment)

    def _learn_window(self, segment: Tcp) -> None:
        sending = self.sending
        if sending is None:
            return
        if not segment.flags & ACK:
            if segment.flags & SYN and self.offer is None:
                after_syn = plus(sending.iss, 1)
                self.offer = Offer.first(plus(after_syn, segment.window), segment.window, segment.seq, after_syn)
            return
        if ahead(segment.ack, sending.end) > 0 or ahead(segment.ack, sending.una) < 0:
            return
        if not self._may_be_acceptable(segment):
            return
        sending.una = later(segment.ack, sending.una)
        if self.offer is None:
            edge = plus(segment.ack, segment.window)
            self.offer = Offer.first(edge, segment.window, segment.seq, segment.ack)
        else:
            self.offer.take(segment)

    def _may_be_acceptable(self, segment: Tcp) -> bool:
        """False for what no device takes (RFC 9293 3.10.7.4), whatever it has processed yet."""
        sending = self.sending
        if sending is None or sending.last_ack is None or sending.edge is None:
            return True
        end = ahead(plus(segment.seq, segment.seg_len), sending.last_ack)
        return self._may_lie_in_front_of(sending.edge, segment) and (end > 0 or (end == 0 and segment.seg_len == 0))

    def _may_lie_in_front_of(self, edge: int, segment: Tcp) -> bool:
        """At the edge itself nothing is taken but while the window is closed."""
        may_be_closed = self.receiving is None or ahead(self.receiving.end, edge) >= 0
        return ahead(segment.seq, edge) < (1 if may_be_closed else 0)


def _take_all(receiving: Receiving, segments: Iterable[Tcp]) -> None:
    for segment in segments:
        if not segment.flags & RST:
            receiving.take(segment)
