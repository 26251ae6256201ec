# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario can say of the device beside pass and fail."""

from __future__ import annotations

from typing import NoReturn


class NonStrict(Exception):
    """A SHOULD was not met: the scenario ends here and passes as NON-STRICT."""


def non_strict(why: str) -> NoReturn:
    """Ends the scenario: it passes, and its report says what the device does instead of what it SHOULD."""
    raise NonStrict(why)
