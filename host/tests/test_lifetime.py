# SPDX-License-Identifier: GPL-2.0-or-later
"""What is started for as long as we live."""

from __future__ import annotations

import subprocess

from plumbline.lifetime import ends_with_us

SAYS = ["printf", "%s.", "one word", "it's", ""]


def test_a_command_is_run_as_it_stands() -> None:
    ran = subprocess.run([*ends_with_us("KILL"), *SAYS], capture_output=True, text=True, check=True)

    assert ran.stdout == "one word.it's.."


def test_what_another_process_has_for_a_child_does_not_begin() -> None:
    """As one whose parent died before the kernel was told whom it ends with."""
    elsewhere = ["sh", "-c", '"$@"; exit 0', "sh"]
    ran = subprocess.run([*elsewhere, *ends_with_us("KILL"), *SAYS], capture_output=True, text=True, check=True)

    assert ran.stdout == ""
