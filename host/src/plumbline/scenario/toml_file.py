# SPDX-License-Identifier: GPL-2.0-or-later
"""A TOML file whose mistakes are told with its name."""

from __future__ import annotations

import tomllib
from pathlib import Path

from plumbline.errors import HarnessError


def read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HarnessError(f"{path}: {error}") from error
