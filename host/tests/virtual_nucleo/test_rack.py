# SPDX-License-Identifier: GPL-2.0-or-later
"""One board for a whole session: flashed once, started warm from scenario to scenario, in full by its probe where that
is due, and let go at the end."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partialmethod
from pathlib import Path
from typing import cast

import pytest

from host.tests.virtual_nucleo.virtual_board import ATTACH, IMAGE, RIG, ROOT, OpenOcd, lacks
from plumbline.bench import Bench, bounds
from plumbline.board import NucleoDevice, StartWord, load_bench, nucleo
from plumbline.board.nucleo import NotBack
from plumbline.board.spec import BoardSpec
from plumbline.board.virtual_nucleo import VirtualNucleo
from plumbline.errors import BenchError, Died, DutError, Leaked, Reported
from plumbline.events import FrameEvent, Way
from plumbline.probe import Probe
from plumbline.rig import flashing
from plumbline.rig.device_mac import device_mac
from plumbline.rig.nucleo_rack import NucleoRack
from plumbline.rig.taken import Virtual

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SPEC = load_bench("nucleo-h743zi-virtual", ROOT)
WORD = StartWord(seed=1)
REPORT = b"strict: rx-tail-left at 7 us, pc 0x08000000: as it was\n"
SOON_S = 60.0  # patience, not a proof
AIRCR, SYSRESETREQ = 0xE000ED0C, 0x05FA0004  # ARMv7-M Architecture Reference Manual, B3.2.6
UNIQUE = "410036001451383139363934"  # of the first that is started


class Session:
    def __init__(self) -> None:
        self.told: list[str] = []
        source = Virtual(SPEC.board.name, ROOT, 0, os.getpid())
        self.rack = NucleoRack(SPEC, source, progress=lambda board, word: self.told.append(word))

    @property
    def board(self) -> VirtualNucleo:
        return cast(VirtualNucleo, self.rack.device._parts.controls)

    def stat(self, name: str) -> int:
        fields = dict(pair.split("=") for pair in self.board.tell("stats").split()[1:])
        return int(fields[name], 0)

    def resets(self) -> int:
        return self.stat("resets")

    @contextmanager
    def debugger(self, *commands: str) -> Iterator[None]:
        """A person's, beside the bench: it has the probe and did that, and stays unless it shuts down."""
        at_probe = ("-f", str(RIG), "-c", f"st-link backend tcp {self.board.probe_port}")
        each = (word for command in (ATTACH, "init", "echo begins", *commands, "echo did") for word in ("-c", command))
        with OpenOcd(*at_probe, *each) as openocd:
            openocd.said.hear("begins")
            if "shutdown" in commands:
                assert openocd.said.rest(SOON_S) is not None
            else:
                openocd.said.hear("did")
            yield

    def blames(self, said: bytes, counted: str = "total=1") -> None:
        """As a board that saw its firmware do what a chip does not forgive."""
        os.pwrite(self.board._process._stderr, said, 0)
        self.board._reported = 0
        self.board.tell = lambda line: f"ok {counted}" if line == "strict" else "ok"  # type: ignore[method-assign]

    def starts(self, word: StartWord = WORD) -> NucleoDevice:
        """And is well afterwards."""
        device = self.rack.start(word)
        self.rack.put_back(device)
        return device


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    yield session
    session.rack.close()


def test_it_is_flashed_by_openocd_once_proved_and_known_by_its_numbers(session: Session) -> None:
    build = IMAGE.with_name("build_id").read_text().strip()
    session.starts()
    session.starts(StartWord(seed=2))

    (note,) = session.rack.take_notes()
    assert session.told[:3] == ["compares", "writes", "verifies"]
    assert note.startswith(f"virtual-0: build {build} was written, and proved, in ")
    assert session.rack.spec.mac == device_mac(UNIQUE)
    with Bench(session.rack.spec, rack=session.rack) as bench:
        assert (bench.identity["board"], bench.identity["unique"]) == ("virtual-0", UNIQUE)
        assert (bench.identity["build"], bench.identity["cause"]) == (build, "warm")
        assert bench.identity["probe"].endswith(str(os.getpid()))


def test_within_a_family_it_starts_warm_and_with_the_next_one_in_full(session: Session) -> None:
    session.rack.enter("udp")
    session.starts()
    before = session.resets()

    session.starts()
    session.starts(StartWord(held_at_ms=7))
    assert session.resets() == before

    session.rack.enter("dhcp")
    session.starts()
    assert session.resets() > before


def test_after_one_that_did_not_end_well_it_starts_in_full(session: Session) -> None:
    session.starts()
    before = session.resets()

    session.rack.start(WORD).close()
    session.starts()

    assert session.resets() > before


def test_one_that_does_not_come_back_warm_is_reset_by_its_probe_and_that_is_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nucleo, "_WARM_S", 1.0)
    device = session.starts()
    session.rack.take_notes()
    device._parts.probe.halt()

    again = session.starts(StartWord(seed=3))

    assert again is device
    (note,) = session.rack.take_notes()
    assert note.startswith("virtual-0: it does not say that it is ready")
    assert note.endswith("it is reset by its probe")


