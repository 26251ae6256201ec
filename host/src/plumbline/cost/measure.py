# SPDX-License-Identifier: GPL-2.0-or-later
"""One measurement: every image of the bench, and the memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plumbline.cost import cortex_m7, sizes, x86_64
from plumbline.cost.images import CORTEX_M7, STYLES, Variant, variants
from plumbline.cost.rows import Costs
from plumbline.trace.symbols import read_symbols

ECHO, RAW_ECHO = "cortex-m7-echo-ours", "cortex-m7-raw-echo-ours"
_RAM = ("obj/bench/ram/ram.o", "obj/bench/ram/styles.o")
APPLICATIONS = (*(f"echo-{style}" for style in STYLES), "echo", "echo-client", "proxy")  # small boards have not all


@dataclass(frozen=True)
class Board:
    """Where a board's images are, and the prefix of its binutils."""

    name: str
    images: Path
    tools: str


@dataclass(frozen=True)
class Measurement:
    costs: Mapping[Variant, Costs]
    sizes: Mapping[str, float] = field(default_factory=dict)

    def numbers(self) -> dict[str, float]:
        """All of it by key, in the order of the table."""
        counts = {
            f"{variant.machine}.{variant.sums}.{variant.stack}.{row}": cost.instructions
            for variant, rows in self.costs.items()
            for row, cost in rows.items()
        }
        return counts | dict(self.sizes)


def measure(
    images: Path, plugin: Path, boards: Sequence[Board], machines: Sequence[str], note: Callable[[str], None]
) -> Measurement:
    costs = {}
    for variant in variants():
        if variant.machine in machines:
            note(variant.name)
            costs[variant] = count(variant, images, plugin)
    return Measurement(costs, memory(images, boards))


def count(variant: Variant, images: Path, plugin: Path) -> Costs:
    image = variant.image(images)
    return cortex_m7.count(image, plugin, variant.rows) if variant.machine == CORTEX_M7 else x86_64.count(image)


def memory(images: Path, boards: Sequence[Board]) -> dict[str, float]:
    tools, echo, raw_echo = "arm-none-eabi-", images / ECHO / "bench", images / RAW_ECHO / "bench"
    found: dict[str, float] = {}
    found |= _keyed("size.cortex-m7.raw-echo", sizes.image_size(raw_echo, f"{tools}size"))
    found |= _keyed("size.cortex-m7.echo", sizes.image_size(echo, f"{tools}size"))
    for style in STYLES:
        image = images / f"{CORTEX_M7}-echo-{style}-ours" / "bench"
        found |= _keyed(f"size.cortex-m7.echo-{style}", sizes.image_size(image, f"{tools}size"))
    found |= _keyed("pools.cortex-m7", sizes.pools(read_symbols(echo, f"{tools}nm")))
    for board in boards:
        image = board.images / "echo"
        for app in APPLICATIONS:
            if (board.images / app).exists():
                found |= _keyed(f"size.{board.name}.{app}", sizes.image_size(board.images / app, f"{board.tools}size"))
        for symbols in _RAM:
            own_things = sizes.things(read_symbols(board.images / symbols, f"{board.tools}nm"))
            found |= _keyed(f"ram.{board.name}", own_things)
        found |= _keyed(f"pools.{board.name}", sizes.pools(read_symbols(image, f"{board.tools}nm")))
    return found


def _keyed(prefix: str, numbers: Mapping[str, int]) -> dict[str, float]:
    return {f"{prefix}.{name}": number for name, number in numbers.items()}
