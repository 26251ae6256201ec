# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.cost.sizes import parse_size, pools, things
from plumbline.trace.symbols import Symbols


def test_sections_are_read_off_size() -> None:
    said = "   text\t   data\t    bss\t    dec\t    hex\tfilename\n  36564\t    116\t 133028\t 169708\t  296ec\techo\n"

    assert parse_size(said) == {"text": 36564, "data": 116, "bss": 133028}


def test_a_thing_is_the_sum_of_its_parts() -> None:
    symbols = Symbols(["0 2000 B ram_connection_rings", "0 a0 B ram_connection_socket", "0 24 B ram_listener_block"])

    assert things(symbols) == {"connection": 8352, "listener": 36}


def test_pools_are_told_the_largest_first() -> None:
    symbols = Symbols(["0 100 B memp_memory_TCP_SEG_base", "0 1000 B ram_heap", "0 40 b line", "0 20 b held"])

    assert list(pools(symbols).items()) == [("heap", 4096), ("tcp_seg", 256), ("held_frames", 32)]
