# SPDX-License-Identifier: GPL-2.0-or-later
"""The switch beside the wire: a cable that moves is believed once it has been still, in stack time."""

from __future__ import annotations

from plumbline.scenario import Dut, StackClock, scenario


def up(dut: Dut) -> bool:
    return dut.link()["up"] == 1


@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_pulled_cable_is_believed_after_the_debounce(dut: Dut, clock: StackClock) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]
    dut.cable(False)

    clock.advance(debounce_ms - 1)
    early = up(dut)
    clock.advance(1)

    assert (early, up(dut)) == (True, False)


@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_cable_that_flaps_is_not_believed(dut: Dut, clock: StackClock) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]

    for _ in range(10):
        dut.cable(False)
        clock.advance(debounce_ms - 1)
        dut.cable(True)
        clock.advance(1)
        assert up(dut)


@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_cable_put_back_is_believed_after_the_debounce(dut: Dut, clock: StackClock) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]
    dut.cable(False)
    clock.advance(debounce_ms)
    dut.cable(True)

    clock.advance(debounce_ms - 1)
    early = up(dut)
    clock.advance(1)

    assert (early, up(dut)) == (False, True)
