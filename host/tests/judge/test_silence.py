# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge says nothing about traffic that is right, however unusual."""

from __future__ import annotations

from dataclasses import replace

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether

from host.tests.judge.broken_tapes import BROADCAST, datagram, fragments_of_the_peer, in_fragments, ip, question
from host.tests.judge.tape import DEVICE, DUT_IP, DUT_MAC, FAR_IP, GATEWAY_IP, IRS, MSS, PEER_IP, PEER_MAC, Tape
from plumbline.events import Way
from plumbline.wire.addresses import mac_bytes
from plumbline.wire.fence import encode_fence


def test_arp_ping_and_datagrams() -> None:
    tape = Tape()
    tape.from_dut(question())
    tape.ms = 1000
    tape.from_dut(question())
    tape.from_dut(question("192.0.2.102"))
    tape.from_dut(
        Ether(src=DUT_MAC, dst=PEER_MAC) / ARP(op=2, hwsrc=DUT_MAC, psrc=DUT_IP, hwdst=PEER_MAC, pdst=PEER_IP)
    )
    tape.from_dut(ip() / ICMP(type=0) / b"ping")
    tape.from_dut(ip() / datagram())
    tape.from_dut(Ether(src=DUT_MAC, dst=BROADCAST) / ip(dst="192.0.2.255") / datagram())
    for piece in reversed(in_fragments(ip() / UDP(sport=5, dport=6) / bytes(2991), [1480, 1480])):
        tape.raw(Way.FROM_DUT, piece)
    tape.fence()

    assert tape.findings() == []


def test_a_proxy_speaks_for_the_addresses_of_its_prefix() -> None:
    tape = Tape()
    tape.shell("proxy start 198.51.100.0 255.255.255.0 reset tuples=4")
    answer = ARP(op=2, hwsrc=DUT_MAC, psrc="198.51.100.7", hwdst=PEER_MAC, pdst=PEER_IP)
    tape.from_dut(Ether(src=DUT_MAC, dst=PEER_MAC) / answer)
    tape.from_dut(ip(src="198.51.100.0") / datagram())
    tape.from_dut(ip(src="198.51.100.255") / ICMP(type=0) / b"ping")
    tape.fence()
    tape.shell("proxy stop")
    tape.from_dut(ip(src="198.51.100.7") / datagram())

    assert tape.findings() == []


def test_a_reset_of_what_came_to_port_0_is_from_there() -> None:
    tape = Tape()
    tape.to_dut(IP(src=PEER_IP, dst=DUT_IP) / TCP(sport=7, dport=0, flags="S", seq=1))
    tape.from_dut(ip() / TCP(sport=0, dport=7, flags="RA", seq=0, ack=2))

    assert tape.findings() == []


def test_a_udp_sum_of_zero_is_sent_as_all_ones() -> None:
    sum_of_rest = 0xFFFF ^ UDP(bytes(ip() / UDP(sport=5, dport=6) / b"\0\0")[20:]).chksum
    packet = IP(bytes(ip() / UDP(sport=5, dport=6) / (0xFFFF - sum_of_rest).to_bytes(2, "big")))
    assert packet[UDP].chksum == 0xFFFF
    tape = Tape()
    tape.from_dut(packet)

    assert tape.findings() == []


def test_a_connection_from_syn_to_time_wait_with_data_both_ways_across_the_wrap() -> None:
    tape = Tape().opened()
    tape.peer("PA", 1, 1, b"hello")
    tape.dut("PA", 1, 6, bytes(1460), window=4091)
    tape.dut("PA", 1461, 6, bytes(540), window=4096)
    tape.peer("A", 6, 2001)
    tape.fence()
    tape.peer("FA", 6, 2001)
    tape.dut("A", 2001, 7)
    tape.dut("FA", 2001, 7)
    tape.peer("A", 7, 2002)
    tape.fence()

    assert tape.findings() == []


def test_an_answer_that_waits_for_arp_beyond_a_fence() -> None:
    tape = Tape()
    tape.peer("S", 0, options=MSS)
    tape.from_dut(question())
    tape.fence()
    tape.to_dut(ARP(op=2, hwsrc=PEER_MAC, psrc=PEER_IP, hwdst=DUT_MAC, pdst=DUT_IP))
    tape.dut("SA", 0, 1, options=MSS)
    tape.fence()

    assert tape.findings() == []


