# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the board is to be had at all, and has something to run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from plumbline.board.spec import images_folder
from plumbline.probe import CHIPS
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Mend, missing, note, well
from plumbline.rig.lock import Lock


def check_service(desk: Desk) -> Iterator[Finding]:
    board = desk.board
    if board.out_of_service:
        yield note(f"a person took it out of service: {board.out_of_service}")
    yield _free(desk)
    if board.platform in CHIPS:  # else nothing can be built for it, and what its probe is asked for says so
        yield _image(desk)


def _image(desk: Desk) -> Finding:
    platform = desk.board.platform
    image = images_folder(desk.checkout, desk.machine.environment) / platform / "dut"
    if image.is_file():
        return well(f"its image is {image}")
    return missing(f"there is no image {image}", Mend(f"make fw BOARD={platform}", as_root=False, by_itself=False))


def _free(desk: Desk) -> Finding:
    with Lock(desk.folders.run, desk.board.probe.serial) as lock:
        now = datetime.now().astimezone()
        anybody, others = lock.whose(now), lock.whose(now, but=desk.machine.holder)
    return note(others) if others else well(anybody or "nobody has it")
