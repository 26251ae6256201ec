# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid's own client session, under a holder's name, that wakes whoever waits for news."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import grpc
from labgrid.remote.client import ClientSession, ServerError
from labgrid.remote.common import Place, Reservation, ReservationState
from labgrid.remote.generated import labgrid_coordinator_pb2 as messages

from plumbline_labgrid.board import PlumblineBoard
from plumbline_labgrid.holders import Holder

_PORT = 20408  # labgrid's


class Refused(Exception):
    """What cannot be had, in a person's words. `is_taken`: somebody else has it, and may give it back."""

    def __init__(self, text: str, *, is_taken: bool = False) -> None:
        super().__init__(text)
        self.is_taken = is_taken


class Session(ClientSession):
    """Opened by `opened`. Places and resources are the coordinator's latest word."""

    holder: Holder
    news: asyncio.Event

    def gethostname(self) -> str:
        return self.holder.host

    def getuser(self) -> str:
        return self.holder.user

    async def on_place_changed(self, place_pb2: object) -> None:
        await super().on_place_changed(place_pb2)
        self.news.set()

    async def on_resource_changed(self, exporter: str, group_name: str, resource_name: str, resource: object) -> None:
        await super().on_resource_changed(exporter, group_name, resource_name, resource)
        self.news.set()

    def boards_of(self, place: Place) -> Iterator[tuple[str, Any]]:
        """Boards of ours that some exporter offers for that place, with where they come from."""
        for exporter, groups in sorted(self.resources.items()):
            for group, resources in sorted(groups.items()):
                for name, resource in sorted(resources.items()):
                    if resource.data.get("cls") != PlumblineBoard.__name__:
                        continue
                    if place.hasmatch((exporter, group, resource.cls, name)):
                        yield f"{exporter}/{group}/{resource.cls}/{name}", resource

    async def reserve(self, place: str) -> str:
        """The token of a place in the line for that place."""
        wanted = messages.Reservation.Filter(filter={"name": place})
        request = messages.CreateReservationRequest(filters={"main": wanted}, prio=0.0)
        token: str = (await self.stub.CreateReservation(request)).reservation.token
        await self.sync_with_coordinator()
        return token

    async def is_allocated(self, token: str) -> bool:
        """Asking also keeps it alive: labgrid forgets a reservation after a minute. Refused when it has forgotten."""
        answer = await self.stub.PollReservation(messages.PollReservationRequest(token=token))
        state = Reservation.from_pb2(answer.reservation).state
        if state not in (ReservationState.waiting, ReservationState.allocated):
            raise Refused(f"labgrid's reservation {token} is {state.name}")
        return bool(state is ReservationState.allocated)

    async def cancel(self, token: str) -> None:
        await self.stub.CancelReservation(messages.CancelReservationRequest(token=token))

    async def reservations_of(self, owner: str) -> list[str]:
        answer = await self.stub.GetReservations(messages.GetReservationsRequest())
        return [each.token for each in answer.reservations if each.owner == owner]

    async def owner_of(self, token: str) -> str:
        answer = await self.stub.GetReservations(messages.GetReservationsRequest())
        return next((str(each.owner) for each in answer.reservations if each.token == token), "nobody")

    async def acquire_place(self, name: str) -> None:
        await self.stub.AcquirePlace(messages.AcquirePlaceRequest(placename=name))
        await self.sync_with_coordinator()

    async def release_place(self, name: str, holder: str) -> None:
        """No effect when it is not that one's any more."""
        await self.stub.ReleasePlace(messages.ReleasePlaceRequest(placename=name, fromuser=holder))
        await self.sync_with_coordinator()


async def opened(coordinator: str, holder: Holder) -> Session:
    """Refused when nobody answers there."""
    host, _, port = coordinator.rpartition(":")
    address = coordinator if host and port.isdigit() else f"{coordinator}:{_PORT}"
    session = Session(address, asyncio.get_running_loop())
    session.holder, session.news = holder, asyncio.Event()
    try:
        await session.start()
    except (ServerError, grpc.aio.AioRpcError):
        await session.close()
        raise Refused(
            f"labgrid's coordinator does not answer at {address}: start it there, or mend `coordinator`"
        ) from None
    return session
