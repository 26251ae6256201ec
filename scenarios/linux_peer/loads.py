# SPDX-License-Identifier: GPL-2.0-or-later
"""How much is sent over which wire: short ones for every run, long ones for the night.

A bad wire costs timeouts of a second and more, in real time. So the short ones have as few frames as show anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from plumbline.scenario import Dut, Linux, Odds, Pattern, Server

_KIB, _MIB = 1 << 10, 1 << 20
WINDOW = 6 * 1460  # six full segments: as much as the smallest receiver of a board takes in at once
_END_S = 60.0  # a FIN that was lost over the bad wire is repeated, at twice the time each time
_NIGHT_S = 600.0


@dataclass(frozen=True)
class Load:
    """So many bytes, shared by connections at once. So many frames meet with something: a quarter of these is lost, a
    quarter each doubled, late, spoiled. With much more no TCP has to come to its end: lwIP ends one in LAST-ACK 120 s
    after the peer's last word, and timeouts double."""

    total: int
    odds: float
    connections: int = 4
    within_s: float = 120.0

    @property
    def each(self) -> int:
        return self.total // self.connections

    @property
    def numbers(self) -> range:
        return range(self.connections)

    def parts(self) -> list[bytes]:
        """What each connection carries: the pattern of its number. It takes a while: before they are open."""
        return [bytes(Pattern(number, 0, self.each)) for number in self.numbers]

    def impair(self, linux: Linux) -> None:
        linux.impair(Odds.shared(self.odds))


def _by_night(total: int, odds: float, name: str) -> object:
    return pytest.param(Load(total, odds, within_s=_NIGHT_S), id=name, marks=pytest.mark.nightly)


CLEAN = pytest.param(Load(_MIB, 0), id="clean")
SHORT = (
    CLEAN,
    pytest.param(Load(256 * _KIB, 0.01), id="1-percent"),
    pytest.param(Load(32 * _KIB, 0.05, connections=2), id="5-percent"),
    pytest.param(Load(16 * _KIB, 0.2, connections=1), id="20-percent"),
)
LONG = (
    _by_night(20 * _MIB, 0, "20-MiB-clean"),
    _by_night(2 * _MIB, 0.01, "2-MiB-1-percent"),
    _by_night(256 * _KIB, 0.05, "256-KiB-5-percent"),
    _by_night(32 * _KIB, 0.2, "32-KiB-20-percent"),
)


def nothing_is_lost_unseen(dut: Dut, linux: Linux) -> None:
    """What the bridge lost is all that was lost: the device's receiver took in the rest."""
    assert dut.link()["rx"] == linux.frames_to_device


def serves_nobody(linux: Linux, server: Server) -> None:
    """Over a good wire again, every connection comes to its end and every socket comes back by itself."""
    linux.impair(Odds())
    linux.until(lambda: server.stats().serving == 0, within_s=_END_S)
