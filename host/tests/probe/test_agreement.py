# SPDX-License-Identifier: GPL-2.0-or-later
"""A board that is not the one it is taken for is never tested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plumbline.errors import BenchError
from plumbline.probe import (
    CHIPS,
    PROBES,
    WAYS_OUT,
    Meant,
    ProbeIdentity,
    ShellIdentity,
    Trouble,
    check_agreement,
)

UNIQUE = "410036001451383139363934"
PROBE = ProbeIdentity("066BFF", "V2J43M28", "0483:374b", 3.3, 0x450, 0x2003, UNIQUE)
SHELL = ShellIdentity(build="abc", profile="nucleo-h743zi", unique=UNIQUE)
MEANT = Meant("desk-1", "nucleo-h743zi", 0x450, UNIQUE, "abc")


def test_one_board_agrees_with_itself() -> None:
    check_agreement(MEANT, PROBE, SHELL)
    check_agreement(MEANT, PROBE)


def test_what_is_not_known_yet_agrees_with_all() -> None:
    check_agreement(replace(MEANT, unique=None, build=None), PROBE, SHELL)


@pytest.mark.parametrize("usb", ["0483:3748", "0483:374f", "0483:3754", ""])
def test_a_probe_that_is_soldered_to_no_such_board_may_be_on_any(usb: str) -> None:
    check_agreement(MEANT, replace(PROBE, usb=usb), SHELL)


def test_every_board_whose_chip_is_known_has_its_probe() -> None:
    assert set(PROBES) == set(CHIPS)


@pytest.mark.parametrize(
    ("meant", "probe", "shell", "says"),
    [
        (
            MEANT,
            replace(PROBE, unique="00"),
            None,
            f"the rig file says {UNIQUE}, probe 066BFF says 00",
        ),
        (
            replace(MEANT, platform="nucleo-h743zi2"),
            PROBE,
            None,
            "its probe: the rig file says STLINK-V3E, as on a nucleo-h743zi2, "
            "probe 066BFF says ST-LINK/V2-1, as on a nucleo-h743zi\n.*`platform` in the rig file",
        ),
        (
            MEANT,
            replace(PROBE, usb="0483:374e"),
            None,
            "ST-LINK/V2-1, as on a nucleo-h743zi, probe 066BFF says STLINK-V3E, as on a nucleo-h743zi2",
        ),
        (MEANT, replace(PROBE, device=0x483), None, "the chip's kind: the board's says 0x450, the probe says 0x483"),
        (MEANT, PROBE, replace(SHELL, unique="00"), f"probe 066BFF says {UNIQUE}, the shell says 00"),
        (MEANT, PROBE, replace(SHELL, unique=""), f"probe 066BFF says {UNIQUE}, the shell says \n"),
        (MEANT, PROBE, replace(SHELL, profile="other"), "the rig file says nucleo-h743zi, the shell says other"),
        (MEANT, PROBE, replace(SHELL, build="old"), "the build: the image says abc, the shell says old"),
    ],
)
def test_what_differs_is_named_with_both_values_and_who_says_so(
    meant: Meant, probe: ProbeIdentity, shell: ShellIdentity | None, says: str
) -> None:
    with pytest.raises(BenchError, match=says) as raised:
        check_agreement(meant, probe, shell)

    assert str(raised.value).startswith("desk-1 is not the board it was taken for")


def test_all_that_differs_is_named_at_once() -> None:
    with pytest.raises(BenchError) as raised:
        check_agreement(MEANT, replace(PROBE, device=1, unique="00"), replace(SHELL, build="old"))

    _, *differs, way_out = str(raised.value).splitlines()
    assert len(differs) == 4
    assert way_out == f"  {WAYS_OUT[Trouble.WRONG_CHIP]}"  # the number in the rig file may well be right
