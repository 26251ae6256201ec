# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.wire.options import describe_options, walk_options


def test_options_are_walked_up_to_their_end() -> None:
    assert list(walk_options(bytes.fromhex("020405b4 01 030307 00 ff"))) == [
        (2, b"\x05\xb4"),
        (1, b""),
        (3, b"\x07"),
        (0, b""),
    ]


@pytest.mark.parametrize("broken", ["02", "0201", "020405", "0200"])
def test_a_length_that_cannot_be_ends_the_walk(broken: str) -> None:
    with pytest.raises(ValueError, match="length"):
        list(walk_options(bytes.fromhex(broken)))


def test_they_are_described_even_when_broken() -> None:
    assert describe_options(bytes.fromhex("020405b4 01 030307")) == "mss 1460,nop,wscale 7"
    assert describe_options(bytes.fromhex("0402 02")) == "sackok,broken"
    assert describe_options(bytes.fromhex("fd04abcd")) == "opt253 abcd"
