# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests must not take from whoever runs them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _bench_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the bench that the user has chosen for the scenarios."""
    monkeypatch.delenv("PLUMB_BENCH", raising=False)
