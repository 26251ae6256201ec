# SPDX-License-Identifier: GPL-2.0-or-later
"""Time as it passes for everybody: the device's own counter and alarm, and its sleep. A held clock needs none."""

from __future__ import annotations

from plumbline.scenario import Dut, RealTime, Wire, scenario

NOBODY, NOBODY_IP = "10.0.0.77", 0x0A00004D
QUESTIONS = 3  # for an address that nobody has
LATE = 2.0  # times as long as it should take: this machine is shared
SILENCE_S = 2.0  # a board's counter of 24 bits wraps within 1.4 s
LOOK_MS = 2  # both clocks are read in whole milliseconds
DRIFT = 0.01
ASLEEP_S = 0.1  # of the processor's time, in all that silence


@scenario("AX-TIME-11", real_time=True)
def test_a_timer_of_its_own_wakes_it(dut: Dut, wire: Wire, real_time: RealTime) -> None:
    every_s = dut.profile["arp_every_ms"] / 1000
    due_s = (QUESTIONS - 1) * every_s
    udp = dut.udp()
    udp.bind(7)

    udp.send(NOBODY, 9, b"to nobody")
    took_s = real_time.listen(frames=QUESTIONS, within_s=LATE * due_s)

    assert [frame.arp and frame.arp.target_ip for frame in wire.frames()] == [NOBODY_IP] * QUESTIONS
    assert 0.75 * due_s < took_s < LATE * due_s


@scenario("AX-TIME-11", real_time=True)
def test_its_clock_goes_as_ours_does_through_a_silence(real_time: RealTime) -> None:
    began = real_time.read()

    silent = real_time.is_silent(SILENCE_S)

    least_ms, passed_ms, most_ms = began.until(real_time.read())
    assert silent
    assert least_ms * (1 - DRIFT) - LOOK_MS <= passed_ms <= most_ms * (1 + DRIFT) + LOOK_MS


@scenario("AX-TIME-5", real_time=True)
def test_with_nothing_to_do_it_takes_no_processor(dut: Dut, real_time: RealTime) -> None:
    dut.accept_on(7)
    before_s = real_time.processor_s()

    silent = real_time.is_silent(SILENCE_S)

    assert silent
    assert real_time.processor_s() - before_s < ASLEEP_S
