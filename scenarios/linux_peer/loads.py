# SPDX-License-Identifier: GPL-2.0-or-later
"""How much is sent over which wire: short ones for every run, long ones for the night.

A bad wire costs timeouts of a second and more, in real time. So the short ones have as few frames as show anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from plumbline.scenario import FATES, Dut, Linux, Odds, Pattern, Server

_KIB, _MIB = 1 << 10, 1 << 20
WINDOW = 6 * 1460  # six full segments: as much as the smallest receiver of a board takes in at once
_END_S = 60.0  # a FIN that was lost over the bad wire is repeated, at twice the time each time
_NIGHT_S = 600.0
_UNDER_WAY_S = 5.0  # what is under way has arrived by then
_PATIENCE = "2s"  # of Linux on a good wire: the silence of a busy machine is no loss
_ROUNDS = 10

# What Linux counts when it had to send again, was sent what it had, or was sent it in another order.
_REPAIRS = (
    "Tcp.RetransSegs", "TcpExt.TCPOFOQueue", "TcpExt.DelayedACKLost", "TcpExt.TCPDSACKRecv", "TcpExt.TCPDSACKOldSent",
    "TcpExt.TCPDSACKOfoSent", "Tcp.InErrs", "Ip.InHdrErrors",
)  # fmt: skip


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
        if self.odds:
            linux.impair(Odds.shared(self.odds))
        else:
            ran = linux.run("ip", "route", "add", linux.device, "dev", "linux", "rto_min", _PATIENCE)
            assert (ran.status, ran.err) == (0, "")

    def is_met(self, linux: Linux) -> bool:
        """Over a bad wire something has become of a frame, each way."""
        return not self.odds or all(sum(way[fate] for fate in FATES) for way in linux.fates())

    def check(self, linux: Linux) -> None:
        """A bad wire was bad, and over a good one there was nothing to repair."""
        assert self.is_met(linux), linux.fates()
        if not self.odds:
            only_these_happened(linux)
            nothing_was_repaired(linux)


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


class Frames:
    """What each end sent, by its own count, the other received, but for what the bridge says it did."""

    def __init__(self, dut: Dut, linux: Linux) -> None:
        self._dut, self._linux = dut, linux
        self._before = dut.link()

    def are_accounted_for(self) -> None:
        self._linux.until(lambda: not any(self._too_many().values()), _UNDER_WAY_S, lambda: str(self._too_many()))
        assert self._linux.overruns == 0, f"{self._linux.overruns} frames found no room in Linux"

    def _too_many(self) -> dict[str, int]:
        link, own, fates = self._dut.link(), self._linux.counters(), self._linux.fates()
        sent, received = (link[way] - self._before[way] for way in ("tx", "rx"))
        return {
            "frames too many for the device": received - own["Frames.sent"] - _added(fates.to_device),
            "frames too many for Linux": own["Frames.received"] - sent - _added(fates.to_linux),
        }


def _added(way: Counter[str]) -> int:
    return way["doubled"] - way["lost"]


def only_these_happened(linux: Linux, *fates: str) -> None:
    happened = {fate for way in linux.fates() for fate in FATES if way[fate]}
    assert happened <= set(fates), linux.fates()


def nothing_was_repaired(linux: Linux) -> None:
    own = linux.counters()
    repaired = {name: own[name] for name in _REPAIRS if own.get(name)}
    assert not repaired, f"over a good wire Linux counts {repaired}"


def rounds_until(is_met: Callable[[], bool], linux: Linux) -> Iterator[int]:
    """As many as it takes, whatever the seed: one, nearly always."""
    for number in range(1, _ROUNDS + 1):
        yield number
        if is_met():
            return
    pytest.fail(f"it has not happened in {_ROUNDS} rounds: {linux.fates()}")


def serves_nobody(linux: Linux, server: Server) -> None:
    """Over a good wire again, every connection comes to its end and every socket comes back by itself."""
    linux.impair(Odds())
    linux.until(lambda: server.stats().serving == 0, within_s=_END_S)
