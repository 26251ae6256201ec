# SPDX-License-Identifier: GPL-2.0-or-later
"""Expecting partial packets: a field that is set equals or satisfies, an unset one is don't-care."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.match.fill import layers_of
from plumbline.match.layers import FlagValue, Packet, Padding, Raw
from plumbline.match.wanted import Where, as_predicate, is_unset, predicate_name

DONT_CARE = "."
_TEXT_MAX = 44


@dataclass(frozen=True)
class Row:
    """One field: what was expected of it, and what came."""

    field: str
    expected: str
    came: str
    differs: bool


def compare(expected: Packet, came: Packet) -> list[Row]:
    """All fields of the layers that `expected` names; it matches when no row differs."""
    wanted = [layer for layer in layers_of(expected) if not isinstance(layer, Raw)]
    found = _align(wanted, came)
    rows: list[Row] = []
    for layer, its in zip(wanted, found, strict=True):
        rows += _rows(layer, its) if its is not None else [Row(type(layer).__name__, "present", "missing", True)]
    return rows + _payload_rows(expected, found[-1] if found else came)


def matches(expected: Packet, came: Packet) -> bool:
    return not any(row.differs for row in compare(expected, came))


def same_layer(expected: Packet, came: Packet) -> Packet | None:
    """The layer of `came` that `expected` begins with."""
    return next((layer for layer in layers_of(came) if isinstance(layer, type(expected))), None)


def show(value: object) -> str:
    """A value of a field, short."""
    if isinstance(value, bytes):
        text = repr(value)[1:] if value.isascii() and value.decode().isprintable() else f"0x{value.hex()}"
        shown = f"{len(value)} bytes {text}" if value else "0 bytes"
    elif isinstance(value, FlagValue):
        shown = str(value) or "none"
    elif isinstance(value, str):
        shown = value
    else:
        shown = repr(value)
    return shown if len(shown) <= _TEXT_MAX else f"{shown[: _TEXT_MAX - 3]}..."


def demand(wanted: object) -> str:
    """What is asked of a field, in a word."""
    predicate = as_predicate(wanted)
    if predicate is None:
        return show(wanted)
    return wanted.text if isinstance(wanted, Where) else predicate_name(predicate)


def _align(wanted: list[Packet], came: Packet) -> list[Packet | None]:
    """The first layer may lie anywhere in `came`; each further one directly above the one before."""
    found: list[Packet | None] = []
    candidates = list(layers_of(came))
    for layer in wanted:
        first = not found
        while first and candidates and not isinstance(candidates[0], type(layer)):
            candidates.pop(0)
        its = candidates.pop(0) if candidates else None
        found.append(its if isinstance(its, type(layer)) else None)
    return found


def _rows(expected: Packet, came: Packet) -> list[Row]:
    rows = []
    layer = type(came).__name__
    for name, value in came.fields.items():
        wanted = expected.fields.get(name)
        cares = not is_unset(wanted)
        differs = cares and not _holds(wanted, value)
        rows.append(Row(f"{layer}.{name}", demand(wanted) if cares else DONT_CARE, show(value), differs))
    gone = [name for name, value in expected.fields.items() if name not in came.fields and not is_unset(value)]
    return rows + [Row(f"{layer}.{name}", demand(expected.fields[name]), "missing", True) for name in gone]


def _payload_rows(expected: Packet, came: Packet | None) -> list[Row]:
    wanted = next((layer for layer in layers_of(expected) if isinstance(layer, Raw)), None)
    payload = _payload(came)
    if wanted is None:
        return [Row("payload", DONT_CARE, show(payload), False)] if payload else []
    load = wanted.fields.get("load", b"")
    return [Row("payload", demand(load), show(payload), not _holds(load, payload))]


def _payload(came: Packet | None) -> bytes:
    """The bytes behind the layer's header, as they came. A datagram without a layer is its own payload."""
    if came is None or not came.payload or isinstance(came.payload, Padding):
        return b""
    return bytes(came.payload.original)


def _holds(wanted: object, value: object) -> bool:
    predicate = as_predicate(wanted)
    if predicate is not None:
        return bool(predicate(value))
    if isinstance(wanted, FlagValue) or isinstance(value, FlagValue):
        return str(wanted) == str(value)
    return bool(wanted == value)
