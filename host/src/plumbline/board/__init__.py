# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards: what they are, how they are started, and how they ended."""

from plumbline.board.abilities import ABILITIES
from plumbline.board.credit import Credit, ReceiveFifo
from plumbline.board.device import Device
from plumbline.board.emulated import EmulatedDevice
from plumbline.board.ending import By, Ending
from plumbline.board.hold import Hold
from plumbline.board.native import NativeDevice
from plumbline.board.process import Activity
from plumbline.board.rack import Rack
from plumbline.board.spec import BenchSpec, BoardSpec, Machine, bench_names, check_image, load_bench
from plumbline.board.start_word import StartWord

__all__ = [
    "ABILITIES",
    "Activity",
    "BenchSpec",
    "BoardSpec",
    "By",
    "Credit",
    "Device",
    "EmulatedDevice",
    "Ending",
    "Hold",
    "Machine",
    "NativeDevice",
    "Rack",
    "ReceiveFifo",
    "StartWord",
    "bench_names",
    "check_image",
    "load_bench",
]
