# SPDX-License-Identifier: GPL-2.0-or-later
"""The memory that the plugin shares (host/trace/shared.h), read while the device runs."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError, HarnessError
from plumbline.trace.spec import Trace

_MAGIC = 0x3145434152544C50
_HEAD = struct.Struct("=6Q")
_ENTRY = struct.Struct("=2Q")
_LOG_AT = _HEAD.size
_INSN_MIN = 2  # bytes of the shortest instruction


@dataclass(frozen=True)
class Ended:
    """A span that was passed through."""

    name: str
    instructions: int


@dataclass(frozen=True)
class _Head:
    magic: int
    log_size: int
    instructions: int
    ended: int
    ran_from: int
    ran_count: int


class SharedCounts:
    """For one run. Without a file of the caller's the memory has no name, and nothing of it outlives its last user."""

    def __init__(self, trace: Trace, fd: int | None = None) -> None:
        """`fd`, where given, is ours to close."""
        self._trace = trace
        self.fd = os.memfd_create("trace", os.MFD_CLOEXEC) if fd is None else fd
        self._map: mmap.mmap | None = None
        self._read = 0

    def argument(self, plugin: Path) -> str:
        """What follows QEMU's -plugin. The child must inherit `fd` under its number."""
        if not plugin.is_file():
            raise BenchError(f"there is no {plugin}: make trace-plugin builds it")
        return self._trace.argument(plugin.absolute(), f"/proc/self/fd/{self.fd}")

    def ended(self) -> list[Ended]:
        """Spans that ended since the last call, in that order."""
        return list(self._log())

    def instructions(self) -> int:
        """All that ran since start, without those to be skipped."""
        return self._head().instructions

    def ran(self) -> dict[int, int]:
        """How often the instruction at each address ran; those that never did are left out."""
        head = self._head()
        at = _LOG_AT + head.log_size * _ENTRY.size
        counts = memoryview(self._memory())[at : at + 8 * head.ran_count].cast("Q")
        found = {head.ran_from + index * _INSN_MIN: count for index, count in enumerate(counts) if count}
        counts.release()
        return found

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        os.close(self.fd)

    def _log(self) -> Iterator[Ended]:
        head = self._head()
        if head.ended - self._read > head.log_size:
            raise HarnessError(f"more than {head.log_size} spans ended between two looks")
        while self._read < head.ended:
            place = _LOG_AT + self._read % head.log_size * _ENTRY.size
            number, instructions = _ENTRY.unpack_from(self._memory(), place)
            self._read += 1
            yield Ended(self._trace.spans[number].name, instructions)

    def _memory(self) -> mmap.mmap:
        if self._map is None:
            if os.fstat(self.fd).st_size < _HEAD.size:
                raise BenchError("the plugin has not started")
            self._map = mmap.mmap(self.fd, 0, prot=mmap.PROT_READ)
        return self._map

    def _head(self) -> _Head:
        head = _Head(*_HEAD.unpack_from(self._memory()))
        if head.magic != _MAGIC:
            raise BenchError("what shares the trace memory is another plugin, or another version")
        return head