def test_a_reset_that_waits_for_arp_beyond_a_fence() -> None:
    tape = Tape()
    tape.peer("S", 0)
    tape.from_dut(question())
    tape.fence()
    tape.to_dut(ARP(op=2, hwsrc=PEER_MAC, psrc=PEER_IP, hwdst=DUT_MAC, pdst=DUT_IP))
    tape.from_dut(ip() / TCP(sport=7, dport=9000, flags="RA", seq=0, ack=IRS + 1))

    assert tape.findings() == []


def test_segments_that_were_lost_while_they_waited_for_arp() -> None:
    tape = Tape().opened()
    tape.from_dut(question())
    tape.fence()
    tape.to_dut(ARP(op=2, hwsrc=PEER_MAC, psrc=PEER_IP, hwdst=DUT_MAC, pdst=DUT_IP))
    tape.dut("A", 101, 1, b"2" * 100)
    tape.fence()
    tape.dut("A", 1, 1, b"1" * 100 + b"2" * 50)

    assert tape.findings() == []


def test_text_behind_the_first_of_two_fins_needs_no_ack() -> None:
    tape = Tape().opened()
    tape.peer("FA", 1, 1)
    tape.dut("A", 1, 2)
    tape.peer("FA", 4097, 1)
    tape.peer("PA", 2, 1, b"t")
    tape.fence()
    tape.ms = 500
    tape.fence()

    assert tape.findings() == []


def test_text_behind_text_with_an_ack_of_what_was_not_sent_needs_no_ack() -> None:
    tape = Tape().opened()
    tape.peer("PA", 1, 2, b"dropped")
    tape.dut("A", 1, 1)
    tape.peer("PA", 8, 1, b"behind it")
    tape.dut("A", 1, 1)
    tape.fence()
    tape.ms = 500
    tape.fence()

    assert tape.findings() == []


def test_an_answer_that_waits_for_the_address_of_the_gateway() -> None:
    tape = Tape()
    tape.peer_ip = FAR_IP
    tape.opened()
    tape.from_dut(question(GATEWAY_IP))
    tape.peer("PA", 1, 1, b"data")
    tape.fence()
    tape.ms = 500
    tape.fence()

    assert tape.findings() == []


def test_a_syn_ack_that_found_the_transmit_ring_full_and_comes_later() -> None:
    tape = Tape()
    tape.peer("S", 0, options=MSS)
    tape.fence()
    tape.ms = 3000
    tape.dut("SA", 0, 1, options=MSS)
    tape.peer("PA", 1, 1, b"data")
    tape.dut("A", 1, 5)

    assert tape.findings() == []


def test_an_active_open_refused_then_tried_again() -> None:
    tape = Tape()
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.ms = 3000
    tape.dut("S", 0, options=MSS)
    tape.peer("RA", 0, 1)
    tape.fence()
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 90_000, options=MSS)
    tape.peer("SA", 700, 90_001, options=MSS)
    tape.dut("A", 90_001, 701)

    assert tape.findings() == []


def test_a_simultaneous_open() -> None:
    tape = Tape()
    tape.shell("tcp connect 1 192.0.2.101:9000")
    tape.dut("S", 0, options=MSS)
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=MSS)
    tape.peer("A", 1, 1)
    tape.dut("PA", 1, 1, b"data")

    assert tape.findings() == []


def test_a_syn_ack_again_and_a_new_connection_after_a_reset() -> None:
    tape = Tape()
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=MSS)
    tape.ms = 3000
    tape.dut("SA", 0, 1, options=MSS)
    tape.peer("R", 1)
    tape.fence()
    tape.peer("S", 20, options=MSS)
    tape.dut("SA", 500, 21, options=MSS)

    assert tape.findings() == []


def test_another_syn_of_the_peer_answered_with_the_isn_of_the_same_moment() -> None:
    tape = Tape()
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=MSS)
    tape.peer("R", 1)
    tape.fence()
    tape.peer("S", 5000, options=MSS)
    tape.dut("SA", 0, 5001, options=MSS)
    tape.peer("A", 5001, 1)
    tape.fence()

    assert tape.findings() == []


