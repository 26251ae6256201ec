# SPDX-License-Identifier: GPL-2.0-or-later
"""One tape or more for each rule, whose last frame of the device breaks that rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

from host.tests.judge.tape import DEVICE, DUT_IP, DUT_MAC, FAR_IP, MSS, PEER_IP, PEER_MAC, ScapyField, Tape
from plumbline.events import FrameEvent, Way
from plumbline.wire.addresses import mac_bytes
from plumbline.wire.fence import encode_fence
from plumbline.wire.fragments import take_apart

Play = Callable[[Tape], None]
BROADCAST = "ff:ff:ff:ff:ff:ff"
BREAKS: list[tuple[str, Play]] = []


def breaks(rule: str) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        BREAKS.append((rule, play))
        return play

    return keep


def ip(**fields: ScapyField) -> Packet:
    return IP(**{"src": DUT_IP, "dst": PEER_IP, **fields})


def datagram(**fields: ScapyField) -> Packet:
    return UDP(sport=5, dport=6, **fields) / b"datagram"


def question(target: str = PEER_IP, **fields: ScapyField) -> Packet:
    arp = ARP(**{"op": 1, "hwsrc": DUT_MAC, "psrc": DUT_IP, "pdst": target, **fields})
    return Ether(src=DUT_MAC, dst=BROADCAST) / arp


def in_fragments(packet: Packet, sizes: list[int]) -> list[bytes]:
    return take_apart(bytes(Ether(src=DUT_MAC, dst=PEER_MAC) / packet), sizes, ident=1)


def fragments_of_the_peer() -> list[bytes]:
    """A segment of 100 octets at 1, which the fence of `opened` makes next."""
    tape = Tape()
    tape.peer("PA", 1, 1, bytes(100))
    event = tape.events[-1]
    assert isinstance(event, FrameEvent)
    return take_apart(event.data, [64], ident=1)


# -- Ethernet


@breaks("frame-grammar")
def a_truncated_ip_header(tape: Tape) -> None:
    tape.raw(Way.FROM_DUT, bytes(Ether(src=DUT_MAC, dst=PEER_MAC, type=0x800)) + b"\x45\0\0\x14")


@breaks("frame-grammar")
def a_tcp_data_offset_beyond_the_segment(tape: Tape) -> None:
    tape.from_dut(ip() / TCP(sport=7, dport=9000, flags="R", dataofs=15))


@breaks("eth-source")
def anothers_mac(tape: Tape) -> None:
    tape.from_dut(Ether(src=PEER_MAC, dst=PEER_MAC) / ip() / datagram())


@breaks("eth-destination")
def to_itself(tape: Tape) -> None:
    tape.from_dut(Ether(src=DUT_MAC, dst=DUT_MAC) / ip() / datagram())


@breaks("eth-broadcast")
def a_unicast_packet_in_a_broadcast_frame(tape: Tape) -> None:
    tape.from_dut(Ether(src=DUT_MAC, dst=BROADCAST) / ip() / datagram())


@breaks("eth-padding")
def padding_with_an_old_frame_in_it(tape: Tape) -> None:
    tape.from_dut(question(), fill=b"\x55")


@breaks("eth-padding")
def octets_behind_a_long_packet(tape: Tape) -> None:
    packet = Ether(src=DUT_MAC, dst=PEER_MAC) / ip() / UDP(sport=5, dport=6) / bytes(100)
    tape.raw(Way.FROM_DUT, bytes(packet) + b"\0\0")


@breaks("eth-runt")
def a_short_frame_of_a_device_that_fills_up(tape: Tape) -> None:
    tape.device = replace(DEVICE, filled_to=60)
    tape.raw(Way.FROM_DUT, bytes(question()).ljust(60, b"\0"))
    tape.raw(Way.FROM_DUT, bytes(question("192.0.2.102")).ljust(59, b"\0"))


@breaks("eth-type")
def ipv6(tape: Tape) -> None:
    tape.from_dut(Ether(src=DUT_MAC, dst=PEER_MAC, type=0x86DD) / bytes(46))


# -- ARP


@breaks("arp-sender")
def anothers_address_in_arp(tape: Tape) -> None:
    tape.from_dut(question(psrc=PEER_IP))


@breaks("arp-target")
def a_reply_to_everyone(tape: Tape) -> None:
    reply = ARP(op=2, hwsrc=DUT_MAC, psrc=DUT_IP, hwdst=PEER_MAC, pdst=PEER_IP)
    tape.from_dut(Ether(src=DUT_MAC, dst=BROADCAST) / reply)


@breaks("arp-target")
def an_operation_that_is_none(tape: Tape) -> None:
    tape.from_dut(question(op=3))


@breaks("arp-target")
def a_question_to_a_group(tape: Tape) -> None:
    tape.from_dut(Ether(src=DUT_MAC, dst="01:00:5e:00:00:01") / question()[ARP])


@breaks("arp-rate")
def a_question_again_after_anothers_answer(tape: Tape) -> None:
    tape.from_dut(question())
    tape.to_dut(ARP(op=2, hwsrc=PEER_MAC, psrc="192.0.2.102", hwdst=DUT_MAC, pdst=DUT_IP))
    tape.ms = 999
    tape.from_dut(question())


@breaks("arp-rate")
def two_questions_within_a_second(tape: Tape) -> None:
    tape.from_dut(question())
    tape.ms = 999
    tape.from_dut(question())


# -- IP, ICMP, UDP


@breaks("ip-header")
def a_ttl_of_zero(tape: Tape) -> None:
    tape.from_dut(ip(ttl=0) / datagram())


@breaks("ip-header")
def the_evil_bit(tape: Tape) -> None:
    tape.from_dut(ip(flags=4) / datagram())


@breaks("ip-checksum")
def a_wrong_header_checksum(tape: Tape) -> None:
    tape.from_dut(ip(chksum=0x1234) / datagram())


@breaks("ip-source")
def anothers_address(tape: Tape) -> None:
    tape.from_dut(ip(src="192.0.2.3") / datagram())


@breaks("ip-source")
def a_datagram_from_the_address_it_had(tape: Tape) -> None:
    tape.shell("net 192.0.2.77 255.255.255.0 0.0.0.0")
    tape.from_dut(ip() / datagram())


@breaks("ip-source")
def a_connection_that_goes_on_at_the_address_it_had(tape: Tape) -> None:
    tape.opened()
    tape.shell("net 192.0.2.77 255.255.255.0 0.0.0.0")
    tape.fence()
    tape.dut("PA", 1, 1, b"still here")


@breaks("ip-source")
def a_second_reset_from_the_address_it_had(tape: Tape) -> None:
    tape.opened()
    tape.shell("net 192.0.2.77 255.255.255.0 0.0.0.0")
    tape.dut("RA", 1, 1)
    tape.dut("RA", 1, 1)


@breaks("arp-sender")
def an_address_it_had_in_arp(tape: Tape) -> None:
    tape.shell("net 192.0.2.77 255.255.255.0 0.0.0.0")
    tape.from_dut(question())


@breaks("ip-source")
def beyond_the_prefix_of_its_proxy(tape: Tape) -> None:
    tape.shell("proxy start 198.51.100.0 255.255.255.0 reset")
    tape.from_dut(ip(src="198.51.101.0") / datagram())


@breaks("ip-source")
def from_the_prefix_of_a_proxy_that_was_stopped(tape: Tape) -> None:
    tape.shell("proxy start 198.51.100.0 255.255.255.0 reset")
    tape.shell("proxy stop")
    tape.shell("net")
    tape.from_dut(ip(src="198.51.100.7") / datagram())


@breaks("arp-sender")
def a_question_of_the_proxys(tape: Tape) -> None:
    tape.shell("proxy start 198.51.100.0 255.255.255.0 reset")
    tape.from_dut(question(psrc="198.51.100.7"))


@breaks("ip-destination")
def to_its_own_address(tape: Tape) -> None:
    tape.from_dut(ip(dst=DUT_IP) / datagram())


@breaks("ip-fragment")
def a_fragment_of_tcp(tape: Tape) -> None:
    tape.from_dut(ip(proto=6, flags="MF") / bytes(64))


@breaks("ip-fragment")
def a_first_piece_of_odd_length(tape: Tape) -> None:
    tape.from_dut(ip(proto=17, flags="MF") / bytes(63))


@breaks("ip-fragment")
def a_datagram_whose_last_fragment_never_comes(tape: Tape) -> None:
    tape.raw(Way.FROM_DUT, in_fragments(ip() / UDP(sport=5, dport=6) / bytes(100), [64])[0])
    tape.fence()


@breaks("ip-fragment")
def fragments_that_overlap(tape: Tape) -> None:
    first, last = in_fragments(ip() / UDP(sport=5, dport=6) / bytes(100), [64])
    overlapping = in_fragments(ip() / UDP(sport=5, dport=6) / bytes(100), [56])[1]
    for piece in (first, overlapping):
        tape.raw(Way.FROM_DUT, piece)
    tape.fence()
    assert last != overlapping


@breaks("ip-fragment")
def a_piece_beyond_the_largest_packet(tape: Tape) -> None:
    tape.from_dut(ip(proto=1, frag=8190) / bytes(32))


@breaks("udp-checksum")
def a_wrong_udp_checksum_in_fragments(tape: Tape) -> None:
    for piece in in_fragments(ip() / UDP(sport=5, dport=6, chksum=0x1234) / bytes(100), [64, 32]):
        tape.raw(Way.FROM_DUT, piece)


@breaks("udp-length")
def a_len_that_says_less_in_fragments(tape: Tape) -> None:
    for piece in reversed(in_fragments(ip() / UDP(sport=5, dport=6, len=107) / bytes(100), [64])):
        tape.raw(Way.FROM_DUT, piece)


@breaks("icmp-checksum")
def a_wrong_icmp_checksum(tape: Tape) -> None:
    tape.from_dut(ip() / ICMP(type=0, chksum=1) / b"ping")


@breaks("udp-length")
def a_len_that_says_less(tape: Tape) -> None:
    tape.from_dut(ip() / datagram(len=10))


@breaks("udp-checksum")
def a_wrong_udp_checksum(tape: Tape) -> None:
    tape.from_dut(ip() / datagram(chksum=0xFFFE))


@breaks("udp-checksum")
def no_udp_checksum(tape: Tape) -> None:
    tape.from_dut(ip() / datagram(chksum=0))


# -- the TCP header


@breaks("tcp-checksum")
def a_wrong_tcp_checksum(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"data", chksum=0x1234)


@breaks("tcp-header")
def reserved_bits(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"data", reserved=1)


@breaks("tcp-header")
def a_port_of_zero(tape: Tape) -> None:
    tape.to_dut(IP(src=PEER_IP, dst=DUT_IP) / TCP(sport=0, dport=7, flags="S", seq=1))
    tape.from_dut(ip() / TCP(sport=7, dport=0, flags="RA", seq=0, ack=2))


@breaks("tcp-header")
def a_connection_at_port_zero(tape: Tape) -> None:
    tape.to_dut(IP(src=PEER_IP, dst=DUT_IP) / TCP(sport=7, dport=0, flags="S", seq=1))
    tape.from_dut(ip() / TCP(sport=0, dport=7, flags="SA", seq=0, ack=2, options=MSS))


@breaks("tcp-header")
def fin_with_syn(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    tape.dut("SFA", 0, 1, options=MSS)


@breaks("tcp-options")
def an_option_longer_than_the_header(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    mss_and_overlong = b"\x02\x04\x05\xb4\x1e\x09\0\0"
    tape.dut("SA", 0, 1, mss_and_overlong, dataofs=7)


@breaks("tcp-options")
def an_option_of_the_wrong_length(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    mss_and_short_scale = b"\x02\x04\x05\xb4\x03\x02\0\0"
    tape.dut("SA", 0, 1, mss_and_short_scale, dataofs=7)


@breaks("tcp-options-eol")
def garbage_behind_eol(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=[*MSS, ("EOL", None), ("NOP", None), ("NOP", None), ("NOP", None)])


@breaks("tcp-mss-on-syn")
def mss_on_data(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"data", options=MSS)


@breaks("tcp-syn-without-mss")
def a_syn_without_options(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1)


# -- what is sent on a connection


@breaks("tcp-iss")
def a_syn_again_with_another_number(tape: Tape) -> None:
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.dut("S", 1, options=MSS)


@breaks("tcp-iss")
def a_syn_again_with_another_number_after_a_call_for_another_connection(tape: Tape) -> None:
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.shell("tcp connect 2 192.0.2.101:9001")
    tape.shell("tcp abort 2")
    tape.dut("S", 1, options=MSS)


@breaks("tcp-unopened")
def an_ack_from_a_listener(tape: Tape) -> None:
    tape.peer("A", 1, 1)
    tape.dut("A", 1, 1)


@breaks("tcp-ack-flag")
def data_without_ack(tape: Tape) -> None:
    tape.opened().dut("P", 1, 0, b"data")


@breaks("tcp-gap")
def a_skipped_octet(tape: Tape) -> None:
    tape.opened().dut("PA", 2, 1, b"data")


@breaks("tcp-seq-old")
def an_ack_from_the_past(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"0123456789")
    tape.peer("A", 1, 11)
    tape.dut("A", 5, 1)


@breaks("tcp-rewritten")
def other_octets_the_second_time(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"0123456789")
    tape.dut("PA", 4, 1, b"34x678")


@breaks("tcp-window")
def one_octet_too_many(tape: Tape) -> None:
    tape.opened(peer_window=10).dut("PA", 1, 1, b"0123456789x")


@breaks("tcp-window")
def data_before_a_window_was_offered(tape: Tape) -> None:
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.peer("SA", 0, 2, options=MSS)  # acknowledges what was never sent, so offers nothing
    tape.dut("A", 1, 1, b"data")


@breaks("tcp-window")
def two_octets_into_a_closed_window(tape: Tape) -> None:
    tape.opened(peer_window=10).dut("PA", 1, 1, b"0123456789")
    tape.peer("A", 1, 11, window=0)
    tape.dut("PA", 11, 1, b"xy")


@breaks("tcp-window")
def an_octet_far_beyond_a_closed_window(tape: Tape) -> None:
    tape.opened(peer_window=10).dut("PA", 1, 1, b"0123456789")
    tape.peer("A", 1, 11, window=0)
    tape.dut("A", 11, 1, b"x")
    tape.dut("A", 12, 1, b"y")


@breaks("tcp-window-shrunk")
def new_data_into_a_window_that_shrank(tape: Tape) -> None:
    tape.opened(peer_window=100)
    tape.peer("A", 1, 1, window=4)
    tape.fence()
    tape.dut("PA", 1, 1, b"01234")


@breaks("tcp-window-shrunk")
def an_octet_into_a_window_that_was_closed_opened_and_shrank(tape: Tape) -> None:
    tape.opened(peer_window=10).dut("PA", 1, 1, bytes(10))
    for window in (0, 100, 50):
        tape.peer("A", 1, 11, window=window)
        tape.fence()
    tape.dut("PA", 11, 1, bytes(50))
    tape.dut("A", 61, 1, b"x")


@breaks("tcp-mss")
def a_payload_larger_than_the_peers_mss(tape: Tape) -> None:
    tape.opened(peer_mss=100).dut("PA", 1, 1, bytes(101))


@breaks("tcp-mss")
def more_than_536_without_the_option(tape: Tape) -> None:
    tape.opened(peer_mss=None).dut("PA", 1, 1, bytes(537))


@breaks("tcp-after-fin")
def data_behind_fin(tape: Tape) -> None:
    tape.opened().dut("FA", 1, 1)
    tape.dut("PA", 2, 1, b"more")


@breaks("tcp-fin-moved")
def fin_before_what_was_sent(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"0123456789")
    tape.dut("FA", 5, 1)


@breaks("tcp-fin-moved")
def fin_again_elsewhere(tape: Tape) -> None:
    tape.opened().dut("PFA", 1, 1, b"last")
    tape.dut("FA", 4, 1)


# -- what is acknowledged


@breaks("tcp-ack-back")
def an_ack_that_goes_back(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"0123456789")
    tape.dut("A", 1, 11)
    tape.dut("A", 1, 5, window=4106)


@breaks("tcp-ack-beyond")
def an_ack_of_what_never_came(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"0123456789")
    tape.dut("A", 1, 12)


@breaks("tcp-ack-beyond")
def a_first_ack_that_covers_nothing_of_the_peer(tape: Tape) -> None:
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.dut("A", 1, 1)


@breaks("tcp-ack-beyond")
def an_ack_over_a_hole(tape: Tape) -> None:
    tape.opened().peer("PA", 2, 1, b"123456789")
    tape.dut("A", 1, 11)


@breaks("tcp-ack-beyond")
def an_ack_of_a_damaged_segment(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"0123456789", chksum=0x1234)
    tape.dut("A", 1, 11)


@breaks("tcp-ack-window")
def an_ack_of_what_the_window_did_not_hold(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=MSS, window=4)
    tape.peer("PA", 1, 1, b"01234")
    tape.dut("A", 1, 6)


@breaks("tcp-edge-left")
def a_window_taken_back(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"0123456789")
    tape.dut("A", 1, 11, window=4085)


@breaks("tcp-ack-cause")
def an_ack_for_nothing(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"data")
    tape.dut("A", 1, 5)
    for _ in range(3):  # the segment, and what a delayed ACK may have left over
        tape.dut("A", 1, 5)


@breaks("tcp-ack-second")
def two_full_segments_unanswered(tape: Tape) -> None:
    tape.opened().peer("A", 1, 1, bytes(1460))
    tape.peer("A", 1461, 1, bytes(1460))
    tape.fence()


@breaks("tcp-ack-late")
def data_unanswered_for_half_a_second(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"data")
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def fin_unanswered_for_half_a_second(tape: Tape) -> None:
    tape.opened().peer("FA", 1, 1)
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def data_before_a_fin_that_came_first(tape: Tape) -> None:
    tape.opened().peer("FA", 5, 1)
    tape.dut("A", 1, 1)
    tape.peer("PA", 1, 1, b"data")
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def data_unanswered_after_a_reset_that_no_device_takes(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"data")
    tape.peer("R", 9000)
    tape.fence()
    tape.ms = 500
    tape.fence()


# -- RST


@breaks("tcp-rst-to-rst")
def a_reset_answered_by_a_reset(tape: Tape) -> None:
    tape.peer("R", 1)
    tape.dut("RA", -0xFFFFFF00, 1)


@breaks("tcp-rst-fields")
def a_reset_of_its_own_making(tape: Tape) -> None:
    tape.peer("S", 0, options=MSS)
    tape.dut("RA", 0, 1)


@breaks("tcp-rst-fields")
def a_reset_one_below_what_is_next_and_without_a_cause(tape: Tape) -> None:
    tape.opened().dut("PA", 1, 1, b"data")
    tape.fence()
    tape.dut("RA", 4, 1)


@breaks("tcp-rst-fields")
def a_reset_that_does_not_take_the_ack(tape: Tape) -> None:
    tape.peer("A", 1, 77)
    tape.dut("R", 78)


# -- activity


@breaks("polls")
def polls_behind_the_answer_to_a_request(tape: Tape) -> None:
    tape.shell("help")
    tape.says("@1= ok")
    tape.fence()
    tape.polls += 10
    tape.fence()


@breaks("polls")
def a_task_that_spins(tape: Tape) -> None:
    tape.polls = 10_000
    tape.fence()


@breaks("polls")
def two_polls_for_each_deadline(tape: Tape) -> None:
    tape.fence()
    tape.advance(10_000, deadlines=40)
    tape.polls += 2 * 40
    tape.fence()


@breaks("poll-frames")
def a_poll_without_end_after_polling_by_hand(tape: Tape) -> None:
    tape.shell("poll hand")
    tape.shell("poll 64 64")
    tape.says("@1= ok frames=20 waiting=0")
    tape.longest_poll = 20
    tape.fence()
    tape.shell("poll auto")
    tape.longest_poll = 21
    tape.fence()


@breaks("poll-frames")
def a_poll_without_end(tape: Tape) -> None:
    tape.longest_poll = 17
    tape.fence()


# -- fences


@breaks("fence-answer")
def an_answer_to_another_fence(tape: Tape) -> None:
    tape.fence(number=7)


@breaks("fence-answer")
def an_answer_to_who_did_not_ask(tape: Tape) -> None:
    tape.fence(to=BROADCAST)


@breaks("fence-answer")
def an_answer_in_anothers_name(tape: Tape) -> None:
    tape.fence(of="02:00:00:00:00:03")


@breaks("fence-answer")
def a_second_answer_to_a_fence(tape: Tape) -> None:
    tape.fence()
    tape.answer()


@breaks("fence-answer")
def a_fence_of_the_device(tape: Tape) -> None:
    tape.raw(Way.FROM_DUT, encode_fence(1, dst=mac_bytes(PEER_MAC), src=DEVICE.mac), is_fence=True)


@breaks("fence-answer")
def an_answer_cut_short(tape: Tape) -> None:
    tape.fence()
    whole = tape.events[-1]
    assert isinstance(whole, FrameEvent)
    tape.ask()
    tape.raw(Way.FROM_DUT, whole.data[:60], is_fence=True)


@breaks("fence-frames")
def a_fence_that_counts_one_too_few_in(tape: Tape) -> None:
    tape.peer("R", 1)
    tape.fence(frames_in=0)


@breaks("fence-frames")
def a_fence_that_counts_a_fence_as_a_frame_behind_the_answer_to_that(tape: Tape) -> None:
    tape.raw(Way.TO_DUT, encode_fence(77, dst=DEVICE.mac, src=mac_bytes(PEER_MAC)))
    tape.ask()
    tape.answer(number=77, frames_in=0)
    tape.answer(frames_in=1)


@breaks("fence-frames")
def a_fence_that_counts_one_too_few_out(tape: Tape) -> None:
    tape.from_dut(question())
    tape.fence(frames_out=0)


@breaks("fence-drops")
def a_frame_dropped_without_a_reason(tape: Tape) -> None:
    tape.dropped = 1
    tape.peer("R", 1)
    tape.fence()


@breaks("fence-drops")
def a_frame_dropped_after_its_reason_is_gone(tape: Tape) -> None:
    tape.shell("link fault rx-alloc all")
    tape.shell("link fault rx-alloc off")
    tape.fence()
    tape.dropped = 1
    tape.peer("R", 1)
    tape.fence()


@breaks("fence-drops")
def more_frames_dropped_than_were_to_find_no_buffer(tape: Tape) -> None:
    tape.shell("link fault rx-alloc 1")
    tape.peer("R", 1)
    tape.dropped = 1
    tape.fence()
    tape.peer("R", 1)
    tape.dropped = 2
    tape.fence()


@breaks("fence-waiting")
def frames_that_wait_though_it_polls_by_itself(tape: Tape) -> None:
    tape.shell("poll hand")
    tape.shell("poll auto")
    tape.peer("R", 1)
    tape.fence(waiting=1)


@breaks("fence-clock")
def another_time_than_the_held_clock(tape: Tape) -> None:
    tape.ms = 1000
    tape.fence(ms=999)


@breaks("fence-clock")
def another_time_than_the_one_it_started_at(tape: Tape) -> None:
    tape.says("!4294967000 ready protocol=1")
    tape.fence()


@breaks("fence-clock")
def a_deadline_that_no_advance_told_of(tape: Tape) -> None:
    tape.advance(1000, deadlines=3)
    tape.fence(deadlines=4)


@breaks("fence-back")
def a_counter_that_goes_back(tape: Tape) -> None:
    tape.fence(wakes=2)
    tape.fence(wakes=1)


@breaks("fence-back")
def a_longest_poll_that_becomes_shorter(tape: Tape) -> None:
    tape.fence(longest_poll=2)
    tape.fence(longest_poll=1)


@breaks("fence-idle")
def an_answer_without_an_idle_entry(tape: Tape) -> None:
    tape.fence(idles=4)
    tape.fence(idles=4)


@breaks("fence-early")
def a_frame_behind_the_fence(tape: Tape) -> None:
    tape.fence()
    tape.raw(Way.FROM_DUT, bytes(question()).ljust(60, b"\0"), unasked=True)


# -- after what excuses the device for a while


@breaks("tcp-ack-late")
def no_ack_though_the_transmit_ring_has_room_again(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault tx-full all")
    tape.peer("PA", 1, 1, b"cannot be acknowledged")
    tape.refused = 1
    tape.fence()
    tape.shell("link fault tx-full off")
    tape.dut("A", 1, 23)
    tape.peer("PA", 23, 1, b"can")
    tape.ms = 600
    tape.fence()


@breaks("tcp-ack-late")
def an_ack_that_the_ring_refused_and_that_never_comes(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault tx-full all")
    tape.peer("PA", 1, 1, b"refused")
    tape.refused = 1
    tape.fence()
    tape.ms = 10_000
    tape.fence()
    tape.shell("link fault tx-full off")
    tape.fence()
    tape.ms = 10_500
    tape.fence()


@breaks("tcp-ack-late")
def an_ack_that_was_never_tried_at_a_full_ring(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault tx-full all")
    tape.peer("PA", 1, 1, b"not tried")
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_after_the_last_send_that_was_to_be_refused(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault tx-full 2")
    tape.peer("PA", 1, 1, b"refused twice")
    tape.refused = 2
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_though_the_ring_still_has_room(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault tx-room 1")
    tape.peer("PA", 1, 1, b"there is room")
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_though_what_was_lost_was_another_frame(tape: Tape) -> None:
    tape.opened().peer("PA", 1, 1, b"data")
    tape.fence()
    tape.shell("link fault rx-alloc 1")
    tape.to_dut(ip(src=PEER_IP, dst=DUT_IP) / datagram())
    tape.dropped = 1
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_though_the_gateway_is_known(tape: Tape) -> None:
    tape.peer_ip = FAR_IP
    tape.opened()
    tape.from_dut(question("192.0.2.102"))
    tape.peer("PA", 1, 1, b"data")
    tape.fence()
    tape.ms = 500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_though_frames_are_noticed_again(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault rx-defer on")
    tape.peer("PA", 1, 1, b"data")
    tape.fence(waiting=1)
    tape.ms = 1000
    tape.fence(waiting=1)
    tape.shell("link fault rx-defer off")
    tape.fence()
    tape.ms = 1500
    tape.fence()


@breaks("tcp-ack-late")
def no_ack_though_what_was_lost_came_again(tape: Tape) -> None:
    tape.opened()
    tape.shell("link fault rx-alloc 1")
    tape.peer("PA", 1, 1, b"lost")
    tape.dropped = 1
    tape.fence()
    tape.peer("PA", 1, 1, b"lost")
    tape.dut("A", 1, 5)
    tape.peer("PA", 5, 1, b"whole")
    tape.fence()
    tape.ms = 600
    tape.fence()


@breaks("tcp-ack-beyond")
def an_ack_of_more_after_a_segment_in_fragments(tape: Tape) -> None:
    tape.opened()
    for piece in fragments_of_the_peer():
        tape.raw(Way.TO_DUT, piece)
    tape.dut("A", 1, 1 + 100)
    tape.dut("A", 1, 1 + 101)
