# SPDX-License-Identifier: GPL-2.0-or-later
"""A board's serial line on this terminal."""

from __future__ import annotations

from collections.abc import Callable

from serial.tools.miniterm import Miniterm

from plumbline.cli.streams import tell
from plumbline.errors import BenchError
from plumbline.rig.greeting import opened
from plumbline.rig.spec import Console

_LEAVE, _MENU = "\x1d", "\x14"  # Ctrl-], Ctrl-T, as everywhere


class _Terminal(Miniterm):
    """One that ends when its line does."""

    is_gone = False

    def reader(self) -> None:
        self._while_it_lasts(super().reader)

    def writer(self) -> None:
        self._while_it_lasts(super().writer)

    def _while_it_lasts(self, go: Callable[[], None]) -> None:
        try:
            go()
        except OSError:  # pyserial's own are such; so is that of a kernel on which no program may type a key
            self.alive = False
            if not self.is_gone:
                tell("\r\nthe serial line is gone: any key leaves\r")
            self.is_gone = True


def talk_on(console: Console, greeting: str) -> None:
    """Until Ctrl-]. BenchError when the line cannot be had, or is gone before."""
    with opened(console) as line:
        print(greeting, flush=True)
        terminal = _Terminal(line, echo=False, eol="lf")
        terminal.exit_character, terminal.menu_character = _LEAVE, _MENU
        terminal.set_rx_encoding("ascii", errors="backslashreplace")
        terminal.set_tx_encoding("ascii", errors="ignore")
        terminal.start()
        try:
            terminal.join(transmit_only=True)
        finally:
            terminal.stop()
            terminal.join()
            terminal.close()
    if terminal.is_gone:
        raise BenchError(f"{console.path} is gone: see to the board's cable and power; then `plumb rig check`")
