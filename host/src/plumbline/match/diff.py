# SPDX-License-Identifier: GPL-2.0-or-later
"""What was expected beside what came, field by field."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.match.compare import Row, compare, demand
from plumbline.match.fill import layers_of
from plumbline.match.layers import Packet, Raw
from plumbline.match.wanted import is_unset

_HEAD = Row("", "expected", "came", False)


def side_by_side(expected: Packet, came: Packet) -> str:
    """A table; the lines that differ begin with `!`."""
    return table(compare(expected, came))


def table(rows: Sequence[Row]) -> str:
    everything = [_HEAD, *rows]
    field_width = max(len(row.field) for row in everything)
    expected_width = max(len(row.expected) for row in everything)
    return "\n".join(_line(row, field_width, expected_width) for row in everything)


def _line(row: Row, field_width: int, expected_width: int) -> str:
    mark = "!" if row.differs else " "
    return f"{mark} {row.field:<{field_width}}  {row.expected:<{expected_width}}  {row.came}".rstrip()


def describe(packet: Packet) -> str:
    """A partial packet in one line: only what was set."""
    return " / ".join(_layer(layer) for layer in layers_of(packet))


def _layer(layer: Packet) -> str:
    if isinstance(layer, Raw):
        return demand(layer.fields.get("load", b""))
    fields = ", ".join(f"{name}={demand(value)}" for name, value in layer.fields.items() if not is_unset(value))
    return f"{type(layer).__name__}({fields})"
