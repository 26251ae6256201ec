# SPDX-License-Identifier: GPL-2.0-or-later
"""The address that our firmware gives itself, made of the chip's number (firmware/port/stm32h7/unique.c). Pure."""

from __future__ import annotations

from plumbline.wire.addresses import mac_text

_FNV_START, _FNV_PRIME = 0x811C9DC5, 0x01000193
_OURS = bytes((0x02, 0x80))  # locally administered, an STM32's


def device_mac(unique: str) -> str:
    """`unique` is the chip's number, 24 hexadecimal digits in the order of its memory."""
    mixed = _FNV_START
    for byte in bytes.fromhex(unique):
        mixed = (mixed ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return mac_text(_OURS + mixed.to_bytes(4, "little"))
