# SPDX-License-Identifier: GPL-2.0-or-later
"""What the device tells of itself, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plumbline.errors import Unexpected
from plumbline.shell.protocol import Fields


@dataclass(frozen=True)
class Endpoint:
    """`addr` is "*" for any address. A port of 0 is not chosen yet."""

    addr: str
    port: int


NOWHERE = Endpoint("*", 0)


@dataclass(frozen=True)
class TcpView:
    state: str
    may_send: bool
    can_send: bool
    may_recv: bool
    can_recv: bool
    rx: int
    rx_size: int
    tx: int
    tx_size: int
    end: str
    released: bool
    local: Endpoint
    remote: Endpoint


@dataclass(frozen=True)
class UdpView:
    bound: bool
    can_send: bool  # a datagram of one byte
    can_recv: bool
    rx: int
    rx_size: int
    rx_slots: int
    rx_slot_count: int
    tx: int
    tx_size: int
    tx_slots: int
    tx_slot_count: int
    released: bool
    local: Endpoint


@dataclass(frozen=True)
class Check:
    """What came of comparing with a pattern: `n` bytes, of which `bad` differed, the first at `at`."""

    n: int
    bad: int
    at: int | None = None


@dataclass(frozen=True)
class Datagram:
    data: bytes
    from_: Endpoint
    to: Endpoint


@dataclass(frozen=True)
class WatchEvent:
    kind: str  # "wake", "spurious" or "deadline"
    ms: int
    readable: bool = False
    writable: bool = False
    released: bool = False
    number: int = field(default=0, compare=False)  # in the order in which the device said all its events


@dataclass(frozen=True)
class Done:
    """How a pump ended."""

    ms: int
    bytes: int
    bad: int
    end: str


@dataclass(frozen=True)
class ServerView:
    """`serving` is a level, the others count since its start. For datagrams `serving` and `broken` are 0."""

    serving: int
    served: int
    refused: int
    broken: int
    rx_bytes: int
    tx_bytes: int


@dataclass(frozen=True)
class PumpView:
    bytes: int
    bad: int
    running: bool


@dataclass(frozen=True)
class PollView:
    waiting: int  # frames not yet processed
    frames: int = 0  # processed by this poll
    by_hand: bool = True


@dataclass(frozen=True)
class ClockView:
    now: int
    held: bool
    next: int | None  # ms to the next deadline
    moved: int = 0
    deadlines: int = 0
    sent: bool = False


@dataclass(frozen=True)
class NetView:
    addr: str
    mask: str
    gateway: str
    mac: str


@dataclass(frozen=True)
class Pool:
    used: int
    most: int
    size: int


@dataclass(frozen=True)
class MemView:
    """Pools by name, and the levels of everything that must be given back."""

    pools: Mapping[str, Pool]
    levels: Mapping[str, int]


@dataclass(frozen=True)
class TasksView:
    polls: int
    wakes: int
    idles: int
    tasks: int
    deadlines: int
    cycles: int  # of the core while awake, wraps; 0: nothing counts them
    longest_cycles: int  # from a wake to the next sleep
    by_name: Mapping[str, int]  # polls of each task


@dataclass(frozen=True)
class Identity:
    build: str
    version: str
    lwip: str
    profile: str
    protocol: int


def endpoint(text: str) -> Endpoint:
    """EP of the protocol."""
    if text == "*":
        return NOWHERE
    addr, _, port = text.rpartition(":")
    if not addr or not port.isdecimal():
        raise Unexpected(f"not an endpoint: {text!r}")
    return Endpoint(addr, int(port))


def tcp_view(fields: Fields) -> TcpView:
    rx, rx_size = _pair(fields, "rx")
    tx, tx_size = _pair(fields, "tx")
    return TcpView(
        fields.text("state"), fields.flag("may_send"), fields.flag("can_send"), fields.flag("may_recv"),
        fields.flag("can_recv"), rx, rx_size, tx, tx_size, fields.text("end"), fields.flag("released"),
        endpoint(fields.text("local")), endpoint(fields.text("remote")),
    )  # fmt: skip


def udp_view(fields: Fields) -> UdpView:
    return UdpView(
        fields.flag("bound"), fields.flag("can_send"), fields.flag("can_recv"), *_pair(fields, "rx"),
        *_pair(fields, "rx_slots"), *_pair(fields, "tx"), *_pair(fields, "tx_slots"), fields.flag("released"),
        endpoint(fields.text("local")),
    )  # fmt: skip


def check(fields: Fields) -> Check:
    return Check(fields.number("n"), fields.number("bad"), fields.number("at") if fields.number("bad") else None)


def clock_view(fields: Fields) -> ClockView:
    upcoming = fields.text("next")
    moved = "moved" in fields.values
    return ClockView(
        fields.number("now"),
        fields.flag("held"),
        None if upcoming == "none" else fields.number("next"),
        fields.number("moved") if moved else 0,
        fields.number("deadlines") if moved else 0,
        fields.flag("sent") if moved else False,
    )


def mem_view(data: tuple[Fields, ...], levels: Fields) -> MemView:
    pools = {one.text("name"): Pool(one.number("used"), one.number("most"), one.number("size")) for one in data}
    return MemView(pools, levels.numbers())


def tasks_view(data: tuple[Fields, ...], totals: Fields) -> TasksView:
    by_name = {one.text("name"): one.number("polls") for one in data}
    return TasksView(
        totals.number("polls"), totals.number("wakes"), totals.number("idles"), totals.number("tasks"),
        totals.number("deadlines"), totals.number("cycles"), totals.number("longest_cycles"), by_name,
    )  # fmt: skip


def _pair(fields: Fields, key: str) -> tuple[int, int]:
    """USED/SIZE."""
    used, _, size = fields.text(key).partition("/")
    if not used.isdecimal() or not size.isdecimal():
        raise Unexpected(f"{key}={fields.text(key)} is not USED/SIZE")
    return int(used), int(size)
