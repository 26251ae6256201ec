# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.errors import BenchError
from plumbline.trace.symbols import Symbols

NM = [
    "00000041 00000010 T first",
    "00000061 00000008 t second",
    "20000000 00000004 b held",
    "20000010 00000040 b held",
    "20001000 A stack_top",
]


def test_the_bit_that_says_thumb_is_no_part_of_an_address() -> None:
    assert Symbols(NM).at("first") == 0x40


def test_an_address_belongs_to_the_function_around_it() -> None:
    symbols = Symbols(NM)

    assert [symbols.function(at) for at in (0x40, 0x4E, 0x60)] == ["first", "first", "second"]
    assert symbols.function(0x50) == "0x50"  # between the two


def test_counts_are_added_up_by_function() -> None:
    assert Symbols(NM).by_function({0x40: 2, 0x42: 3, 0x60: 9}) == {"second": 9, "first": 5}


def test_of_two_statics_of_one_name_the_larger_is_meant() -> None:
    assert Symbols(NM).all["held"].size == 0x40


def test_a_missing_symbol_is_named() -> None:
    with pytest.raises(BenchError, match="no third"):
        Symbols(NM).at("third")


def test_symbols_without_a_name_are_left_out() -> None:
    assert Symbols([*NM, "0000e3aa N "]).all.keys() == Symbols(NM).all.keys()
