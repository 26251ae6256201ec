# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from host.tests.peer.fake_medium import FakeMedium, network_on
from plumbline.errors import HarnessError, Unexpected
from plumbline.match.layers import IP, TCP, Ether, Packet
from plumbline.peer import TcpEnd

ISN, DUT_ISN = 0xFFFFFFF0, 0xFFFFFFFF  # both wrap soon


@pytest.fixture
def medium() -> FakeMedium:
    return FakeMedium()


@pytest.fixture
def conn(medium: FakeMedium) -> TcpEnd:
    """An end from port 4001 to the device's 80, nothing sent yet."""
    return network_on(medium).peers(1)[0].tcp(80, sport=4001, isn=ISN)


def segment(flags: str, seq: int, ack: int = 0, payload: bytes = b"", window: int = 8192) -> Packet:
    tcp = TCP(sport=80, dport=4001, flags=flags, seq=seq % 2**32, ack=ack % 2**32, window=window)
    frame: Packet = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / tcp
    return frame / payload if payload else frame


@pytest.fixture
def connected(medium: FakeMedium, conn: TcpEnd) -> TcpEnd:
    medium.come(segment("SA", DUT_ISN, ISN + 1, window=4096))
    conn.handshake()
    medium.sent.clear()
    return conn


def test_a_handshake_is_syn_syn_ack_ack(medium: FakeMedium, conn: TcpEnd) -> None:
    medium.on_frame = lambda sent: [segment("SA", DUT_ISN, ISN + 1, window=300)] if sent[TCP].flags == "S" else []
    conn.handshake()

    syn, ack = (sent[TCP] for sent in medium.sent)
    assert (syn.flags, syn.seq, syn.ack, syn.options) == ("S", ISN, 0, [("MSS", 1460)])
    assert (ack.flags, ack.seq, ack.ack) == ("A", ISN + 1, 0)
    assert conn.connected
    assert (conn.irs, conn.dut_window, conn.dut_mss) == (DUT_ISN, 300, 536)


def test_the_syns_fields_can_be_said(medium: FakeMedium, conn: TcpEnd) -> None:
    medium.come(segment("SA", DUT_ISN, ISN + 1))
    conn.handshake(options=[("MSS", 100)], window=7)

    assert (medium.sent[0][TCP].options, medium.sent[0][TCP].window) == ([("MSS", 100)], 7)


def test_the_devices_syn_is_accepted(medium: FakeMedium) -> None:
    conn = network_on(medium).peers(1)[0].tcp(sport=4001, isn=ISN)
    medium.come(segment("S", DUT_ISN), segment("A", DUT_ISN + 1, ISN + 1))
    conn.accept()

    assert medium.sent[0][TCP].flags == "SA"
    assert (medium.sent[0][TCP].ack, conn.dport, conn.connected) == (0, 80, True)


def test_sequence_numbers_follow_what_is_sent(medium: FakeMedium, connected: TcpEnd) -> None:
    connected.send(TCP() / bytes(20))
    connected.send(TCP(flags="FA"))
    connected.send(TCP())

    assert [sent[TCP].seq for sent in medium.sent] == [ISN + 1, 5, 6]


def test_a_segment_that_lies_elsewhere_moves_nothing(medium: FakeMedium, connected: TcpEnd) -> None:
    before = connected.snd_nxt
    connected.send(TCP(seq=before + 5) / b"later")
    connected.send(TCP(seq=before - 1) / b"x")
    assert connected.snd_nxt == before

    connected.send(TCP(seq=before) / b"now")
    assert connected.snd_nxt == before + 3
    assert medium.sent[0][TCP].seq == before + 5


def test_what_is_expected_moves_what_is_acknowledged(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("PA", 0, ISN + 1, b"abc"), segment("FA", 3, ISN + 1))
    connected.send(TCP())
    connected.expect(TCP() / b"abc")
    connected.send(TCP())
    connected.expect(TCP(flags="FA"))
    connected.send(TCP())

    assert [sent[TCP].ack for sent in medium.sent] == [0, 3, 4]


def test_a_retransmission_or_a_hole_moves_nothing(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("PA", 0, 0, b"abc"), segment("PA", 0, 0, b"abc"), segment("PA", 9, 0, b"later"))
    for payload in (b"abc", b"abc", b"later"):
        connected.expect(TCP() / payload)

    assert connected.rcv_nxt == 3


def test_a_syn_ack_again_does_not_wind_back(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("PA", 0, 0, b"abc"), segment("SA", DUT_ISN, ISN + 1))
    connected.expect(TCP() / b"abc")
    connected.expect(TCP(flags="SA"))

    assert connected.rcv_nxt == 3


def test_what_the_device_acknowledges_and_offers_is_kept(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("A", 0, ISN + 1, window=99))
    connected.expect(TCP(flags="A"))

    assert (connected.dut_acked, connected.dut_window) == ((ISN + 1) % 2**32, 99)


def test_without_flags_it_is_an_ack_once_connected_and_an_error_before(
    medium: FakeMedium, conn: TcpEnd, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(HarnessError, match="not connected: say which flags"):
        conn.send(TCP())
    assert medium.sent == []

    request.getfixturevalue("connected").send(b"data")
    assert medium.sent[0][TCP].flags == "A"


def test_flags_that_are_none_are_meant(medium: FakeMedium, connected: TcpEnd) -> None:
    connected.send(TCP(flags=""))

    assert int(medium.sent[0][TCP].flags) == 0


def test_a_segment_without_ack_has_zero_there(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("PA", 0, 0, b"abc"))
    connected.expect(TCP())
    connected.send(TCP(flags="R"))

    assert medium.sent[0][TCP].ack == 0


def test_without_the_devices_port_nothing_can_be_sent(medium: FakeMedium) -> None:
    conn = network_on(medium).peers(1)[0].tcp(sport=4001)
    with pytest.raises(HarnessError, match="port is not known"):
        conn.send(TCP(flags="S"))


def test_its_numbers_can_be_set(medium: FakeMedium, connected: TcpEnd) -> None:
    connected.snd_nxt, connected.rcv_nxt, connected.window = 7, 8, 9
    connected.send(TCP())

    sent = medium.sent[0][TCP]
    assert (sent.seq, sent.ack, sent.window) == (7, 8, 9)


def test_closing_expects_an_acknowledgment_of_the_fin(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("A", 0, ISN + 2))
    connected.close()
    medium.come(segment("FA", 0, ISN + 2))
    connected.accept_close()

    assert [str(sent[TCP].flags) for sent in medium.sent] == ["FA", "A"]
    assert medium.sent[1][TCP].ack == 1


def test_closing_that_is_not_acknowledged_is_unexpected(medium: FakeMedium, connected: TcpEnd) -> None:
    medium.come(segment("A", 0, ISN + 1))
    with pytest.raises(Unexpected, match=r"TCP\.ack"):
        connected.close()


def test_a_frame_built_from_numbers_is_what_scapy_would_build(medium: FakeMedium, connected: TcpEnd) -> None:
    connected.send_data(b"odd")
    (sent,) = medium.sent
    again = sent.copy()
    del again[TCP].chksum, again[IP].chksum, again[IP].len

    assert bytes(again) == bytes(sent)
    assert (str(sent[TCP].flags), bytes(sent[TCP].payload), connected.snd_nxt) == ("PA", b"odd", (ISN + 4) % 2**32)
