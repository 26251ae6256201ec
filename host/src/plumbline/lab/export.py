# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards of a rig file as a configuration of labgrid's exporter. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from plumbline.rig.spec import CommandPower, HubPower, RigBoard

_CLASS = "PlumblineBoard"  # host/labgrid/plumbline_labgrid/board.py

_JINJA = ("{{", "{%", "{#")
_NO_FOLDS = 1 << 16  # a line that begins with "#" is one of Jinja's


def exporter_configuration(boards: Iterable[RigBoard]) -> str:
    """A group for each board that may be lent, by its name."""
    lent = (board for board in boards if board.is_connected and not board.out_of_service)
    groups = {board.name: {_CLASS: dict(_params(board))} for board in lent}
    return _as_it_is(yaml.safe_dump(groups, sort_keys=False, width=_NO_FOLDS))


def _as_it_is(text: str) -> str:
    """labgrid renders it as a template of Jinja's, in which a command for power may have words of its own."""
    return f"{{% raw %}}\n{text}{{% endraw %}}\n" if any(sign in text for sign in _JINJA) else text


def _params(board: RigBoard) -> Iterator[tuple[str, str | int]]:
    """labgrid takes words and numbers, and no mapping."""
    yield "id", board.probe.serial
    yield "platform", board.platform
    if board.probe.tcp_port is not None:
        yield "probe", f"tcp:{board.probe.tcp_port}"
    if board.console is not None:
        yield "serial", str(board.console.path)
        yield "baud", board.console.baud
    for key, value in (("net", board.net), ("mac", board.mac), ("unique", board.unique)):
        if value is not None:
            yield key, str(value)
    if isinstance(board.power, HubPower):
        yield "power_hub", board.power.hub
        yield "power_port", board.power.port
    if isinstance(board.power, CommandPower):
        yield "power_on", board.power.on
        yield "power_off", board.power.off
    yield "flash_timeout", board.flash_within_s
