# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's monitor, over a socket that the harness made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable
from typing import TypeVar

from plumbline.errors import BenchError

T = TypeVar("T")
_ANSWER_S = 20.0  # real time; guards against an emulator that hangs
logging.getLogger("qemu.qmp").setLevel(logging.CRITICAL)  # whatever goes wrong is raised as well


class Monitor:
    """Commands to one QEMU, answered before they return. Owns the socket it is given."""

    def __init__(self, sock: socket.socket) -> None:
        from qemu.qmp import QMPClient, QMPError  # takes as long as a board's start, and most runs need none

        self._errors = (QMPError, OSError, EOFError, asyncio.TimeoutError)
        self._loop = asyncio.new_event_loop()
        self._qmp = QMPClient()
        try:
            self._wait(self._qmp.connect(sock), "its greeting")
        except BaseException:
            self._end()
            sock.close()
            raise

    def ask(self, command: str, **arguments: object) -> object:
        """What QEMU returns. BenchError when it refuses, is gone or hangs."""
        return self._wait(self._qmp.execute(command, arguments), f"{command!r}")

    def close(self) -> None:
        """A second call has no effect."""
        if not self._loop.is_closed():
            self._end()

    def _end(self) -> None:
        """Nothing of the client is left half-way, whatever its connection came to."""
        with contextlib.suppress(*self._errors):
            self._loop.run_until_complete(self._qmp.disconnect())
        self._loop.run_until_complete(_cancel_the_rest())
        self._loop.close()

    def _wait(self, answer: Awaitable[T], what: str) -> T:
        try:
            return self._loop.run_until_complete(asyncio.wait_for(answer, _ANSWER_S))
        except self._errors as error:
            raise BenchError(f"QEMU's monitor does not give {what}: {str(error) or type(error).__name__}") from error


async def _cancel_the_rest() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
