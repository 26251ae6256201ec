# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams against a receiver or a sender of a few lines."""

from collections.abc import Callable

import pytest

from host.tests.peer.fake_medium import FakeMedium, network_on
from plumbline.errors import Unexpected
from plumbline.match.layers import IP, TCP, Ether, Packet
from plumbline.peer import TcpEnd
from plumbline.shell.pattern import pattern_bytes

ISN, DUT_ISN = 0xFFFFFF00, 0xFFFFFFFF
SEED = 3


class Sink:
    """Takes everything, offers a window, and acknowledges every `every`-th segment."""

    def __init__(self, window: int, every: int = 1) -> None:
        self.window = window
        self.every = every
        self.got = b""
        self.in_flight = self.most_in_flight = 0
        self._segments = 0

    def take(self, sent: Packet) -> list[Packet | bytes]:
        if sent[TCP].flags == "S":
            return [segment("SA", DUT_ISN, ISN + 1, window=self.window)]
        payload = bytes(sent[TCP].payload)
        if not payload:
            return []
        self.got += payload
        self.in_flight += len(payload)
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self._segments += 1
        return self.acknowledge() if self._segments % self.every == 0 else []

    def acknowledge(self) -> list[Packet | bytes]:
        self.in_flight = 0
        return [segment("A", 0, ISN + 1 + len(self.got), window=self.window)]


def segment(flags: str, seq: int, ack: int = 0, payload: bytes = b"", window: int = 8192) -> Packet:
    tcp = TCP(sport=80, dport=4001, flags=flags, seq=seq % 2**32, ack=ack % 2**32, window=window)
    frame: Packet = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / tcp
    return frame / payload if payload else frame


@pytest.fixture
def medium() -> FakeMedium:
    return FakeMedium()


Connect = Callable[[Sink], TcpEnd]


@pytest.fixture
def connect(medium: FakeMedium) -> Connect:
    def to(sink: Sink) -> TcpEnd:
        medium.on_frame = sink.take
        return network_on(medium).peers(1)[0].tcp(80, sport=4001, isn=ISN).handshake()

    return to


def test_a_stream_arrives_whole(connect: Connect) -> None:
    sink = Sink(window=4096)
    connect(sink).send_pattern(SEED, 20_000, mss=1000)

    assert sink.got == pattern_bytes(SEED, 0, 20_000)


@pytest.mark.parametrize(("window", "every"), [(4096, 3), (500, 1), (1000, 1), (1, 1)])
def test_the_window_is_kept(medium: FakeMedium, connect: Connect, window: int, every: int) -> None:
    sink = Sink(window, every)
    medium.on_advance = sink.acknowledge
    connect(sink).send_pattern(SEED, min(20_000, window * 50), mss=1000)

    assert sink.most_in_flight <= window


def test_an_acknowledgment_that_is_delayed_is_waited_for_in_stack_time(medium: FakeMedium, connect: Connect) -> None:
    sink = Sink(window=8192, every=2)
    conn = connect(sink)
    medium.on_advance = sink.acknowledge
    conn.send_pattern(SEED, 3000, mss=1000)

    assert medium.advanced == [500]
    assert conn.dut_acked == conn.snd_nxt


def test_a_stream_that_stands_still_is_unexpected(connect: Connect) -> None:
    with pytest.raises(
        Unexpected, match="sent 1000 of 9000, acknowledged 0, received 0 of 0, the device's window is 1500"
    ):
        connect(Sink(window=1500, every=2)).send_pattern(SEED, 9000, mss=1000)


def test_what_comes_is_taken_checked_and_acknowledged(medium: FakeMedium, connect: Connect) -> None:
    conn = connect(Sink(window=100))
    data = pattern_bytes(SEED, 7, 3000)
    medium.come(segment("PA", 0, ISN + 1, data[:1000]), segment("PA", 1000, ISN + 1, data[1000:]))
    conn.receive_pattern(SEED, 3000, offset=7)

    assert conn.rcv_nxt == 3000
    assert medium.sent[-1][TCP].ack == 3000


def test_a_byte_that_is_wrong_is_named(medium: FakeMedium, connect: Connect) -> None:
    conn = connect(Sink(window=100))
    data = bytearray(pattern_bytes(SEED, 0, 100))
    data[60] ^= 1
    medium.come(segment("PA", 0, ISN + 1, bytes(data[:50])), segment("PA", 50, ISN + 1, bytes(data[50:])))

    with pytest.raises(Unexpected, match="frame 3 is not the pattern from byte 60 on"):
        conn.receive_pattern(SEED, 100)


def test_more_than_expected_is_unexpected(medium: FakeMedium, connect: Connect) -> None:
    conn = connect(Sink(window=100))
    medium.come(segment("PA", 0, ISN + 1, pattern_bytes(SEED, 0, 11)))

    with pytest.raises(Unexpected, match="beyond the 10 bytes"):
        conn.receive_pattern(SEED, 10)


def test_a_segment_that_comes_again_is_acknowledged_and_not_counted_twice(medium: FakeMedium, connect: Connect) -> None:
    conn = connect(Sink(window=100))
    data = pattern_bytes(SEED, 0, 20)
    medium.come(*(segment("PA", at, ISN + 1, data[at : at + 10]) for at in (0, 0, 10)))
    conn.receive_pattern(SEED, 20)

    assert conn.rcv_nxt == 20


def test_a_segment_that_comes_again_with_more_is_taken_from_where_it_is_new(
    medium: FakeMedium, connect: Connect
) -> None:
    conn = connect(Sink(window=100))
    data = pattern_bytes(SEED, 0, 30)
    medium.come(segment("PA", 0, ISN + 1, data[:10]), segment("PA", 5, ISN + 1, data[5:30]))
    conn.receive_pattern(SEED, 30)

    assert conn.rcv_nxt == 30
    assert medium.sent[-1][TCP].ack == 30


def test_a_reset_ends_it(medium: FakeMedium, connect: Connect) -> None:
    conn = connect(Sink(window=100))
    medium.come(segment("R", 0))

    with pytest.raises(Unexpected, match="reset by frame 2"):
        conn.receive_pattern(SEED, 10)


def test_data_that_nobody_asked_for_is_left_to_be_expected(medium: FakeMedium, connect: Connect) -> None:
    sink = Sink(window=4096)
    conn = connect(sink)
    medium.come(segment("PA", 0, ISN + 1, b"unasked", window=4096))
    conn.send_pattern(SEED, 2000, mss=1000)

    conn.expect(TCP() / b"unasked")


def test_both_ways_at_once(medium: FakeMedium, connect: Connect) -> None:
    sink = Sink(window=2000)
    echoed = 0

    def echo(sent: Packet) -> list[Packet | bytes]:
        nonlocal echoed
        answers = sink.take(sent)
        back = sink.got[echoed:]
        if back:
            answers.append(segment("PA", echoed, ISN + 1 + len(sink.got), back, window=2000))
            echoed = len(sink.got)
        return answers

    conn = connect(sink)
    medium.on_frame = echo
    conn.echo_pattern(SEED, 10_000, mss=1000)

    assert conn.rcv_nxt == 10_000
