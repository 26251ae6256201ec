# SPDX-License-Identifier: GPL-2.0-or-later
"""A board with an image on it, proved: probe, chip and firmware are one, and the firmware is that image.

What can be known without the board is looked at before it is taken, and whose board it is before it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plumbline.board.image import filled_by, made_for
from plumbline.board.nucleo import NotBack
from plumbline.errors import BenchError
from plumbline.probe import CHIPS, Probe, ShellIdentity, check_agreement
from plumbline.rig.greeting import ask
from plumbline.rig.spec import Console, RigBoard
from plumbline.rig.using import meant_by, refuse_another

_STARTS_S = 20.0


@dataclass(frozen=True)
class Image:
    """A whole one, for boards of that platform: `image_for` makes it."""

    path: Path
    platform: str
    build: str | None  # as `make fw` wrote it down beside the image; None when it did not


@dataclass(frozen=True)
class Proved:
    was_written: bool  # else it was there
    said: ShellIdentity
    console: Console  # the line that it was said on


def image_for(platform: str, path: Path) -> Image:
    """BenchError for a file that no board of that platform can take: it would be the board that fails."""
    if platform not in CHIPS:
        known = f"write one of {', '.join(CHIPS)} as `platform` in the rig file"
        raise BenchError(f"nobody knows the chip of {platform!r}: {known}")
    way_out = f"`make fw BOARD={platform}`"
    if not path.is_file():
        raise BenchError(f"there is no image {path}: run {way_out}, or name another")
    try:
        parts = filled_by(path)
    except (OSError, ValueError) as error:
        raise BenchError(f"{path} is no whole image for {platform}, {error}: {way_out}") from None
    flash = CHIPS[platform].flash
    if outside := next((part for part in parts if part.start not in flash or part[-1] not in flash), None):
        says = f"it fills {outside.start:#x} to {outside[-1]:#x}"
        raise BenchError(f"{path} is no whole image for {platform}, {says}: {way_out}")
    made = made_for(path)
    if made is not None and made.board != platform:
        raise BenchError(f"{path} is {made}, and not for {platform}: {way_out}")
    return Image(path, platform, _build_beside(path))


def _build_beside(image: Path) -> str | None:
    beside = image.with_name("build_id")
    try:
        return beside.read_text(encoding="utf-8").strip() if beside.is_file() else None
    except (OSError, ValueError) as error:
        raise BenchError(f"{beside} cannot be read: {error}") from None


def flash(board: RigBoard, probe: Probe, image: Image) -> bool:
    """Whether it had to be written. Then the board runs it, from its start. BenchError, and nothing is written, when
    the chip is not the one meant: one that says so goes on as it was, one that is mute but under reset from its start.
    """
    if image.platform != board.platform:
        raise BenchError(f"{image.path} is for {image.platform}; {board.name} is a {board.platform}")
    refuse_another(board, probe)
    return probe.flash(image.path, within_s=board.flash_within_s, unique=board.unique)


def flash_and_prove(board: RigBoard, probe: Probe, image: Image) -> Proved:
    """The same; then NotBack when nobody answers on the serial line, BenchError when another board does."""
    if board.console is None:
        raise BenchError(f"{board.name}: the rig file has no `serial`, so nobody can ask the firmware who it is")
    was_written = flash(board, probe, image)
    identity = probe.identity()
    said = ask(board.console, within_s=_STARTS_S)
    if said is None:
        raise NotBack(
            f"{board.name}: no firmware answers on {board.console.path} within {_STARTS_S:.0f} s",
            f"see to `serial` in the rig file, and to `baud`, which is {board.console.baud}; close what else reads or "
            "types there (`plumb rig check` names it); an image without a shell goes by `plumb rig flash --no-proof`",
        )
    check_agreement(meant_by(board, image.build), identity, said)
    return Proved(was_written, said, board.console)
