# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin is to count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import HarnessError


@dataclass(frozen=True)
class Span:
    """From the instruction at `begin` on, up to and without the one at `end`."""

    name: str
    begin: int
    end: int


@dataclass(frozen=True)
class Trace:
    spans: tuple[Span, ...] = ()
    skip: tuple[range, ...] = ()  # addresses of what is in no span: interrupts
    ran: range | None = None  # addresses whose instructions are counted one by one
    within: tuple[str, ...] = ()  # but only inside all the spans of these names

    def argument(self, plugin: Path, shared: str) -> str:
        """What follows QEMU's -plugin; `shared` is the file to share."""
        words = [str(plugin), f"out={shared}"]
        words += [f"span={span.begin:#x}-{span.end:#x}" for span in self.spans]
        words += [f"skip={_ends(addresses)}" for addresses in self.skip]
        if self.ran is not None:
            words.append(f"ran={_ends(self.ran)}")
        words += [f"within={self._number(name)}" for name in self.within]
        if any("," in word for word in words):
            raise HarnessError(f"QEMU takes no plugin at a path with a comma: {plugin}")
        return ",".join(words)

    def _number(self, name: str) -> int:
        for number, span in enumerate(self.spans):
            if span.name == name:
                return number
        raise HarnessError(f"no span is called {name}")


def _ends(addresses: range) -> str:
    return f"{addresses.start:#x}-{addresses.stop:#x}"
