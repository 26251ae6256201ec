# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.errors import Refused, Unexpected
from plumbline.shell.refusal import refused


def test_the_refusal_expected_passes() -> None:
    with refused("would-block"):
        raise Refused("tcp recv 1", "would-block", "")


def test_another_refusal_is_unexpected() -> None:
    with pytest.raises(Unexpected, match="expected would-block, came state"), refused("would-block"):
        raise Refused("tcp recv 1", "state", "")


def test_success_is_unexpected() -> None:
    with pytest.raises(Unexpected, match="expected would-block, but"), refused("would-block"):
        pass


def test_other_exceptions_pass_through() -> None:
    with pytest.raises(KeyError), refused("would-block"):
        raise KeyError