def test_a_new_connection_with_the_isn_of_the_old_one_while_the_clock_stands() -> None:
    tape = Tape().opened()
    tape.dut("PA", 1, 1, b"of the first")
    tape.peer("R", 1)
    tape.fence()
    tape.peer("S", 0, options=MSS)
    tape.dut("SA", 0, 1, options=MSS)
    tape.peer("A", 1, 1)
    tape.fence()
    tape.dut("PA", 1, 1, b"of the second")

    assert tape.findings() == []


def test_retransmission_of_a_part_and_of_fin() -> None:
    tape = Tape().opened()
    tape.dut("PFA", 1, 1, b"0123456789")
    tape.peer("A", 1, 5)
    tape.dut("PFA", 5, 1, b"456789")
    tape.dut("PFA", 1, 1, b"0123456789")

    assert tape.findings() == []


def test_probes_of_a_closed_window_and_their_answers() -> None:
    tape = Tape().opened(peer_window=10)
    tape.dut("PA", 1, 1, b"0123456789")
    tape.peer("A", 1, 11, window=0)
    tape.fence()
    for ms in (1000, 3000, 7000):
        tape.ms = ms
        tape.dut("A", 11, 1, b"x")
        tape.peer("A", 1, 11, window=0)
        tape.fence()
    tape.peer("A", 1, 11, window=100)
    tape.dut("PA", 11, 1, b"xyz")

    assert tape.findings() == []


def test_keep_alive_probes() -> None:
    tape = Tape().opened()
    for ms in (7_200_000, 7_275_000, 7_350_000):
        tape.ms = ms
        tape.dut("A", 0, 1)
        tape.fence()

    assert tape.findings() == []


def test_an_mss_of_0_is_none() -> None:
    tape = Tape().opened(peer_mss=0)
    tape.peer("S", 0, options=[("MSS", 64)])
    tape.dut("A", 1, 1)
    tape.dut("PA", 1, 1, bytes(536))
    tape.fence()

    assert tape.findings() == []


def test_a_window_that_shrinks_while_data_is_under_way() -> None:
    tape = Tape().opened(peer_window=100)
    tape.dut("PA", 1, 1, bytes(50))
    tape.peer("A", 1, 1, window=20)
    tape.fence()
    tape.dut("PA", 1, 1, bytes(50))  # what was sent before may be sent again

    assert tape.findings() == []


def test_a_window_of_a_segment_at_the_edge_of_an_open_one_is_not_believed() -> None:
    tape = Tape().opened()
    tape.peer("A", 4097, 1, window=0)
    tape.dut("A", 1, 1)
    tape.fence()
    tape.dut("PA", 1, 1, bytes(100))
    tape.fence()

    assert tape.findings() == []


def test_duplicate_acks_for_a_hole_then_one_for_all() -> None:
    tape = Tape().opened()
    for seq in (101, 201, 301):
        tape.peer("PA", seq, 1, bytes(100))
        tape.dut("A", 1, 1)
    tape.peer("PA", 1, 1, bytes(100))
    tape.dut("A", 1, 401, window=3696)
    tape.fence()

    assert tape.findings() == []


def test_a_delayed_ack_and_a_window_update() -> None:
    tape = Tape().opened()
    tape.peer("PA", 1, 1, bytes(3000))
    tape.fence()
    tape.ms = 250
    tape.dut("A", 1, 3001, window=1096)
    tape.fence()
    tape.shell("tcp recv 1 3000")
    tape.dut("A", 1, 3001, window=4096)
    tape.fence()

    assert tape.findings() == []


def test_data_that_the_window_does_not_hold_needs_no_ack() -> None:
    tape = Tape().opened()
    tape.peer("PA", 1, 1, bytes(4096))
    tape.dut("A", 1, 4097, window=0)
    tape.peer("PA", 4097, 1, b"x")
    tape.dut("A", 1, 4097, window=0)
    tape.fence()
    tape.ms = 10_000
    tape.fence()

    assert tape.findings() == []


