# SPDX-License-Identifier: GPL-2.0-or-later
"""How Hypothesis searches: the same way every time in the suite, at random behind `make explore`."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

_EXAMPLES = 40  # each is a device of its own and some thirty steps
_EXPLORED = 1000

_SUITE, _EXPLORE = "suite", "explore"

settings.register_profile(
    _SUITE,
    derandomize=True,
    max_examples=_EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    _EXPLORE,
    max_examples=_EXPLORED,
    deadline=None,
    print_blob=False,  # the failure's own last line makes it again
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(_SUITE)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Hypothesis looks for it."""
    name = config.getoption("hypothesis_profile", None)
    if name not in (None, _SUITE, _EXPLORE):
        raise pytest.UsageError(f"there is no Hypothesis profile {name!r}; scenarios have {_SUITE} and {_EXPLORE}")
