# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of what all users of this machine share about its boards: locks, and marks of wedged ones. It is gone with
the machine's next start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from plumbline.errors import BenchError

VARIABLE = "PLUMB_RUN"
_FOLDER = Path("/run/lock/plumbline")
_EVERYBODYS = 0o1777  # as /tmp


def runtime_folder(environment: Mapping[str, str]) -> Path:
    """$PLUMB_RUN, else /run/lock/plumbline; it is made when it is not there. All who share boards must share it."""
    folder = Path(environment.get(VARIABLE) or _FOLDER)
    if folder.is_dir():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_EVERYBODYS)
    except OSError as error:
        way_out = f"sudo install -d -m 1777 {folder}"
        raise BenchError(f"there is no folder for locks, {folder}: {error.strerror}; {way_out}") from None
    return folder
