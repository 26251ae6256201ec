# SPDX-License-Identifier: GPL-2.0-or-later
from pathlib import Path

import pytest

from plumbline.errors import HarnessError
from plumbline.trace.spec import Span, Trace

PLUGIN = Path("/here/insn.so")
SPAN = Span("input", 0x100, 0x200)


def test_says_everything_that_is_to_be_counted() -> None:
    trace = Trace(spans=(SPAN,), skip=(range(0x10, 0x20),), ran=range(0x400), within=("input",))

    assert trace.argument(PLUGIN, "/proc/self/fd/7") == (
        "/here/insn.so,out=/proc/self/fd/7,span=0x100-0x200,skip=0x10-0x20,ran=0x0-0x400,within=0"
    )


def test_a_span_that_is_not_there_is_refused() -> None:
    with pytest.raises(HarnessError, match="no span is called output"):
        Trace(spans=(SPAN,), ran=range(2), within=("output",)).argument(PLUGIN, "x")


def test_a_path_that_qemu_would_cut_is_refused() -> None:
    with pytest.raises(HarnessError, match="comma"):
        Trace().argument(Path("/a,b/insn.so"), "x")
