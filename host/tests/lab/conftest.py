# SPDX-License-Identifier: GPL-2.0-or-later
"""One lab for all tests that break nothing of it, and one of its own for a test that does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.lab.loopback_lab import LoopbackLab


@pytest.fixture(scope="session")
def _standing() -> Iterator[LoopbackLab]:
    with LoopbackLab() as lab:
        yield lab


@pytest.fixture
def lab(_standing: LoopbackLab) -> Iterator[LoopbackLab]:
    """It is as it was when the test has ended: nobody has a place."""
    yield _standing
    assert _standing.who() == {}
    assert list(_standing.run.glob("labgrid-*")) == []


@pytest.fixture
def frail() -> Iterator[LoopbackLab]:
    """To be broken."""
    with LoopbackLab() as lab:
        yield lab