@pytest.mark.parametrize(
    ("trouble", "means"), [("probe hung", "USB reset of the probe"), ("power off", "power cycle of the board")]
)
def test_a_session_goes_on_behind_a_means_that_takes_the_serial_port_with_it(
    session: Session, trouble: str, means: str
) -> None:
    device = session.starts()
    session.board.tell(trouble)
    session.rack.enter("dhcp")

    with Bench(session.rack.spec, rack=session.rack) as bench:
        assert bench.dut.command("id").ok

    assert session.rack.device is device
    assert f"probe: {means}" in session.told


def test_a_serial_port_that_went_and_came_back_by_a_hand_costs_one_scenario(session: Session) -> None:
    session.starts()
    session.board.tell("probe replug")

    with pytest.raises(BenchError, match="virtual-0: a line is gone"):
        session.rack.start(WORD)
    session.starts()


def test_the_boot_word_of_a_full_start_and_of_a_warm_one_are_the_same_to_a_scenario(session: Session) -> None:
    with Bench(session.rack.spec, rack=session.rack, held_at_ms=4_000_000_000) as bench:
        in_full = bench.clock.now
        bench.reset(held_at_ms=4_000_000_000)
        assert (in_full, bench.clock.now) == (4_000_000_000, 4_000_000_000)


def test_the_first_scenario_sees_all_that_its_board_sent_since_it_started(session: Session) -> None:
    """What it sends at a start was taken from the wire when it was measured: it starts once more behind that."""
    with Bench(session.rack.spec, rack=session.rack) as bench:
        answer = bench.lines.fence()
        seen = [event for event in bench.recorder.events if isinstance(event, FrameEvent) and not event.is_fence]

        assert {event.way for event in seen} == {Way.FROM_DUT}
        assert answer.frames_out == len(seen)


def test_what_a_warm_start_does_not_give_back_fails_the_scenario_that_left_it(session: Session) -> None:
    with Bench(session.rack.spec, rack=session.rack) as bench:
        device = session.rack.device
        assert device._at_first is not None
        levels = {**device._at_first.levels, "timers": device._at_first.levels["timers"] + 1}
        device._at_first = replace(device._at_first, levels=levels)

        with pytest.raises(Leaked, match=r"warm, and is not as after its first start:\n  timers: "):
            bench.finish()


def test_a_strict_report_fails_the_scenario_with_the_fact_that_it_stands_on(session: Session) -> None:
    with Bench(session.rack.spec, rack=session.rack) as bench:
        session.blames(REPORT)

        with pytest.raises(Reported, match=r"rx-tail-left at 7 us.*\n.*hubris#750"):
            bench.finish()


def test_a_strict_report_of_a_full_start_is_the_scenarios_that_it_starts(session: Session) -> None:
    session.starts()
    session.blames(REPORT)
    session.rack.enter("dhcp")

    with Bench(session.rack.spec, rack=session.rack) as bench, pytest.raises(Reported, match="rx-tail-left at 7 us"):
        bench.finish()


def test_a_full_start_that_fails_is_told_with_what_the_board_reports(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.starts()
    session.blames(REPORT)
    session.rack.enter("dhcp")
    monkeypatch.setattr(nucleo, "_COLD_S", 1.0)
    monkeypatch.setattr(Probe, "reset", partialmethod(Probe.reset, leaves_halted=True))

    with pytest.raises(Reported, match=r"it does not say that it is ready.*\nstrict: rx-tail-left at 7 us"):
        session.rack.start(WORD)


def test_a_full_start_that_fails_on_a_board_without_reports_is_no_failure_of_the_device(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.starts()
    session.rack.enter("dhcp")
    monkeypatch.setattr(nucleo, "_COLD_S", 1.0)
    monkeypatch.setattr(Probe, "reset", partialmethod(Probe.reset, leaves_halted=True))

    with pytest.raises(NotBack, match="it does not say that it is ready") as raised:
        session.rack.start(WORD)
    assert not isinstance(raised.value, DutError)


FLASH = Probe.flash


def flash_and_stand(probe: Probe, image: Path, *, within_s: float, unique: str | None = None) -> bool:
    """What an image that never comes up looks like."""
    was_written = FLASH(probe, image, within_s=within_s, unique=unique)
    probe.reset(leaves_halted=True)
    return was_written


@pytest.mark.parametrize(("reports", "told"), [(["strict: rx-tail-left at 7 us"], Reported), ([], NotBack)])
def test_an_image_that_does_not_come_up_is_told_with_what_the_board_reports_and_nothing_stays_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch, reports: list[str], told: type[Exception]
) -> None:
    monkeypatch.setattr(flashing, "_STARTS_S", 1.0)
    monkeypatch.setattr(Probe, "flash", flash_and_stand)
    monkeypatch.setattr(VirtualNucleo, "reports", lambda board: reports)
    before = children()

    with pytest.raises(told, match="\n".join(["no firmware answers on .*", *reports])):
        session.rack.start(WORD)

    assert children() <= before


def children() -> set[str]:
    """Processes that we started and that are still there."""
    return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())


