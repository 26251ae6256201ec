# SPDX-License-Identifier: GPL-2.0-or-later
"""One of the places that will do, as soon as one is to be had.

labgrid's scheduler gives places to reservations in their order, whether a board is behind a place or not. So we stand
in line only where a board is, at one place at a time, and step over to another that is free."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc
from labgrid.remote.common import Place

from plumbline_labgrid import holders
from plumbline_labgrid.holders import use
from plumbline_labgrid.session import Refused, Session

_LOOKS_AGAIN_S = 5.0  # for who died, of whom nobody brings news; and a reservation lives for a minute
Note = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """A place by its name, or any that has these tags."""

    place: str | None
    tags: Mapping[str, str]
    person: str  # "host/user" of whoever we work for, as labgrid's client calls him: what he has is ours to use
    wait_s: float
    folder: Path  # of the holders' files

    def suits(self, place: Place) -> bool:
        if self.place is not None:
            return self.place == place.name or self.place in place.aliases
        return all(place.tags.get(key) == value for key, value in self.tags.items())

    def __str__(self) -> str:
        tags = ", ".join(f"{key}={value}" for key, value in self.tags.items())
        return f"place {self.place}" if self.place is not None else f"place with {tags}"


class Line:
    """`get` it once. What was reserved is given back by `leave`, however `get` ended."""

    def __init__(self, session: Session, wish: Wish, note: Note) -> None:
        self._session = session
        self._wish = wish
        self._note = note
        self._at = ""  # the place that it stands in line for
        self._token = ""

    async def get(self) -> str:
        """The name of a place that is ours now, or our person's. Refused, with the reason."""
        until = asyncio.get_running_loop().time() + self._wish.wait_s
        told = False
        while True:
            self._session.news.clear()
            await self._free_the_dead()
            alive = self._alive()
            if lent := self._used_of(self._lent(alive)):
                await self.leave()
                return lent
            if await self._steps_up(alive):
                await self._acquire()
                return self._at
            if (left := until - asyncio.get_running_loop().time()) <= 0:
                raise Refused(await self._who_has(alive), is_taken=True)
            if not told:
                self._note(f"waits: {await self._who_has(alive)}")
                told = True
            await self._news(min(left, _LOOKS_AGAIN_S))

    def _lent(self, alive: list[Place]) -> list[Place]:
        """By our person to his programs."""
        return [place for place in alive if place.acquired == self._wish.person]

    def _used_of(self, lent: list[Place]) -> str:
        """The first that no other program of his uses, by its name; ours until this process ends. Empty: none."""
        return next((str(place.name) for place in lent if use(place.name, self._wish.folder) is not None), "")

    async def leave(self) -> None:
        token, self._token = self._token, ""
        if token:
            await self._session.cancel(token)

    async def _steps_up(self, alive: list[Place]) -> bool:
        """Whether a place is ours to acquire. It stands in one line, or has gone to another that is shorter."""
        if self._token and await self._session.is_allocated(self._token):
            return True
        free = [place for place in alive if not place.acquired and not place.reservation]
        while free or not self._token:
            await self.leave()
            self._at = free.pop(0).name if free else alive[0].name
            self._token = await self._session.reserve(self._at)
            if await self._session.is_allocated(self._token):
                return True
        return False

    async def _acquire(self) -> None:
        try:
            await self._session.acquire_place(self._at)
        except grpc.aio.AioRpcError as error:
            raise Refused(f"labgrid does not give place {self._at}: {error.details()}") from None

    def _alive(self) -> list[Place]:
        """Those that will do and have a board behind them, in the order of their names."""
        suiting = sorted(
            (place for place in self._session.places.values() if self._wish.suits(place)), key=lambda place: place.name
        )
        if not suiting:
            there = ", ".join(sorted(self._session.places)) or "none at all"
            raise Refused(f"labgrid has no {self._wish}; it has {there}")
        why = {place.name: self._why_dead(place) for place in suiting}
        if all(why.values()):
            raise Refused("\n  ".join([f"no board is behind labgrid's {self._wish}:", *why.values()]))
        return [place for place in suiting if not why[place.name]]

    def _why_dead(self, place: Place) -> str:
        boards = list(self._session.boards_of(place))
        if not boards:
            matches = ", ".join(map(repr, place.matches)) or "no match"
            return f"{place.name}: no exporter offers a PlumblineBoard for it (it has {matches})"
        if len(boards) > 1:
            return f"{place.name}: it has {len(boards)} boards: {', '.join(path for path, _ in boards)}"
        [(path, resource)] = boards
        if not resource.avail:
            return f"{place.name}: {path} is exported, and its serial port is not there"
        return ""

    async def _who_has(self, alive: list[Place]) -> str:
        told = []
        for place in alive:
            if place.acquired:
                how = ", and in use" if place.acquired == self._wish.person else ""
                told.append(f"{place.name} is {place.acquired}'s{how}")
            elif place.reservation and place.reservation != self._token:
                told.append(f"{place.name} is reserved for {await self._session.owner_of(place.reservation)}")
        return f"labgrid's {self._wish} is taken: {'; '.join(told) or 'others were faster'}"

    async def _free_the_dead(self) -> None:
        """What killed ones had, of all places: any survivor may give it back."""
        host, folder = self._session.holder.host, self._wish.folder
        for place in list(self._session.places.values()):
            name = place.acquired
            if not name and place.reservation and place.reservation != self._token:
                name = await self._session.owner_of(place.reservation)
            if not name or not holders.is_dead(name, host, folder):
                continue
            await self._session.release_place(place.name, name)
            for token in await self._session.reservations_of(name):
                await self._session.cancel(token)
            holders.bury(name, folder)
            self._note(f"labgrid's place {place.name} was taken back from {name}: it ended without letting go")

    async def _news(self, within_s: float) -> None:
        try:
            await asyncio.wait_for(self._session.news.wait(), within_s)
        except TimeoutError:
            return
