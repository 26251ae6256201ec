# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from host.tests.peer.fake_medium import FakeMedium, network_on
from plumbline.errors import Unexpected
from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP, Ether, Packet
from plumbline.peer import DutAddress, Network

ALL = "ff:ff:ff:ff:ff:ff"


def from_dut(packet: Packet, to: str = "02:00:00:00:00:01") -> Packet:
    frame: Packet = Ether(src="02:00:00:00:00:02", dst=to) / packet
    return frame


def question(address: str) -> Packet:
    asked = ARP(op=1, hwsrc="02:00:00:00:00:02", psrc="10.0.0.2", hwdst="00:00:00:00:00:00", pdst=address)
    return from_dut(asked, to=ALL)


def ping(to: str) -> Packet:
    return IP(src="10.0.0.2", dst=to) / ICMP()


@pytest.fixture
def medium() -> FakeMedium:
    return FakeMedium()


@pytest.fixture
def network(medium: FakeMedium) -> Network:
    return network_on(medium)


def test_hosts_are_numbered_and_the_device_keeps_its_own_number(network: Network) -> None:
    peers = network.peers(3)

    assert [peer.ip for peer in peers] == ["10.0.0.1", "10.0.0.3", "10.0.0.4"]
    assert [peer.mac.hex(":")[-2:] for peer in peers] == ["01", "03", "04"]
    assert network.peers(1)[0] is peers[0]


def test_they_live_in_the_devices_network(medium: FakeMedium) -> None:
    network = Network(medium, DutAddress.of("02:00:00:00:00:02", "192.0.2.65", "255.255.255.192"), seed=1)

    assert [peer.ip for peer in network.peers(2)] == ["192.0.2.66", "192.0.2.67"]


def test_a_question_for_a_peer_is_answered_and_nobody_has_to_look_at_it(medium: FakeMedium, network: Network) -> None:
    one, other = network.peers(2)
    medium.come(question(other.ip))
    one.expect_nothing()
    other.expect_nothing()

    (answer,) = medium.sent
    assert (answer[ARP].op, answer[ARP].psrc, answer[ARP].hwsrc) == (2, other.ip, "02:00:00:00:00:03")
    assert (answer.dst, answer[ARP].pdst) == ("02:00:00:00:00:02", "10.0.0.2")


def test_a_peer_that_does_not_answer_sees_the_question_alone(medium: FakeMedium, network: Network) -> None:
    one, other = network.peers(2)
    other.arp = False
    medium.come(question(other.ip))

    assert other.expect(ARP(op=1)).pdst == other.ip
    one.expect_nothing()
    assert medium.sent == []


def test_a_question_for_nobody_is_seen_by_all(medium: FakeMedium, network: Network) -> None:
    medium.come(question("10.0.0.77"))

    for peer in network.peers(2):
        peer.expect(ARP(pdst="10.0.0.77"))


def test_a_frame_is_the_peers_it_is_addressed_to(medium: FakeMedium, network: Network) -> None:
    one, other = network.peers(2)
    medium.come(from_dut(ping(other.ip), to="02:00:00:00:00:03"))

    one.expect_nothing()
    other.expect(ICMP(type=8))


def test_a_frame_for_a_stranger_is_seen_by_all(medium: FakeMedium, network: Network) -> None:
    medium.come(from_dut(ping("10.0.0.9"), to="02:00:00:00:00:09"), from_dut(ping("255.255.255.255"), to=ALL))

    assert [len(peer.frames()) for peer in network.peers(2)] == [2, 2]


