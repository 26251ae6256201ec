# SPDX-License-Identifier: GPL-2.0-or-later
"""The host knows a board's address before it has asked for it."""

from __future__ import annotations

from plumbline.rig.device_mac import device_mac


def test_the_address_is_the_one_that_the_firmware_makes() -> None:
    """That of the virtual Nucleo, as fixtures/benches/nucleo-h743zi-virtual.toml has it."""
    assert device_mac("410036001451383139363934") == "02:80:c4:81:19:2a"


def test_neighbours_on_a_wafer_differ() -> None:
    assert device_mac("410036001451383139363934") != device_mac("420036001451383139363934")
