# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the device is the one that the bench declares. Pure."""

from __future__ import annotations

from plumbline.board import BenchSpec, StartWord
from plumbline.errors import BenchError
from plumbline.shell.protocol import Fields
from plumbline.wire.addresses import ipv4_number, ipv4_text


def check_identity(spec: BenchSpec, identity: Fields, net: Fields) -> None:
    """BenchError, naming file, key and both values, for all that differs from what it answers to `id` and `net`."""
    bench, board = f"fixtures/benches/{spec.name}.toml", f"fixtures/boards/{spec.board.name}.toml"
    declared = (
        (bench, "device.mac", spec.mac.lower(), _with_colons(net.text("mac"))),
        (bench, "device.address", _plain(spec.address), net.text("addr")),
        (bench, "device.netmask", _plain(spec.netmask), net.text("mask")),
        (bench, "device.gateway", _plain(spec.gateway), net.text("gateway")),
        (board, "name", spec.board.name, identity.text("profile")),
    )
    wrong = [f"  {file}: {key} is {ours}, the device says {its}" for file, key, ours, its in declared if ours != its]
    if wrong:
        raise BenchError("\n".join(["this device is not the one that the bench declares:", *wrong]))


def check_start(spec: BenchSpec, start: StartWord, clock: Fields) -> None:
    """BenchError for a device whose clock, as it answers to `clock`, is not where the boot word has it start."""
    told = f"held at {start.held_at_ms} ms" if start.held_at_ms is not None else "running"
    held, now = clock.number("held") == 1, clock.number("now")
    if (now if held else None) == start.held_at_ms:
        return
    board = spec.board
    at = board.machine.boot_word if board.machine else board.boot_word
    word = f"the boot word at {at:#x}" if at else "its arguments"
    its = f"held at {now} ms" if held else "running"
    raise BenchError(
        f"the device did not take {word}: fixtures/boards/{spec.board.name}.toml\n"
        f"  its clock is {its}, and was to be {told}"
    )


def _plain(address: str) -> str:
    return ipv4_text(ipv4_number(address))


def _with_colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