def test_an_ends_frame_is_not_the_peers(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    conn, udp = peer.tcp(80, sport=4001), peer.udp(53, sport=4001)
    net = IP(src="10.0.0.2", dst=peer.ip)
    medium.come(from_dut(net / TCP(sport=80, dport=4001, flags="R")), from_dut(net / UDP(sport=53, dport=4001) / b"x"))

    peer.expect_nothing()
    conn.expect(TCP(flags="R"))
    udp.expect(b"x")


def test_other_ports_are_the_peers(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    conn = peer.tcp(80, sport=4001)
    medium.come(from_dut(IP(src="10.0.0.2", dst=peer.ip) / TCP(sport=81, dport=4001, flags="R")))

    conn.expect_nothing()
    peer.expect(TCP(sport=81))


def test_an_end_made_later_has_what_came_for_it_before(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    medium.come(from_dut(IP(src="10.0.0.2", dst=peer.ip) / TCP(sport=5000, dport=80, flags="S", seq=9)))
    medium.settle()

    conn = peer.tcp(sport=80)

    conn.expect(TCP(flags="S"))
    assert (conn.dport, conn.rcv_nxt) == (5000, 10)
    peer.expect_nothing()


def test_a_later_end_takes_over_the_ports_of_an_earlier_one(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    first, second = peer.tcp(80, sport=4001), peer.tcp(80, sport=4001)
    medium.come(from_dut(IP(src="10.0.0.2", dst=peer.ip) / TCP(sport=80, dport=4001, flags="SA")))

    first.expect_nothing()
    second.expect(TCP(flags="SA"))


def test_what_a_peer_sends_is_filled_in(medium: FakeMedium, network: Network) -> None:
    one, other = network.peers(2)
    one.send(ICMP(type=8, id=1, seq=2) / b"data")
    other.send(ARP())
    one.send(ARP(op=2))

    ping_sent, asked, told = medium.sent
    assert (ping_sent.src, ping_sent[IP].dst, ping_sent[ICMP].seq) == ("02:00:00:00:00:01", "10.0.0.2", 2)
    assert (asked.dst, asked[ARP].psrc, asked[ARP].pdst, asked[ARP].hwdst) == (
        ALL,
        other.ip,
        "10.0.0.2",
        "00:" * 5 + "00",
    )
    assert (told.dst, told[ARP].psrc, told[ARP].hwdst) == ("02:00:00:00:00:02", one.ip, "02:00:00:00:00:02")


def test_runs_with_one_seed_are_alike_and_with_another_differ(medium: FakeMedium) -> None:
    def isns(seed: int) -> list[int]:
        return [peer.tcp(80).isn for peer in network_on(medium, seed).peers(3)]

    assert isns(1) == isns(1)
    assert isns(1) != isns(2)
    assert len(set(isns(1))) == 3


def test_a_failure_shows_both_sides_all_that_came_and_the_ladder(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    medium.come(from_dut(ping(peer.ip)), from_dut(IP(src="10.0.0.2", dst=peer.ip) / ICMP(type=0)))

    with pytest.raises(Unexpected) as failure:
        peer.expect(ICMP(type=3, code=3))

    text = str(failure.value)
    assert text.startswith("peer expected ICMP(type=3, code=3); frame 1 at 0 ms is another\n")
    assert "\n! ICMP.type" in text
    assert "ICMP 10.0.0.2 > 10.0.0.1 echo reply" in text
    assert text.endswith("the ladder")


def test_nothing_came_is_said(network: Network) -> None:
    with pytest.raises(Unexpected, match=r"peer expected ICMP\(type=3\); nothing came"):
        network.peers(1)[0].expect(ICMP(type=3))


def test_something_came_is_said_where_nothing_was_expected(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    medium.come(from_dut(ping(peer.ip)))

    with pytest.raises(Unexpected, match=r"expected nothing; there came\n +1 +0 ms  ICMP"):
        peer.expect_nothing()


def test_in_any_order_others_stay_to_be_expected(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    medium.come(*(from_dut(IP(src="10.0.0.2", dst=peer.ip) / ICMP(type=8, seq=seq)) for seq in (1, 2, 3)))

    peer.expect(ICMP(seq=3), any_order=True)
    peer.expect(ICMP(seq=1))
    peer.expect(ICMP(seq=2))
    peer.expect_nothing()


def test_a_frame_that_did_not_match_is_still_there(medium: FakeMedium, network: Network) -> None:
    (peer,) = network.peers(1)
    medium.come(from_dut(ping(peer.ip)))
    with pytest.raises(Unexpected):
        peer.expect(ICMP(type=0))

    peer.expect(ICMP(type=8))


def test_connections_go_where_the_peers_are_told_unless_they_say(medium: FakeMedium, network: Network) -> None:
    (one,) = network.peers(1)
    network.call("198.51.100.7")
    other = network.peers(2)[1]

    for end in (one.tcp(80), other.tcp(80), other.tcp(80, at="198.51.100.9")):
        end.send(TCP(flags="S"))

    assert [sent[IP].dst for sent in medium.sent] == ["198.51.100.7", "198.51.100.7", "198.51.100.9"]
