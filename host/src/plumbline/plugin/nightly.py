# SPDX-License-Identifier: GPL-2.0-or-later
"""What takes long is left out unless it is asked for."""

from __future__ import annotations

import pytest

MARK = "nightly"
OPTION = "--nightly"


def is_nightly(item: pytest.Item) -> bool:
    return item.get_closest_marker(MARK) is not None


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption(OPTION):
        return
    left_out = [item for item in items if is_nightly(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_nightly(item)]
