# SPDX-License-Identifier: GPL-2.0-or-later
"""What OpenOCD is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe import STM32H743, ProbeAddress, Setup, SwdLink, script

SERIAL = "066BFF363154423457182935"


def told(address: ProbeAddress, link: SwdLink = SwdLink()) -> list[str]:  # noqa: B008 - frozen
    return script.command_line(Setup("openocd", address, STM32H743, Path("/configs")), link, script.halt())


def test_a_probe_on_usb_and_one_on_tcp_differ_by_one_line() -> None:
    usb, tcp = told(ProbeAddress(SERIAL)), told(ProbeAddress(SERIAL, 7184))

    at = tcp.index("st-link backend tcp 7184")
    assert tcp[: at - 1] + tcp[at + 1 :] == usb
    assert f"adapter serial {SERIAL}" in usb


def test_the_link_is_as_the_rung_has_it() -> None:
    assert "adapter speed 480" in told(ProbeAddress(SERIAL), SwdLink(480))
    assert "reset_config connect_deassert_srst" in told(ProbeAddress(SERIAL))
    assert "reset_config connect_assert_srst" in told(ProbeAddress(SERIAL), SwdLink(under_reset=True))


def test_what_is_always_the_same_is_the_file_that_people_use_too() -> None:
    assert told(ProbeAddress(SERIAL))[:3] == ["openocd", "-f", "/configs/nucleo-h743zi.cfg"]


@pytest.mark.parametrize("name", ["a{b", "a}b", "a\\b", "a\nb"])
def test_a_path_that_tcl_would_read_otherwise_is_refused(name: str) -> None:
    with pytest.raises(BenchError, match="cannot be told of a path"):
        script.flash(Path("/") / name, STM32H743)


def test_a_path_with_spaces_and_dollars_is_taken_as_it_is() -> None:
    assert "flash write_image erase {/a b/$c [d]}" in script.flash(Path("/a b/$c [d]"), STM32H743)


def test_what_was_written_is_compared_again() -> None:
    """OpenOCD takes the chip's word that a write went well, and a bit that did not take is no error to it."""
    lines = script.flash(Path("/dut"), STM32H743)

    written = lines.index("flash write_image erase {/dut}")
    assert "verify_image_checksum {/dut}" in lines[written:]


def test_words_are_written_ahead_of_the_first_instruction() -> None:
    assert script.reset([(0x2407FFE0, [1, 0xFF])], leaves_halted=False) == [
        "init", "reset halt", "write_memory 0x2407ffe0 32 {0x1 0xff}", "resume",
    ]  # fmt: skip
    assert script.reset([], leaves_halted=False) == ["init", "reset run"]
    assert script.reset([], leaves_halted=True) == ["init", "reset halt"]
