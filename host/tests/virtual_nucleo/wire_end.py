# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of a virtual Nucleo's cable, by hand: one host that finds it and pings it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from host.tests.virtual_nucleo.virtual_board import READY, VirtualBoard, flash
from plumbline.wire.checksum import checksum
from plumbline.wire.fence import decode_fence_answer, encode_fence

US = bytes.fromhex("020000000001")
OUR_IP, ITS_IP = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
QUESTION = bytes.fromhex("08060001080006040001")  # of ARP
SOON_S = 60.0  # patience, not a proof: a loaded machine takes its time
_AGAIN_S = 0.2
_UDP = 17
_TOO_LONG = 1700  # more than a buffer of the DMA's


class Wire:
    """The other end of the cable: one host, by hand."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.connect(str(path))
        self._fence = 0

    def close(self) -> None:
        self._socket.close()

    def find(self) -> bytes:
        """Its Ethernet address, asked for again until it answers: its link may be down at first."""
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            self._send(b"\xff" * 6 + US + QUESTION + US + OUR_IP + bytes(6) + ITS_IP)
            answer = self._next(_AGAIN_S)
            if answer[12:14] == b"\x08\x06" and answer[20:22] == b"\x00\x02":
                return answer[6:12]
        raise AssertionError("it does not answer")

    def ping(self, to: bytes, number: int, letter: bytes = bytes(40), *, spoiled: bool = False) -> None:
        """Spoiled: its sum does not hold."""
        body = bytes([8, 0, 0, 0, 0, 7]) + number.to_bytes(2, "big") + letter
        body = body[:2] + (checksum(body) ^ int(spoiled)).to_bytes(2, "big") + body[4:]
        head = bytes.fromhex("45000000000000004001") + bytes(2) + OUR_IP + ITS_IP
        head = head[:2] + (20 + len(body)).to_bytes(2, "big") + head[4:]
        head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
        self._send(to + US + b"\x08\x00" + head + body)

    def send_too_long(self, to: bytes) -> None:
        """A frame that no Ethernet has: nobody's."""
        self._send(to + US + b"\x08\x00" + bytes(_TOO_LONG))

    def flood(self, to: bytes, count: int) -> None:
        """So many pings, as fast as the board takes them. Its answers are read, or it would wait for room for them."""
        for number in range(count):
            self.ping(to, number)
            while self._next(0):
                pass

    def answered(self, to: bytes, number: int) -> bool:
        """Whether that ping is answered, asked again and again for a while."""
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            self.ping(to, number)
            if _answers(self._next(_AGAIN_S)) == number:
                return True
        return False

    def answers_up_to(self, number: int) -> list[int]:
        """The pings that are answered, each once asked, until that one is, or nothing comes for a while."""
        came: list[int] = []
        while number not in came and (frame := self._next(SOON_S)):
            answered = _answers(frame)
            came += [] if answered is None else [answered]
        return came

    def parts(self, to: bytes) -> list[tuple[int, bytes]]:
        """Of each part of a datagram that it has sent by now: where it belongs and what it holds."""
        return [_part(frame) for frame in self._up_to_now(to) if _is_udp(frame)]

    def parts_in_silence(self, count: int) -> list[tuple[int, bytes]]:
        """The next so many of them, or those that come before it falls silent. Nobody asks it anything meanwhile."""
        came: list[tuple[int, bytes]] = []
        while len(came) < count and (frame := self._next(SOON_S)):
            came += [_part(frame)] if _is_udp(frame) else []
        return came

    def rest(self, to: bytes) -> None:
        """Until it answers a fence."""
        self._up_to_now(to)

    def _up_to_now(self, to: bytes) -> list[bytes]:
        """All that it had to say: what comes ahead of the answer to a fence (docs/bench-protocol.md)."""
        self._fence += 1
        came: list[bytes] = []
        until = time.monotonic() + SOON_S
        while time.monotonic() < until:
            self._send(encode_fence(self._fence, dst=to, src=US))
            while frame := self._next(_AGAIN_S):
                answer = decode_fence_answer(frame)
                if answer is not None and answer.number == self._fence:
                    return came
                came.append(frame)
        raise AssertionError("it does not answer a fence")

    def _send(self, frame: bytes) -> None:
        self._socket.settimeout(SOON_S)
        self._socket.send(frame)

    def _next(self, within_s: float) -> bytes:
        self._socket.settimeout(within_s)
        try:
            return self._socket.recv(2048)
        except (TimeoutError, BlockingIOError):
            return b""


def _is_udp(frame: bytes) -> bool:
    return frame[12:14] == b"\x08\x00" and frame[23] == _UDP


def _part(frame: bytes) -> tuple[int, bytes]:
    """Where in its datagram it belongs, and what it holds."""
    return (frame[20] << 8 | frame[21]) % (1 << 13) * 8, frame[34:]


def _answers(frame: bytes) -> int | None:
    """The ping that a frame answers, if it does."""
    is_answer = frame[23:24] == b"\x01" and frame[34:35] == b"\x00"
    return int.from_bytes(frame[40:42], "big") if is_answer else None


def wait_for_link(board: VirtualBoard) -> None:
    """Until the stack believes its cable."""
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        board.type("@2 link")
        board.serial.hear("@2= ok")
        if " up=1" in board.serial.hear("\n"):
            return
    raise AssertionError("its link does not come up")


def wait_for_cable(board: VirtualBoard, how: str) -> None:
    """Until the driver knows."""
    board.type(f"@8 link tell {how}")
    board.serial.hear(f"cable in={int(how == 'in')}")


def agree(board: VirtualBoard, partner: str) -> None:
    """The cable comes out and in again, and the best that its other end can is another."""
    board.tell("link down")
    wait_for_cable(board, "out")
    board.tell(f"partner {partner}")
    board.tell("link up")
    wait_for_cable(board, "in")  # before that no driver can know


@contextmanager
def wired() -> Iterator[tuple[VirtualBoard, Wire]]:
    """A board that runs, in adversarial mode, and its cable."""
    with VirtualBoard("--negotiate-ms", "1", "--adversarial") as board, closing(Wire(board.wire_path)) as wire:
        assert board.openocd(flash()).status == 0
        board.serial.hear(READY)
        wait_for_link(board)
        yield board, wire
