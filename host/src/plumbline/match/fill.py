# SPDX-License-Identifier: GPL-2.0-or-later
"""Sending partial packets: a field that is set is meant, an unset one is filled in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from plumbline.errors import HarnessError
from plumbline.match.layers import Packet, VolatileValue
from plumbline.match.wanted import NoOptions, as_predicate


def complete(packet: Packet, base: Sequence[Packet], rng: random.Random) -> Packet:
    """`packet` on the layers of `base` (lowest first) that lie below it, its unset fields taken from the layers of
    `base` that it has itself. Neither is changed. Volatile fields get their value here, drawn from `rng`."""
    filled = packet.copy()
    below = _below(filled, base)
    for own, known in _pairs(filled, base[len(below) :]):
        for name, value in known.fields.items():
            own.fields.setdefault(name, value)
    for layer in reversed(below):
        filled = layer.copy() / filled
    freeze(filled, rng)
    return filled


def freeze(packet: Packet, rng: random.Random) -> None:
    """Gives each volatile field one value, for good."""
    for layer in layers_of(packet):
        for name, value in layer.fields.items():
            if isinstance(value, NoOptions):
                layer.fields[name] = []
            elif as_predicate(value) is not None:
                raise HarnessError(f"{layer.name}.{name} is to be sent and has a predicate, not a value")
            elif isinstance(value, VolatileValue):
                layer.fields[name] = _draw(value, rng)


def layers_of(packet: Packet) -> Iterator[Packet]:
    layer = packet
    while layer:
        yield layer
        layer = layer.payload


def _below(packet: Packet, base: Sequence[Packet]) -> Sequence[Packet]:
    """The layers of `base` below the first one that `packet` begins with, else all of them."""
    for index, layer in enumerate(base):
        if type(packet) is type(layer):
            return base[:index]
    return base


def _pairs(packet: Packet, base: Sequence[Packet]) -> Iterator[tuple[Packet, Packet]]:
    """The layers both have, from the first on, as long as they agree."""
    for own, known in zip(layers_of(packet), base, strict=False):
        if type(own) is not type(known):
            return
        yield own, known


def _draw(value: VolatileValue, rng: random.Random) -> object:  # type: ignore[type-arg]
    """Scapy draws from the one generator of the process: lend it a state of ours, so that runs are alike."""
    before = random.getstate()
    random.seed(rng.getrandbits(64))
    try:
        return value._fix()
    finally:
        random.setstate(before)
