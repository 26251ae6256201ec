# SPDX-License-Identifier: GPL-2.0-or-later
"""One TCP socket as the contract has it, without a wire: what its predicates are, and what its calls say."""

from __future__ import annotations

from dataclasses import dataclass, field

MAY_SEND = frozenset({"ESTABLISHED", "CLOSE-WAIT"})
MAY_RECV = frozenset({"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"})
AFTER_CLOSE = {"ESTABLISHED": "FIN-WAIT-1", "CLOSE-WAIT": "LAST-ACK"}
AFTER_PEER_FIN = {"ESTABLISHED": "CLOSE-WAIT", "FIN-WAIT-1": "CLOSING", "FIN-WAIT-2": "TIME-WAIT"}
AFTER_FIN_ACKED = {"FIN-WAIT-1": "FIN-WAIT-2", "CLOSING": "TIME-WAIT", "LAST-ACK": "CLOSED"}

Said = int | bytes | str  # a count, bytes, or the name of a refusal


@dataclass
class ConnectionModel:
    """ESTABLISHED at first. `taken` is every byte that send took, `freed` how many of them left tx again."""

    rx_size: int
    tx_size: int
    state: str = "ESTABLISHED"
    end: str = "ok"
    peer_fin: bool = False
    unread: bytearray = field(default_factory=bytearray)
    taken: bytearray = field(default_factory=bytearray)
    freed: int = 0

    @property
    def tx_used(self) -> int:
        return len(self.taken) - self.freed

    @property
    def rx_room(self) -> int:
        return self.rx_size - len(self.unread)

    @property
    def predicates(self) -> tuple[bool, bool, bool, bool]:
        may_send, holds = self.state in MAY_SEND, bool(self.unread)
        can_send = may_send and self.tx_used < self.tx_size
        return may_send, can_send, self.state in MAY_RECV or holds, holds

    # calls

    def send(self, data: bytes) -> Said:
        if self.state not in MAY_SEND:
            return "state"
        n = min(len(data), self.tx_size - self.tx_used)
        if data and not n:
            return "would-block"
        self.taken += data[:n]
        return n

    def recv(self, n: int) -> Said:
        if not self.unread:
            return self._empty(n)
        got = bytes(self.unread[:n])
        del self.unread[:n]
        return got

    def _empty(self, n: int) -> Said:
        if self.peer_fin:
            return "eof"
        if self.state in MAY_RECV:
            return "would-block" if n else b""
        return self.end if self.end != "ok" else "state"

    def close(self) -> Said:
        if self.state == "CLOSED":
            return "state"
        self.state = AFTER_CLOSE.get(self.state, self.state)
        return "ok"

    def abort(self) -> None:
        self.ended("aborted")

    # what the peer does

    def received(self, data: bytes) -> None:
        if self.state in MAY_RECV:
            self.unread += data[: self.rx_room]

    def acked(self, count: int) -> None:
        """The peer has this many of the bytes taken, and they were whole segments."""
        if self.state != "CLOSED":
            self.freed = max(self.freed, count)

    def fin_acked(self) -> None:
        if self.state in AFTER_FIN_ACKED:
            self.state = AFTER_FIN_ACKED[self.state]
            if self.state in {"TIME-WAIT", "CLOSED"}:
                self.end = "closed"

    def fin_received(self) -> None:
        if self.state in AFTER_PEER_FIN:
            self.peer_fin = True
            self.state = AFTER_PEER_FIN[self.state]
            if self.state == "TIME-WAIT":
                self.end = "closed"

    def reset_received(self) -> None:
        if self.state not in {"CLOSED", "TIME-WAIT"}:  # RFC 1337: TIME-WAIT ignores it
            self.ended("reset")

    def ended(self, cause: str) -> None:
        if self.state != "CLOSED":
            self.state = "CLOSED"
            self.end = cause if self.end == "ok" else self.end
