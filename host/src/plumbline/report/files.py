# SPDX-License-Identifier: GPL-2.0-or-later
"""How a file of a report comes to be: whole or not at all."""

from __future__ import annotations

import contextlib
from pathlib import Path

from plumbline.errors import BenchError


def write_whole(path: Path, content: str | bytes) -> None:
    """BenchError, naming the file, for one that cannot be written; what there was of it is gone then."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)  # nobody is to read a half
        raise BenchError(f"cannot write {path}: {error.strerror}") from error
