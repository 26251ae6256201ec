# SPDX-License-Identifier: GPL-2.0-or-later
"""The program that has a place of labgrid's for us. It lives as long as its standard input is open: the kernel closes
that when we end, however we end, and so the place is given back."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import Any

from plumbline.errors import BenchError
from plumbline.lab.program import Labgrid
from plumbline.rig.lock import Busy, Note

_ANSWERS_S = 40.0  # beyond the wait that was asked for: a coordinator that is gone is given up after 20
_LEAVES_S = 20.0
_READ_BYTES = 65536
_LAST_WORDS = 3  # lines


class PlaceBusy(Busy):
    """Somebody else has it, and may give it back."""


class Keeper:
    """Opened by `with`. Then the place is ours, and `told` is what labgrid says of it."""

    def __init__(self, labgrid: Labgrid, wish: Mapping[str, object], *, wait_s: float, note: Note) -> None:
        self._note = note
        self._unread = b""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115, it is closed by `_close`
        command = labgrid.command("keep", json.dumps({**wish, "wait_s": wait_s}))
        try:
            self._process = subprocess.Popen(
                command,
                env=labgrid.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C is ours; it ends when we do
            )
        except OSError as error:
            self._log.close()
            raise BenchError(f"{command[0]} does not start: {error.strerror}") from error
        try:
            self.told = self._answer(within_s=wait_s + _ANSWERS_S)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        """Gives the place back. What went wrong on the way is told: a verdict is not lost for it."""
        self._close()
        for word in self._words():
            if "lost" in word:
                self._note(str(word["lost"]))

    def _answer(self, *, within_s: float) -> dict[str, Any]:
        """BenchError when there will be none."""
        until = time.monotonic() + within_s
        while True:
            for word in self._words():
                if "note" in word:
                    self._note(str(word["note"]))
                elif "refused" in word:
                    raise (PlaceBusy if word["is_taken"] else BenchError)(str(word["refused"]))
                elif "place" in word:
                    return word
            self._read(until - time.monotonic())

    def _read(self, left_s: float) -> None:
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        if not select.select([fd], [], [], max(left_s, 0.0))[0]:
            raise BenchError(f"labgrid has not answered in time{self._last_words()}")
        more = os.read(fd, _READ_BYTES)
        if not more:
            raise BenchError(f"labgrid's client ended without a word{self._last_words()}")
        self._unread += more

    def _words(self) -> Iterator[dict[str, Any]]:
        """Of whole lines that have come. What is behind one that was enough waits for who asks next."""
        while b"\n" in self._unread:
            line, _, self._unread = self._unread.partition(b"\n")
            try:
                word = json.loads(line)
            except ValueError:
                continue  # labgrid itself, saying something
            if isinstance(word, dict):
                yield word

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").splitlines()[-_LAST_WORDS:]
        return "".join(f"\n  {line}" for line in lines)

    def _close(self) -> None:
        try:
            rest, _ = self._process.communicate(timeout=_LEAVES_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            rest, _ = self._process.communicate()
            self._note(f"labgrid's client did not end within {_LEAVES_S:.0f} s: the place may still be ours")
        self._unread += rest
        self._log.close()
