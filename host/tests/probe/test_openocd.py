# SPDX-License-Identifier: GPL-2.0-or-later
"""The real OpenOCD, with no probe, with what is no probe, and with one that hangs."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe import (
    STM32H743,
    OpenOcd,
    ProbeAddress,
    ProbeError,
    Setup,
    SwdLink,
    Trouble,
    checked_openocd,
    usb,
)  # fmt: skip
from plumbline.probe.sayings import DONE, MARK

NOBODY = "NOSUCHPROBE00000"
CONFIGS = Path(__file__).resolve().parents[3] / "fixtures/openocd"
IMAGE = Path("/nonexistent/image.elf")
SOON_S = 60.0


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def probe(port: int | None) -> OpenOcd:
    return OpenOcd(Setup(checked_openocd().path, ProbeAddress(NOBODY, port), STM32H743, CONFIGS))


def test_a_probe_that_is_not_on_usb_is_absent() -> None:
    with pytest.raises(ProbeError, match="no such probe is there: Error: open failed") as raised:
        probe(None).identity(SwdLink())

    assert raised.value.trouble is Trouble.ABSENT
    assert "Open On-Chip Debugger" in raised.value.said


def test_a_port_where_nobody_listens_is_no_matter_of_cables(server: socket.socket) -> None:
    port = server.getsockname()[1]
    server.close()

    with pytest.raises(ProbeError, match="cannot connect to stlink server, errno: Connection refused") as raised:
        probe(port).flash(IMAGE, SwdLink(), within_s=20)

    assert raised.value.trouble is Trouble.UNSERVED


def test_a_probe_that_hangs_is_silent_and_its_openocd_does_not_stay(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is deaf to SIGTERM then. Its time is over when it has asked."""

    def is_ready(output: int, _until: float) -> bool:
        return output in select.select([output, server.fileno()], [], [], SOON_S)[0]

    monkeypatch.setattr("plumbline.probe.child._is_ready", is_ready)
    with pytest.raises(ProbeError, match="the probe does not answer: ended after ") as raised:
        probe(server.getsockname()[1]).halt(SwdLink())

    assert raised.value.trouble is Trouble.SILENT
    asked, _ = server.accept()
    with asked:
        asked.settimeout(SOON_S)
        while asked.recv(1000):
            pass


@pytest.mark.parametrize(("says", "status"), [("nothing", 0), (f"{MARK}{DONE}", 1)])
def test_only_what_says_its_last_word_and_ends_well_has_done_it(tmp_path: Path, says: str, status: int) -> None:
    program = tmp_path / "openocd"
    program.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    program.chmod(0o755)

    with pytest.raises(ProbeError, match="OpenOCD failed in a way that nobody has described yet"):
        OpenOcd(Setup(str(program), ProbeAddress(NOBODY), STM32H743, CONFIGS)).halt(SwdLink())


def test_a_part_that_openocd_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / STM32H743.config).write_text("source [find target/no-such-chip.cfg]\n")
    with pytest.raises(ProbeError, match=r"Can't find target/no-such-chip.cfg") as raised:
        OpenOcd(Setup(checked_openocd().path, ProbeAddress(NOBODY), STM32H743, tmp_path)).halt(SwdLink())

    assert raised.value.trouble is Trouble.NO_OPENOCD


def test_a_usb_reset_of_what_is_no_usb_device_says_so(tmp_path: Path) -> None:
    node = tmp_path / "004"
    with pytest.raises(BenchError, match=f"004: {os.strerror(2)}"):
        usb.reset(node)
    node.touch()
    with pytest.raises(BenchError, match=f"004: {os.strerror(25)}"):
        usb.reset(node)
