# SPDX-License-Identifier: GPL-2.0-or-later
"""An image pays for the styles that it uses, and for no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.board.spec import images_folder
from plumbline.trace.symbols import read_symbols

ROOT = Path(__file__).parents[3]
PARTS = {
    "futures": ("ax_future_", "ax_timeout", "ax_select"),
    "readiness": ("ax_readiness_", "ax_source_"),
    "reactor": ("ax_reactor_", "operation_"),
    "callback": ("ax_client_", "ax_server_", "ax_callback_"),
    "proxy": ("ax_proxy_", "stack_proxy_", "tuples_"),
    "dhcp": ("ax_dhcp", "dhcp_"),
    "dns": ("ax_dns", "dns_"),
}
USED = {
    "echo": (),
    "echo-futures": ("futures",),
    "echo-client": ("futures",),
    "echo-readiness": ("readiness",),
    "echo-reactor": ("reactor", "futures"),
    "echo-callback": ("callback",),
}
TOOLS = {"native": "", "mps2-an500": "arm-none-eabi-", "lm3s6965evb": "arm-none-eabi-"}


@pytest.mark.parametrize("board", TOOLS)
@pytest.mark.parametrize("image", USED)
def test_an_image_has_of_each_part_what_it_uses(board: str, image: str) -> None:
    names = read_symbols(images_folder(ROOT) / board / image, f"{TOOLS[board]}nm").all

    found = {part for part, starts in PARTS.items() if any(name.startswith(starts) for name in names)}

    assert found == set(USED[image])
