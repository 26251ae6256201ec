# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from host.tests.peer.fake_medium import FakeMedium, network_on
from plumbline.errors import Unexpected
from plumbline.match.layers import IP, UDP, Ether, Packet
from plumbline.wire.fragments import take_apart

LARGE = bytes(range(250)) * 12  # three frames


def from_dut(payload: bytes) -> Packet:
    datagram = IP(src="10.0.0.2", dst="10.0.0.1", id=5) / UDP(sport=7, dport=9) / payload
    frame: Packet = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / datagram
    return frame


@pytest.fixture
def medium() -> FakeMedium:
    return FakeMedium()


@pytest.mark.parametrize(("length", "frames"), [(0, 1), (1472, 1), (1473, 2), (2952, 2), (2953, 3), (65507, 45)])
def test_what_is_larger_than_a_frame_goes_in_fragments(medium: FakeMedium, length: int, frames: int) -> None:
    end = network_on(medium).peers(1)[0].udp(7)

    end.send(bytes(length))

    assert [packet[IP].frag * 8 for packet in medium.sent] == [1480 * number for number in range(frames)]
    assert sum(packet[IP].len - 20 for packet in medium.sent) == length + 8
    assert len({packet[IP].id for packet in medium.sent}) == 1


def test_fragments_of_the_device_come_as_one_datagram(medium: FakeMedium) -> None:
    peer = network_on(medium).peers(1)[0]
    end = peer.udp(7, sport=9)

    medium.come(*take_apart(bytes(from_dut(LARGE)), [1480, 1480], ident=5))

    end.expect(UDP(len=8 + len(LARGE)) / LARGE)
    end.expect_nothing()
    peer.expect_nothing()


def test_fragments_that_stay_incomplete_are_no_silence(medium: FakeMedium) -> None:
    peer = network_on(medium).peers(1)[0]
    end = peer.udp(7, sport=9)

    medium.come(*take_apart(bytes(from_dut(LARGE)), [1480, 1480], ident=5)[:2])

    end.expect_nothing()
    with pytest.raises(Unexpected, match="fragment at 0"):
        peer.expect_nothing()


def test_an_end_at_another_address_speaks_to_it_and_hears_it_alone(medium: FakeMedium) -> None:
    peer = network_on(medium).peers(1)[0]
    there, elsewhere = (peer.udp(7, sport=9, at=address) for address in ("198.51.100.7", "198.51.100.8"))

    there.send(b"there")
    elsewhere.send(UDP() / b"elsewhere")
    for address in ("198.51.100.8", "198.51.100.7"):
        answer = IP(src=address, dst="10.0.0.1") / UDP(sport=7, dport=9) / address.encode()
        medium.come(bytes(Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / answer))

    assert [packet[IP].dst for packet in medium.sent] == ["198.51.100.7", "198.51.100.8"]
    there.expect(b"198.51.100.7")
    elsewhere.expect(b"198.51.100.8")
    peer.expect_nothing()