def test_answers_of_a_closed_port() -> None:
    tape = Tape()
    for flags, length in (("S", 1), ("F", 1), ("SF", 2), ("P", 0)):
        tape.peer(flags, 0xFFFFFFFF - IRS)
        tape.from_dut(ip() / TCP(sport=7, dport=9000, flags="RA", seq=0, ack=(0xFFFFFFFF + length) % 2**32))
        tape.fence()
    tape.peer("A", 9, 1234)
    tape.dut("R", 1234)
    tape.fence()
    tape.peer("PA", 9, 1234, b"data")
    tape.dut("RA", 1234, 13)

    assert tape.findings() == []


def test_an_abort_and_a_segment_that_comes_too_late() -> None:
    tape = Tape().opened()
    tape.dut("PA", 1, 1, b"data")
    tape.shell("tcp abort 1")
    tape.dut("RA", 5, 1)
    tape.peer("PA", 1, 5, b"late")
    tape.dut("R", 5)
    tape.ms = 60_000
    tape.fence()

    assert tape.findings() == []


def test_frames_that_wait_for_a_poll_by_hand_owe_nothing_yet() -> None:
    tape = Tape().opened()
    tape.shell("poll hand")
    for seq in (1, 1461):
        tape.peer("A", seq, 1, bytes(1460))
    tape.fence(waiting=2)
    tape.ms = 10_000
    tape.fence(waiting=2)

    assert tape.findings() == []


def test_a_device_that_lost_frames_owes_nothing() -> None:
    tape = Tape().opened()
    tape.shell("link fault rx-alloc 2")
    tape.peer("A", 1, 1, bytes(1460))
    tape.peer("A", 1461, 1, bytes(1460))
    tape.dropped = 2
    tape.ms = 10_000
    tape.fence()

    assert tape.findings() == []


def test_another_address_after_the_shell_said_so() -> None:
    tape = Tape()
    tape.shell("net 192.0.2.77 255.255.255.0 192.0.2.254")
    tape.from_dut(ip(src="192.0.2.77") / datagram())

    assert tape.findings() == []


def test_a_reset_from_the_address_that_a_connection_had() -> None:
    tape = Tape().opened()
    tape.shell("net 192.0.2.77 255.255.255.0 192.0.2.254")
    tape.dut("RA", 1, 1)

    assert tape.findings() == []


def test_an_address_that_was_refused_changes_nothing() -> None:
    tape = Tape()
    tape.shell("net 224.0.0.1 255.255.255.0 192.0.2.254")
    tape.says("@1= err address 224.0.0.1")
    tape.from_dut(ip() / datagram())

    assert tape.findings() == []


def test_a_long_poll_that_was_asked_for() -> None:
    tape = Tape()
    tape.shell("poll hand")
    tape.shell("poll 64 64")
    tape.says("@1= ok frames=64 waiting=0")
    tape.shell("poll auto")
    tape.longest_poll = 64
    tape.fence()

    assert tape.findings() == []


def test_nothing_is_due_while_the_transmit_ring_is_full() -> None:
    tape = Tape().opened()
    tape.shell("link fault tx-full all")
    tape.peer("A", 1, 1, bytes(1460))
    tape.peer("A", 1461, 1, bytes(1460))
    tape.refused = 1
    tape.fence()
    tape.ms = 10_000
    tape.fence()
    tape.shell("link fault tx-full off")
    tape.dut("A", 1, 2921)
    tape.fence()

    assert tape.findings() == []


def test_nothing_is_due_while_the_ring_has_no_more_room() -> None:
    tape = Tape().opened()
    tape.shell("link fault tx-room 1")
    tape.peer("PA", 1, 1, b"data")
    tape.dut("A", 1, 5)
    tape.peer("PA", 5, 1, b"more")
    tape.refused = 1
    tape.fence()
    tape.ms = 10_000
    tape.fence()
    tape.shell("link fault tx-room off")
    tape.dut("A", 1, 9)
    tape.fence()

    assert tape.findings() == []


def test_a_datagram_broken_off_with_its_socket_need_not_become_whole() -> None:
    tape = Tape()
    tape.shell("link fault tx-room 1")
    tape.raw(Way.FROM_DUT, in_fragments(ip() / UDP(sport=5, dport=6) / bytes(100), [64])[0])
    tape.refused = 1
    tape.fence()
    tape.shell("udp close 1")
    tape.shell("link fault tx-room off")
    tape.fence()

    assert tape.findings() == []


