# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the probe is there, may be used, and reaches the chip that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.errors import BenchError
from plumbline.probe import CHIPS, ProbeError, ProbeIdentity, Trouble, check_agreement
from plumbline.probe.ladder import REMEDIES, UNDER_RESET
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Level, Mend, by_hand, missing, missing_or_firmwares, note, well
from plumbline.rig.health import Health
from plumbline.rig.lock import Busy
from plumbline.rig.machine import text_of
from plumbline.rig.rights import forbidden, rules_mend
from plumbline.rig.usb_probes import UsbProbe
from plumbline.rig.using import ONLY_LOOKS, meant_by, probe_of

_FIRMWARE = re.compile(r"V([23])J([0-9]+)")
_WHOLE_FROM = {2: 32, 3: 2}  # from here on it reaches every register of the debug port
_NO_PROBE = (Trouble.ABSENT, Trouble.UNSERVED)


def check_probe(desk: Desk) -> Iterator[Finding]:
    if desk.board.platform not in CHIPS:
        way_out = f"write one of {', '.join(CHIPS)} in the rig file"
        yield missing(f"nobody knows the chip of the platform {desk.board.platform!r}: {way_out}")
        return
    on_usb = desk.board.probe.tcp_port is None
    if on_usb:
        yield (found := _on_usb(desk))
        if desk.usb_probe is None or found.level is not Level.WELL:
            return
        yield _disk(desk, desk.usb_probe)
    yield from _identity(desk)


def _on_usb(desk: Desk) -> Finding:
    probe = desk.usb_probe
    if probe is None:
        return missing(
            f"{desk.board.probe} is not there: is the board's USB cable (the one at the ST-LINK) plugged in, and one "
            "with data lines? `plumb rig scan` shows what is there"
        )
    if not desk.machine.access(probe.node).is_ours:
        return forbidden(desk.machine, desk.checkout, probe.node)
    return well(f"{probe.kind} {probe.serial} is on USB {probe.location}")


def _disk(desk: Desk, probe: UsbProbe) -> Finding:
    if not probe.disk:
        return well("the probe shows no disk")
    mounted = [line.split()[1] for line in _mounts(desk) if line.split()[0] == f"/dev/{probe.disk}"]
    if mounted:
        says = f"the probe's disk is mounted at {mounted[0]}: a file put there resets the chip in the middle of a run"
        return missing(says, Mend(f"umount /dev/{probe.disk}"))
    number = text_of(desk.machine.sys / "class/block" / probe.disk / "dev")
    if desk.machine.udev(f"b{number}").get("UDISKS_IGNORE") != "1":
        return note("nothing keeps a desktop from mounting the probe's disk", rules_mend(desk.checkout))
    return well("the probe's disk is left alone")


def _mounts(desk: Desk) -> list[str]:
    return text_of(desk.machine.proc / "mounts").splitlines()


def _identity(desk: Desk) -> list[Finding]:
    """Asks the chip, if nobody has it. A board that was marked as wedged is free again when it answers, itself."""
    health = Health(desk.folders.run, desk.board.probe.serial)
    why_wedged = health.why_wedged()
    found: list[Finding] = []
    try:
        with desk.ours(lambda text: found.append(note(text))):
            # What a chip has become is evidence; of one that is wedged nothing is left.
            probe = probe_of(desk.board, desk.folders, ONLY_LOOKS)
            identity = probe.identity(may_reset=bool(why_wedged))
            stands = probe.is_halted()
    except Busy as error:
        return [*found, note(f"the chip was not asked: {error}")]
    except BenchError as error:
        level = missing_or_firmwares if not why_wedged and _is_met_under_reset(error) else missing
        return [*found, level(str(error), *_else(desk, why_wedged, error))]
    found += _told(desk, identity)
    if stands:
        found.append(_stands(desk.board.name))
    if why_wedged and all(each.level is not Level.MISSING for each in found):
        found.append(_freed(health, why_wedged.splitlines()[0]))
    return found


def _freed(health: Health, why: str) -> Finding:
    try:
        health.clear()
    except BenchError as error:  # what was found stands
        return missing(f"it was marked as wedged and answers now, and the mark stays ({why}): {error}")
    return well(f"it was marked as wedged and answers now; the mark is gone ({why})")


def _is_met_under_reset(error: BenchError) -> bool:
    """As by whoever flashes: firmware that sleeps, or has died, is no bar then."""
    return isinstance(error, ProbeError) and UNDER_RESET in REMEDIES[error.trouble].rungs


def _else(desk: Desk, why_wedged: str, error: BenchError) -> Iterator[Mend]:
    """A probe that is not there resets nothing, nor does one that no rung helps: what the error says is the way out."""
    if isinstance(error, ProbeError) and (error.trouble in _NO_PROBE or not REMEDIES[error.trouble].rungs):
        return
    if why_wedged:
        yield by_hand("pull the board's USB cable, wait five seconds, put it back", as_root=False)
        return
    yield by_hand(f"plumb rig reset {desk.board.name}   # it starts anew: what it has become is lost", as_root=False)


def _told(desk: Desk, identity: ProbeIdentity) -> Iterator[Finding]:
    board = desk.board
    try:
        check_agreement(meant_by(board), identity)
    except BenchError as error:
        yield missing(str(error))
        return
    yield well(f"the chip answers: device {identity.device:#x} revision {identity.revision:#x}, {identity.volts:.2f} V")
    if board.unique is None:
        yield note(f"write `unique: {identity.unique}` in {desk.rig_file}: an exchanged board is found out then")
    yield _firmware(identity)


def _stands(name: str) -> Finding:
    """Whoever flashes resets it. A core that locked up is halted by OpenOCD when it looks."""
    goes_on = by_hand(f"plumb rig reset {name}   # where it has no image: plumb rig flash {name}", as_root=False)
    return note("its core stands: somebody halted it (`plumb rig halt`, a debugger), or it locked up", goes_on)


def _firmware(identity: ProbeIdentity) -> Finding:
    found = _FIRMWARE.search(identity.firmware)
    if found and int(found[2]) < _WHOLE_FROM[int(found[1])]:
        update = "update it with ST's STM32CubeProgrammer (menu Firmware upgrade)"
        return note(f"the probe's firmware, {identity.firmware}, is old: {update}")
    return well(f"the probe's firmware is {identity.firmware or 'unknown'}")
