# SPDX-License-Identifier: GPL-2.0-or-later
"""Has a place of labgrid's, for as long as its standard input is open.

    python -m plumbline_labgrid.keep '{"coordinator": "lab:20408", "place": "desk-1", "wait_s": 0, ...}'

Whoever started it holds the other end. When he ends, by whatever end, the kernel closes that, and the place is given
back. It says one JSON object a line: `note`s, then what came of it: `refused`, or `place` with the board that is there;
at the end `lost` when there was no coordinator to give it back to.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc

from plumbline_labgrid.holders import Holder, new_holder
from plumbline_labgrid.line import Line, Wish
from plumbline_labgrid.session import Refused, Session, opened

_NOT_OURS = ("extra", "host")
_POWER = "PowerPort"  # in the names of labgrid's classes for what switches power


def main() -> None:
    told = json.loads(sys.argv[1])
    host, user = os.environ.get("LG_HOSTNAME", socket.gethostname()), os.environ.get("LG_USERNAME", getpass.getuser())
    wish = Wish(told["place"], told["tags"], f"{host}/{user}", told["wait_s"], Path(told["folder"]))
    holder = new_holder(host, user, wish.folder)
    try:
        asyncio.run(_keep(told["coordinator"], wish, holder))
    except Refused as refused:
        _say(refused=str(refused), is_taken=refused.is_taken)
    except grpc.aio.AioRpcError as error:
        _say(refused=f"labgrid's coordinator: {error.details()}", is_taken=False)
    except PermissionError as error:
        _say(refused=f"{error.filename}: {error.strerror}", is_taken=False)
    finally:
        holder.leave()


async def _keep(coordinator: str, wish: Wish, holder: Holder) -> None:
    left = asyncio.ensure_future(_left())
    session = await opened(coordinator, holder)
    lost = asyncio.ensure_future(session.stopping.wait())
    line = Line(session, wish, lambda text: _say(note=text))
    try:
        getting = asyncio.ensure_future(line.get())
        await asyncio.wait({getting, left, lost}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            getting.cancel()
            if lost.done():
                raise Refused("labgrid's coordinator went away")
            return
        place = getting.result()
        try:
            _say(**_handed_over(session, place))
            await asyncio.wait({left, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not await _is_done(session, lambda: session.release_place(place, str(holder))):
                _say(lost=f"labgrid's coordinator went away; it may have given {place} to others")
    finally:
        await _is_done(session, line.leave)
        await session.stop()
        await session.close()


async def _is_done(session: Session, give_back: Callable[[], Awaitable[None]]) -> bool:
    """Not when the coordinator is gone, or goes at this moment."""
    if session.stopping.is_set():
        return False
    try:
        await give_back()
    except grpc.aio.AioRpcError:
        return False
    return not session.stopping.is_set()


async def _left() -> None:
    """Until the other end of standard input is closed."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


def _handed_over(session: Session, name: str) -> dict[str, object]:
    place = session.places[name]
    boards = list(session.boards_of(place))
    if len(boards) != 1:
        raise Refused(f"the board of labgrid's place {name} went away")
    params = boards[0][1].params
    classes = [path[2] for path in place.acquired_resources]
    return {
        "place": name,
        "board": {key: value for key, value in params.items() if key not in _NOT_OURS and value is not None},
        "host": params.get("host"),
        "holder": place.acquired,
        "has_power": any(_POWER in each for each in classes),
    }


def _say(**what: object) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more; standard input says so too
        print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
