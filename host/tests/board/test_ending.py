# SPDX-License-Identifier: GPL-2.0-or-later
import signal

import pytest

from plumbline.board.ending import By, classify

ASAN = "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n    #0 in tcp_input\n"
UBSAN = "tcp.c:7:3: runtime error: shift exponent 33 is too large\n"


def exited(code: int) -> int:
    return code << 8


@pytest.mark.parametrize(
    ("status", "asked", "by", "says"),
    [
        (None, False, By.NOBODY, "it runs"),
        (exited(3), True, By.US, "as asked"),
        (exited(3), False, By.OUTSIDE, "shell was closed"),
        (exited(0), True, By.ITSELF, "exit status 0"),
        (exited(0), False, By.ITSELF, "exit status 0"),
        (exited(1), False, By.ITSELF, "exit status 1"),
        (exited(1), True, By.ITSELF, "exit status 1"),
        (exited(2), False, By.OUTSIDE, "arguments"),
        (exited(4), False, By.OUTSIDE, "wire was closed"),
        (signal.SIGKILL, False, By.OUTSIDE, "SIGKILL"),
        (signal.SIGTERM, False, By.OUTSIDE, "SIGTERM"),
        (signal.SIGABRT, False, By.ITSELF, "SIGABRT"),
        (signal.SIGSEGV, True, By.ITSELF, "SIGSEGV"),
        (signal.SIGXCPU, False, By.ITSELF, "SIGXCPU"),
    ],
)
def test_who_ended_it(status: int | None, asked: bool, by: By, says: str) -> None:
    ending = classify(status, "", asked_to_end=asked)

    assert ending.by is by
    assert says in ending.text


@pytest.mark.parametrize("report", [ASAN, UBSAN, "==1==ERROR: LeakSanitizer: detected memory leaks\n"])
def test_a_sanitizers_report_is_the_devices_own_end_however_the_process_went(report: str) -> None:
    for status in (exited(77), exited(0), int(signal.SIGKILL)):
        ending = classify(status, f"noise\n{report}", asked_to_end=True)

        assert ending.by is By.ITSELF
        assert ending.text.startswith(report.splitlines()[0])


def test_standard_error_is_shown_but_not_without_bound() -> None:
    ending = classify(exited(1), "\n".join(f"line {n}" for n in range(50)), asked_to_end=False)

    assert "| line 19" in ending.text
    assert "line 20" not in ending.text
    assert "and 30 more" in ending.text
