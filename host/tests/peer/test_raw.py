# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from host.tests.peer.fake_medium import FakeMedium, network_on
from plumbline.errors import Unexpected
from plumbline.match.layers import ICMP, IP, Ether
from plumbline.peer import Wire

PING = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / ICMP()


@pytest.fixture
def medium() -> FakeMedium:
    return FakeMedium()


def test_it_sends_bytes_as_they_stand(medium: FakeMedium) -> None:
    Wire(medium).send(b"\x01" * 20)

    assert bytes(medium.sent[0]) == b"\x01" * 20


def test_it_sees_what_peers_see_and_takes_nothing_from_them(medium: FakeMedium) -> None:
    wire, (peer,) = Wire(medium), network_on(medium).peers(1)
    medium.come(PING)

    assert len(wire.frames()) == 1
    assert wire.frames() == []
    peer.expect(ICMP(type=8))


def test_silence_on_the_whole_wire_can_be_proved(medium: FakeMedium) -> None:
    wire = Wire(medium)
    wire.expect_nothing()
    medium.come(PING)

    with pytest.raises(Unexpected, match="the wire expected nothing"):
        wire.expect_nothing()
    wire.expect(ICMP())
