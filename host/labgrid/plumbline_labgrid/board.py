# SPDX-License-Identifier: GPL-2.0-or-later
"""A board of a rig file as a resource of labgrid's, real or virtual."""

from __future__ import annotations

from pathlib import Path

import attr
from labgrid.factory import target_factory
from labgrid.resource.common import Resource

_WORD = attr.validators.optional(attr.validators.instance_of(str))
_NUMBER = attr.validators.optional(attr.validators.instance_of(int))


def _word() -> str | None:
    told: str | None = attr.ib(default=None, validator=_WORD)
    return told


def _number() -> int | None:
    told: int | None = attr.ib(default=None, validator=_NUMBER)
    return told


@target_factory.reg_resource
@attr.s(eq=False)
class PlumblineBoard(Resource):
    """The keys are the rig file's (docs/rig.md), but for `power_`: labgrid hands over no mapping inside a mapping.

    All of it is of the machine that the board stands at, where the scenarios run. `plumb rig export` writes it."""

    id: str = attr.ib(validator=attr.validators.instance_of(str))
    platform: str = attr.ib(validator=attr.validators.instance_of(str))
    product = _word()
    runner = _word()
    probe = _word()
    probe_id = _word()
    serial = _word()
    baud = _number()
    net = _word()
    mac = _word()
    unique = _word()
    power_hub = _word()
    power_port = _number()
    power_on = _word()
    power_off = _word()
    flash_timeout = _number()
    notes = _word()
    host = _word()  # the exporter's

    def poll(self) -> None:
        """It is there when its serial port is: udev removes the name with the plug, a virtual board with its end."""
        self.avail = self.serial is None or Path(self.serial).exists()
