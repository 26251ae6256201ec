# SPDX-License-Identifier: GPL-2.0-or-later
"""A small area, wrapped wherever it can be: behind every byte of it, and with every amount of room at its front."""

from __future__ import annotations

from plumbline.scenario import Dut, Pattern, Peer, bound, scenario

AREA = 96
LARGEST = 1472  # of one frame


@scenario("AX-UDP-1", "AX-UDP-6")
def test_sends_across_every_offset_at_which_the_area_can_wrap(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=4)
    dut.poll_by_hand()

    for written in range(AREA // 2 + 1, AREA + 1):
        first = written // 2
        at_front = min(first, AREA - written + 1)  # one more than there is behind the newest
        sent = [Pattern(written, at, length) for at, length in enumerate((first, written - first))]
        for pattern in sent:
            udp.send(peer, end.sport, pattern)
        dut.poll(datagrams=1)
        sent.append(Pattern(written, 2, at_front))
        udp.send(peer, end.sport, sent[-1])
        dut.poll(datagrams=2)
        assert end.payloads() == [bytes(pattern) for pattern in sent], f"wrapped at {written}"

    assert udp.stats()["sent"] == 3 * (AREA - AREA // 2)
    end.expect_nothing()


@scenario("AX-UDP-1", "AX-UDP-6")
def test_receives_across_every_offset_at_which_the_area_can_wrap(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=AREA, rx_slots=4)

    for written in range(AREA // 2 + 1, AREA + 1):
        first = written // 2
        at_front = min(first, AREA - written + 1)
        sent = [bytes(Pattern(written, at, length)) for at, length in enumerate((first, written - first, at_front))]
        end.send(sent[0])
        end.send(sent[1])
        received = [udp.recv(AREA).data]
        end.send(sent[2])
        received += [udp.recv(AREA).data, udp.recv(AREA).data]
        assert received == sent, f"wrapped at {written}"

    assert udp.stats()["received"] == 3 * (AREA - AREA // 2)
    end.expect_nothing()


@scenario("AX-UDP-1", "AX-UDP-6", "AX-UDP-7")
def test_echoes_mixed_sizes_through_areas_of_odd_lengths(dut: Dut, peer: Peer) -> None:
    sizes = [11 * n * n % (LARGEST + 1) for n in range(400)]  # small and large, in no order
    end, udp = bound(dut, peer, rx=2 * LARGEST + 7, rx_slots=3, tx=2 * LARGEST + 13, tx_slots=3)
    dut.pump_udp_echo(udp)

    for n, size in enumerate(sizes):
        end.send(bytes(Pattern(n, 0, size)))

    assert end.payloads() == [bytes(Pattern(n, 0, size)) for n, size in enumerate(sizes)]
    end.expect_nothing()


@scenario("AX-UDP-1", "AX-UDP-6", "AX-UDP-9")
def test_a_backlog_of_mixed_sizes_wraps_and_stays_whole(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=3 * LARGEST + 5, tx_slots=16)
    dut.poll_by_hand()
    lengths = range(300, 900)
    pump = dut.pump_udp_source(udp, peer, end.sport, 7, lengths[0], lengths[-1])

    for _ in range(len(lengths) // 3):
        dut.poll(datagrams=3)

    assert end.payloads() == [bytes(Pattern(7 + length, 0, length)) for length in lengths]
    assert pump.done() is not None
    assert udp.state().tx_slots == 0
    end.expect_nothing()
