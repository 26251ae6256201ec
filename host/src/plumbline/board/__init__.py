# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards: what they are, how they are started, and how they ended."""

from plumbline.board.abilities import ABILITIES
from plumbline.board.credit import Credit, ReceiveFifo
from plumbline.board.device import Device
from plumbline.board.emulated import EmulatedDevice
from plumbline.board.ending import By, Ending
from plumbline.board.hold import Hold
from plumbline.board.native import NativeDevice
from plumbline.board.nucleo import Controls, NucleoDevice, Parts
from plumbline.board.process import Activity
from plumbline.board.rack import DeviceRack, Rack, StartedAnew
from plumbline.board.spec import BenchSpec, BoardSpec, QemuMachine, bench_names, check_image, load_bench
from plumbline.board.start_word import StartWord
from plumbline.board.strangers import Strangers

__all__ = [
    "ABILITIES",
    "Activity",
    "BenchSpec",
    "BoardSpec",
    "By",
    "Controls",
    "Credit",
    "Device",
    "DeviceRack",
    "EmulatedDevice",
    "Ending",
    "Hold",
    "NativeDevice",
    "NucleoDevice",
    "Parts",
    "QemuMachine",
    "Rack",
    "ReceiveFifo",
    "StartWord",
    "StartedAnew",
    "Strangers",
    "bench_names",
    "check_image",
    "load_bench",
]
