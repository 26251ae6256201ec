# SPDX-License-Identifier: GPL-2.0-or-later
"""Refusals that the profile foretells: the device was asked for more than it says it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from plumbline.errors import BeyondProfile, Refused
from plumbline.shell.handles import AT_MOST_EACH, Handles
from plumbline.shell.line import ShellLine
from plumbline.shell.protocol import DutEvent, Reply

KINDS = (
    "connect", "accept", "recv", "read-exact", "send", "write-all", "flush", "shutdown", "close", "send-to",
    "recv-from", "sleep", "select", "join",
)  # fmt: skip
SLOT_BYTES = 40  # of a datagram that is queued, at most
_TABLES = {
    "tcp open": "tcp_sockets",
    "listen open": "listeners",
    "udp open": "udp_sockets",
    "watch tcp": "watches",
    "watch udp": "watches",
    "pump source": "pumps",
    "pump sink": "pumps",
    "pump echo": "pumps",
    "pump udp-source": "pumps",
    "pump udp-sink": "pumps",
    "pump udp-echo": "pumps",
    "serve echo": "servers",
    "serve discard": "servers",
    "serve chargen": "servers",
    "serve http": "servers",
    "serve udp-echo": "servers",
    "serve udp-discard": "servers",
    **{f"future {kind}": "futures" for kind in KINDS},
}


class BoundedLine:
    """A device's shell that raises BeyondProfile for a refusal that `why` has a reason for."""

    def __init__(self, line: ShellLine, why: Callable[[Refused], str | None]) -> None:
        self._line = line
        self._why = why

    def command(self, command: str, *, changes: bool = True) -> Reply:
        try:
            return self._line.command(command, changes=changes)
        except Refused as refusal:
            why = self._why(refusal)
            if why is None:
                raise
            raise BeyondProfile(command, refusal.name, why) from refusal

    def hear_out(self) -> None:
        self._line.hear_out()

    @property
    def dut_events(self) -> Sequence[DutEvent]:
        return self._line.dut_events


def why_beyond(refusal: Refused, handles: Handles, profile: Callable[[], Mapping[str, int]]) -> str | None:
    """Which limit the command went beyond; None when none explains the refusal. The profile is asked for only when one
    may."""
    words = refusal.command.split()
    verb = " ".join(words[:2])
    if refusal.name == "too-large" and verb == "udp send":
        return _more(profile(), "datagram_max", _length(words[4]))
    if refusal.name != "out-of-room":
        return None
    table = _TABLES.get(verb)
    if table is not None and (why := _more(profile(), table, handles.count(table) + 1)):
        return why
    return _more(profile(), "arena_bytes", handles.asked_bytes() + _arena_bytes(verb, words))


def _more(profile: Mapping[str, int], limit: str, asked: int) -> str | None:
    there_is = profile[limit]
    return f"asks for {limit} {asked}, and there are {there_is}" if asked > there_is else None


def _arena_bytes(verb: str, words: Sequence[str]) -> int:
    """What the command itself takes of the arena, if only while it runs."""
    match verb:
        case "tcp open":
            return AT_MOST_EACH + int(words[2]) + int(words[3])
        case "udp open":
            slots = int(words[3]) + int(words[5])
            return AT_MOST_EACH + int(words[2]) + int(words[4]) + SLOT_BYTES * slots
        case "listen open":
            return AT_MOST_EACH * int(words[3].partition("=")[2] or 0)
        case "udp send":
            return _length(words[4])
        case "udp recv":
            return int(words[3])
        case "serve echo" | "serve discard" | "serve chargen" | "serve http":
            connections, rx, tx = (int(word.partition("=")[2]) for word in words[3:6])
            return connections * (rx + tx)
    return 0


def _length(data: str) -> int:
    """Of DATA, as it stands on a command line."""
    kind, _, rest = data.partition(":")
    return len(rest) // 2 if kind == "hex" else int(rest.rpartition(":")[2])
