# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the device is the one that the bench declares. Pure."""

from __future__ import annotations

from plumbline.board import BenchSpec
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


def _plain(address: str) -> str:
    return ipv4_text(ipv4_number(address))


def _with_colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
