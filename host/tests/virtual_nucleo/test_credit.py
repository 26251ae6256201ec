# SPDX-License-Identifier: GPL-2.0-or-later
"""What the receiver of a Nucleo holds is what its board's file says: no frame is lost unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.test_rack import SPEC, Session
from host.tests.virtual_nucleo.virtual_board import lacks
from plumbline.bench import Bench
from plumbline.wire.addresses import mac_bytes

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

NOBODYS = b"\x88\xb6"  # an EtherType
SHORTEST, LONGEST = 60, 1514
IN_THE_MAC = 1  # of the longest: its own FIFO
MANY = 1000


@pytest.fixture
def bench() -> Iterator[Bench]:
    session = Session()
    with Bench(SPEC, rack=session.rack) as bench:
        yield bench
    session.rack.close()


def frame(bench: Bench, size: int) -> bytes:
    return (mac_bytes(bench.spec.mac) + bytes(6) + NOBODYS).ljust(size, b"\0")


def test_a_receiver_that_nobody_empties_holds_as_many_of_the_longest_as_are_declared(bench: Bench) -> None:
    assert SPEC.board.fifo is not None
    before = bench.dut.link()["rx"]

    bench.lines.overrun([frame(bench, LONGEST)] * (2 * SPEC.board.fifo.frames))

    assert bench.dut.link()["rx"] - before == SPEC.board.fifo.frames + IN_THE_MAC


def test_of_the_shortest_that_come_as_fast_as_the_wire_goes_none_is_lost(bench: Bench) -> None:
    bench.run_in_real_time()
    before = bench.dut.link()["rx"]

    for _ in range(MANY):
        bench.lines.pass_on(frame(bench, SHORTEST), "many")
    bench.lines.prove_rest()

    assert bench.dut.link()["rx"] - before == MANY