def test_a_fence_that_was_sent_again_is_answered_twice() -> None:
    tape = Tape()
    tape.ask()
    tape.ask(again=True)
    tape.answer()
    tape.peer("R", 1)
    tape.answer(frames_in=0)
    tape.fence()

    assert tape.findings() == []


def test_a_fence_of_a_scenarios_own_is_answered_to_who_it_names_and_counts_as_no_frame() -> None:
    tape = Tape()
    other = "02:00:00:00:00:66"
    tape.raw(Way.TO_DUT, encode_fence(77, dst=mac_bytes(BROADCAST), src=mac_bytes(other)))
    tape.answer(number=77, to=other, frames_in=0, idles=1)
    tape.fence(frames_in=0, idles=2)

    assert tape.findings() == []


def test_a_clock_that_runs_moves_by_itself() -> None:
    tape = Tape()
    tape.shell("clock run")
    tape.fence(ms=17, deadlines=1)
    tape.raw(Way.FROM_DUT, bytes(question()).ljust(60, b"\0"), unasked=True)
    tape.shell("clock hold")
    tape.fence(ms=20, deadlines=2)
    tape.fence(ms=20, deadlines=2)

    assert tape.findings() == []


def test_nothing_is_due_while_frames_are_not_noticed() -> None:
    tape = Tape().opened()
    tape.shell("link fault rx-defer on")
    tape.peer("A", 1, 1, b"not noticed")
    tape.fence(waiting=1)
    tape.ms = 10_000
    tape.fence(waiting=1)
    tape.shell("link fault rx-defer off")
    tape.fence()
    tape.dut("A", 1, 12)

    assert tape.findings() == []


def test_a_segment_in_fragments_may_be_taken_or_lost() -> None:
    tape = Tape().opened()
    for piece in fragments_of_the_peer():
        tape.raw(Way.TO_DUT, piece)
    tape.fence()
    tape.ms = 10_000
    tape.fence()
    tape.dut("A", 1, 101)

    assert tape.findings() == []


def test_a_fragment_whose_header_is_broken_is_no_part_of_any_packet() -> None:
    tape = Tape().opened()
    first, rest = fragments_of_the_peer()
    elsewhere = bytearray(rest)
    elsewhere[20] ^= 1  # another offset, and so a wrong sum
    for piece in (first, bytes(elsewhere), rest):
        tape.raw(Way.TO_DUT, piece)
    tape.dut("A", 1, 101)

    assert tape.findings() == []


def test_a_peer_that_forgot_its_connection_finds_out_and_opens_another() -> None:
    tape = Tape().opened()
    tape.peer("S", 40_000, options=MSS)
    tape.dut("A", 1, 1)  # the challenge ACK
    tape.peer("R", 1)
    tape.fence()
    tape.peer("S", 40_000, options=MSS)
    tape.dut("SA", 77_000, 40_001, options=MSS)
    tape.peer("A", 40_001, 77_001)
    tape.dut("PA", 77_001, 40_001, b"data")

    assert tape.findings() == []


def test_a_request_that_is_under_way_takes_its_polls_behind_a_fence() -> None:
    tape = Tape()
    tape.shell("help")
    tape.fence()
    tape.fence()
    tape.polls += 10
    tape.fence()

    assert tape.findings() == []


def test_a_long_line_is_heard_in_pieces() -> None:
    tape = Tape()
    tape.fence()
    tape.shell(f"future dns hex:{'61' * 200}")
    tape.says("@1= ok future=1")
    tape.polls += 4 + 4 + 3 + 6  # at rest, of the call, of the fence, and of the pieces
    tape.fence()

    assert tape.findings() == []


def test_a_serial_line_wakes_the_shell_for_each_byte_that_comes_and_leaves() -> None:
    command, reply = "udp 1", f"@1= ok hex:{'61' * 200}"
    process, board = Tape(), Tape(replace(DEVICE, has_serial_line=True))
    for tape in (process, board):
        tape.fence()
        tape.shell(command)
        tape.says(reply)
        tape.polls += len(f"@1 {command}\n") + len(f"{reply}\r\n")
        tape.fence()

    assert [finding.rule for finding in process.findings()] == ["polls"]
    assert board.findings() == []
