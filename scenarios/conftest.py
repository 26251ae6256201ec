# SPDX-License-Identifier: GPL-2.0-or-later
"""How Hypothesis searches: the same way every time in the suite, at random behind `make explore`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_EXAMPLES = 40  # each is a device of its own and some thirty steps
_EXPLORED = 1000

settings.register_profile(
    "suite",
    derandomize=True,
    max_examples=_EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "explore",
    max_examples=_EXPLORED,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("suite")
