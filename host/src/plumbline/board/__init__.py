# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards: what they are, how they are started, and how they ended."""

from plumbline.board.ending import By, Ending
from plumbline.board.native import NativeDevice, StartWord
from plumbline.board.spec import BenchSpec, BoardSpec, bench_names, check_image, load_bench

__all__ = [
    "BenchSpec",
    "BoardSpec",
    "By",
    "Ending",
    "NativeDevice",
    "StartWord",
    "bench_names",
    "check_image",
    "load_bench",
]
