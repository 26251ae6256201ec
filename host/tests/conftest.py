# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests must not take from whoever runs them."""

from __future__ import annotations

import signal

import pytest

# What a shell starts in the background ignores Ctrl-C, and so does all that it starts; here it counts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _bench_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the bench that the user has chosen for the scenarios."""
    monkeypatch.delenv("PLUMB_BENCH", raising=False)
