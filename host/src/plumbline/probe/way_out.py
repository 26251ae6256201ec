# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person does about a trouble that the ladder did not cure: one line each. Data."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.probe.trouble import Trouble

INSTALL_OPENOCD = "sudo apt-get install openocd (Debian 12 and newer, Ubuntu 23.04 and newer have one)"
_REPLUG = "pull the board's USB cable, wait five seconds, put it back; then `plumb rig check`"

WAYS_OUT: Mapping[Trouble, str] = {
    Trouble.NO_OPENOCD: INSTALL_OPENOCD,
    Trouble.ABSENT: "see to its cable, in the connector at the ST-LINK; `plumb rig scan` lists the probes there are",
    Trouble.UNSERVED: "start the virtual board with `--probe` and that port, or mend `probe` in the rig file",
    Trouble.FORBIDDEN: "`plumb rig check --mend` gives this user the right; then log in anew",
    Trouble.BUSY: "end the debugger, or the OpenOCD, that has it",
    Trouble.WRONG_PROBE: "mend `id` in the rig file: `plumb rig scan` shows it; a virtual one's is `--probe-serial`",
    Trouble.OLD_FIRMWARE: "update it with ST's STM32CubeProgrammer (menu Firmware upgrade)",
    Trouble.SILENT: _REPLUG,
    Trouble.UNPOWERED: "see to the jumper that selects where power comes from: it stands at the ST-LINK",
    Trouble.UNREACHED: f"an ST-LINK that lost its chip may hold on to that: {_REPLUG}",
    Trouble.HELD_IN_RESET: "something holds NRST, the button or a shield or another debugger; then `plumb rig check`",
    Trouble.FAULT: f"see to what is on the pins of SWD; {_REPLUG}",
    Trouble.WRONG_CHIP: "see which board the probe is on; `platform` in the rig file names the board meant",
    Trouble.WRONG_BOARD: "see which cable goes where; if it was exchanged on purpose, mend `unique` in the rig file",
    Trouble.PROTECTED: "the command above ends it, on that board alone; nothing here writes option bytes",
    Trouble.NOT_WRITTEN: f"the flash may be worn, the supply weak: {_REPLUG}",
    Trouble.NOT_VERIFIED: f"the flash may be worn, the supply weak: {_REPLUG}",
    Trouble.BAD_IMAGE: "`make fw BOARD=...` builds it again",
    Trouble.KILLED: "run it again: half an image is written anew; SIGKILL may be the kernel's (`journalctl -k`)",
    Trouble.UNKNOWN: "run it by hand with fixtures/openocd/; a line of sayings.py will then know it",
}  # fmt: skip