def test_strict_reports_that_are_counted_and_not_heard_are_told_as_their_count(session: Session) -> None:
    session.starts()
    session.blames(b"nothing of the kind\n", "total=2 rx-tail-left=2")

    assert session.board.reports() == ["strict: total=2 rx-tail-left=2"]


def test_a_benchs_board_does_its_worst(session: Session) -> None:
    session.starts()
    assert session.stat("adversarial") == 1


def ask_on(bench: Bench) -> None:
    """Until the board has read what was typed at it, and longer."""
    for _ in range(1000):
        bench.dut.command("clock")


def test_another_program_that_types_at_the_serial_line_is_the_benchs_fault(session: Session) -> None:
    with Bench(session.rack.spec, rack=session.rack) as bench:
        typist = os.open(session.board.serial_path, os.O_RDWR | os.O_NOCTTY)
        os.write(typist, b"\x00\xff~~garbage\r\n")
        os.close(typist)

        shown = r"another program writes on /.*/serial: the device shows '> ~~garbage'"
        with pytest.raises(BenchError, match=rf"{shown}; close it \(`plumb rig check` names who has the line open\)"):
            ask_on(bench)


@pytest.mark.parametrize(
    ("acts", "told"),
    [
        (("reset hold", "reset release"), r"the device started anew, not by itself \(cause=pin\)"),
        (("power off", "power on"), "the device's shell is gone, though the device runs"),  # with the probe's port
    ],
)
def test_a_board_that_somebody_resets_under_a_scenario_is_the_benchs_fault(
    session: Session, acts: tuple[str, ...], told: str
) -> None:
    with Bench(session.rack.spec, rack=session.rack) as bench:
        for act in acts:
            session.board.tell(act)
        with pytest.raises(BenchError, match=told):
            bench.lines.command("clock")


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        (("halt",), "no answer to 'clock', and another program has the probe: end the debugger"),
        (("halt", "shutdown"), "no answer to 'clock', and its core is halted: end the debugger that halted it"),
        ((f"mww {AIRCR:#x} {SYSRESETREQ:#x}",), r"started anew \(cause=software\), and another program has the probe"),
    ],
)
def test_what_somebodys_debugger_does_to_a_board_is_the_benchs_fault(
    session: Session, monkeypatch: pytest.MonkeyPatch, commands: tuple[str, ...], told: str
) -> None:
    monkeypatch.setattr(bounds, "ANSWER_S", 1.0)
    with (
        Bench(session.rack.spec, rack=session.rack) as bench,
        session.debugger(*commands),
        pytest.raises(BenchError, match=told),
    ):
        bench.lines.command("clock")


def test_a_board_that_starts_anew_by_itself_has_died(session: Session) -> None:
    with Bench(session.rack.spec, rack=session.rack) as bench, pytest.raises(Died, match="it started anew by itself"):
        bench.lines.command("reset")


def rack_for(board: BoardSpec) -> NucleoRack:
    source = Virtual(board.name, ROOT, 0, os.getpid())
    return NucleoRack(replace(SPEC, board=board), source, progress=lambda board, word: None)


def test_an_image_that_is_of_another_board_or_not_there_is_the_benchs_fault() -> None:
    board = replace(SPEC.board, image=IMAGE.with_name("nothing"))
    with pytest.raises(BenchError, match=r"there is no image .*run `make fw BOARD=nucleo-h743zi`"):
        rack_for(board).start(WORD)


def test_firmware_of_another_build_is_not_tested(tmp_path: Path) -> None:
    image = tmp_path / "dut"
    shutil.copy(IMAGE, image)
    image.with_name("build_id").write_text("0" * 16)

    with (
        closing(rack_for(replace(SPEC.board, image=image))) as rack,
        pytest.raises(BenchError, match=r"the build: the image says 0{16}, the shell says "),
    ):
        rack.start(WORD)


def test_a_boot_word_that_was_put_where_nobody_looks_is_the_benchs_fault() -> None:
    with (
        closing(rack_for(replace(SPEC.board, boot_word=SPEC.board.boot_word - 0x1000))) as rack,
        pytest.raises(BenchError, match="virtual-0 did not take the boot word that the probe put at 0x"),
    ):
        rack.start(StartWord(held_at_ms=7))


def test_at_the_end_nothing_of_it_is_left() -> None:
    session = Session()
    session.starts()
    pid = session.board._process.pid
    session.rack.close()
    session.rack.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_of_a_lost_line_it_tells_what_the_probe_sees_then(session: Session) -> None:
    """As of a board that is silicon: nobody but its probe knows of it."""
    device = session.starts()
    silicon = NucleoDevice(replace(device._parts, controls=None))
    device.shell.close()

    with pytest.raises(BenchError, match="a line is gone .*; its probe answers, and its core (runs|sleeps)"):
        silicon.start_warm(WORD)
    session.board.tell("probe gone")
    with pytest.raises(
        BenchError, match="and its probe does not answer: see to its cable; `plumb rig check virtual-0`"
    ):
        silicon.start_warm(WORD)
