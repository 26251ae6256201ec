# SPDX-License-Identifier: GPL-2.0-or-later
"""Who has a board, since when, what for, and until when: as it is written down, and as it is told. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Lease:
    """A program's, or a person's (`pid` 0). Times are aware."""

    holder: str
    pid: int
    purpose: str
    since: datetime
    until: datetime

    def later(self, by_s: float) -> Lease:
        """As long, for who had to wait for its beginning."""
        by = timedelta(seconds=by_s)
        return replace(self, since=self.since + by, until=self.until + by)

    def told(self, now: datetime) -> str:
        """In a person's words, in the local time of `now`."""
        process = f" (pid {self.pid})" if self.pid else ""
        end = f"until {_clock(self.until, now)}"
        if self.until <= now:
            end = f"which was to end {_clock(self.until, now)}"
        return f"{self.holder}{process} since {_clock(self.since, now)} for {self.purpose}, {end}"


@dataclass(frozen=True)
class Record:
    """What a lock file says: a hold outlives the programs of its holder."""

    taker: Lease | None = None
    hold: Lease | None = None

    def hold_against(self, holder: str, now: datetime) -> Lease | None:
        """A hold that keeps that holder out."""
        if self.hold is None or self.hold.holder == holder or self.hold.until <= now:
            return None
        return self.hold

    def text(self) -> str:
        return json.dumps({"taker": _written(self.taker), "hold": _written(self.hold)}, indent=1) + "\n"


def read_record(text: str) -> Record:
    """What nobody can read says that nobody has it: the kernel's lock decides, this only tells."""
    try:
        told = json.loads(text)
        return Record(_read(told["taker"]), _read(told["hold"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Record()


def _written(lease: Lease | None) -> dict[str, object] | None:
    if lease is None:
        return None
    return {**asdict(lease), "since": lease.since.isoformat(), "until": lease.until.isoformat()}


def _read(told: dict[str, str] | None) -> Lease | None:
    if told is None:
        return None
    since, until = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("a time that nobody knows the place of")
    return Lease(_readable(told["holder"]), int(told["pid"]), _readable(told["purpose"]), since, until)


def _readable(text: object) -> str:
    """Anybody may write in the file, and it is shown on terminals."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text))


def _clock(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%Y-%m-%d %H:%M}"
