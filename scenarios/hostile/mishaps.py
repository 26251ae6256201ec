# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens to the device as a whole: polls by hand, a full link, no buffers, no cable, another address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from scenarios.hostile.scene import Scene
from scenarios.hostile.steps import Step

_EVENTS: dict[str, Callable[[Scene], object]] = {
    "polls by hand": lambda scene: scene.dut.poll_by_hand(),
    "polls a little": lambda scene: scene.dut.poll(2, 1),
    "polls by itself": lambda scene: scene.dut.poll_auto(),
    "link full once": lambda scene: scene.dut.fault_tx_full(1),
    "link full": lambda scene: scene.dut.fault_tx_full("all"),
    "link has room for two": lambda scene: scene.dut.fault_tx_room(2),
    "no buffer once": lambda scene: scene.dut.fault_rx_alloc(1),
    "frames not noticed": lambda scene: scene.dut.fault_rx_defer(True),
    "frames noticed": lambda scene: scene.dut.fault_rx_defer(False),
    "link not full": lambda scene: scene.dut.fault_tx_full("off"),
    "link has room": lambda scene: scene.dut.fault_tx_room("off"),
    "cable out": lambda scene: scene.dut.cable(False),
    "cable in": lambda scene: scene.dut.cable(True),
    "peer deaf to ARP": lambda scene: setattr(scene.peer, "arp", False),
    "peer answers ARP": lambda scene: setattr(scene.peer, "arp", True),
    "another address": lambda scene: scene.dut.net("10.0.0.9"),
    "its address": lambda scene: scene.dut.net(scene.peer.dut_ip),
}


@dataclass(frozen=True, repr=False)
class Happens(Step):
    what: str

    def run(self, scene: Scene) -> None:
        scene.ask(lambda: _EVENTS[self.what](scene))


steps: list[st.SearchStrategy[Step]] = [st.builds(Happens, st.sampled_from(sorted(_EVENTS)))]
