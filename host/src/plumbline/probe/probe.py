# SPDX-License-Identifier: GPL-2.0-or-later
"""A probe as the rest of the house knows it: operations that have been up the ladder when they fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from plumbline.probe.chip import DHCSR, S_HALT
from plumbline.probe.ladder import Helpers, climb
from plumbline.probe.openocd import OpenOcd, ProbeIdentity
from plumbline.probe.script import SwdLink

_RUNNING = SwdLink()
_UNDER_RESET = SwdLink(under_reset=True)


class Probe:
    """What erases or resets meets the chip under reset from the start; what looks leaves it as it is."""

    def __init__(self, openocd: OpenOcd, helpers: Helpers) -> None:
        self._openocd = openocd
        self._helpers = helpers

    def followed(self, by: Callable[[], None]) -> Probe:
        """The same, for who has more open at the board than its probe: `by` follows each means that was used, ahead of
        the next try. Its BenchError is told as the means' own."""

        def both(means: Callable[[], None]) -> None:
            means()
            by()

        means = {kind: partial(both, use) for kind, use in self._helpers.means.items()}
        return Probe(self._openocd, replace(self._helpers, means=means))

    def helped_by(self, helpers: Helpers) -> Probe:
        """The same, with other help."""
        return Probe(self._openocd, helpers)

    def flash(self, image: Path, *, within_s: float, unique: str | None = None) -> bool:
        """Whether it was written; False when all of it was there already. Then the chip runs it. A chip of another
        number than `unique` is not written, on no rung."""

        def attempt(link: SwdLink) -> bool:
            return self._openocd.flash(image, link, within_s=within_s, unique=unique)

        return climb(f"flash by {self._openocd}", attempt, _UNDER_RESET, self._helpers, may_reset=True)

    def reset(self, *, writes: Sequence[tuple[int, Sequence[int]]] = (), leaves_halted: bool = False) -> None:
        """`writes`: words that are put at addresses before the first instruction; ahead of that it stands in the end
        when it is left halted."""

        def attempt(link: SwdLink) -> None:
            self._openocd.reset(link, writes=writes, leaves_halted=leaves_halted)

        climb(f"reset by {self._openocd}", attempt, _UNDER_RESET, self._helpers, may_reset=True)

    def halt(self) -> None:
        """Where it stands, for a person to look at."""
        climb(f"halt by {self._openocd}", self._openocd.halt, _RUNNING, self._helpers, may_reset=False)

    def read(self, address: int, words: int) -> tuple[int, ...]:
        """While it runs. What a chip has become is evidence: it is not reset for a look."""

        def attempt(link: SwdLink) -> tuple[int, ...]:
            return self._openocd.read(address, words, link)

        return climb(f"read of {address:#x} by {self._openocd}", attempt, _RUNNING, self._helpers, may_reset=False)

    def is_halted(self) -> bool:
        """Read beside the core, which goes on if it runs."""
        (state,) = self.read(DHCSR, 1)
        return bool(state & S_HALT)

    def identity(self, *, may_reset: bool = True) -> ProbeIdentity:
        """A chip that sleeps may have to be reset to tell its number."""
        what = f"identity by {self._openocd}"
        return climb(what, self._openocd.identity, _RUNNING, self._helpers, may_reset=may_reset)
