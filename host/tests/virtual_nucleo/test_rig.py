# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig` as a user types it, at a desk with one virtual Nucleo."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.rig_desk import PLUMB, Desk
from host.tests.virtual_nucleo.virtual_board import IMAGE, MID_FLASH, ROOT, SERIAL, Lines, VirtualBoard, lacks
from plumbline.probe import Trouble
from plumbline.rig import flashing
from plumbline.rig.health import Health

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
SOON_S = 180.0  # patience, not a proof: on a loaded machine a new Python takes its time


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(ROOT)
    with VirtualBoard() as board:
        yield Desk(board, tmp_path, capsys)


def test_an_image_is_flashed_proved_and_not_written_again(desk: Desk) -> None:
    first, second = desk.plumb("flash"), desk.plumb("flash", "desk-1")

    build = IMAGE.with_name("build_id").read_text().strip()
    assert (first.returncode, first.stdout) == (0, f"desk-1: written; it runs build {build} for nucleo-h743zi\n")
    assert second.stdout == f"desk-1: was there; it runs build {build} for nucleo-h743zi\n"
    asks = f"asks probe {SERIAL} at TCP port {desk.board.port}"
    assert [line.split(": ")[-1] for line in first.stderr.splitlines()] == [asks, "compares", "writes", "verifies"]


def test_all_is_well_with_a_flashed_board_and_the_doctor_says_what_could_be_better(desk: Desk) -> None:
    done = desk.plumb("check")

    assert done.returncode == 0, done.stdout
    assert "ok       the chip answers: device 0x450" in done.stdout
    assert "its core stands: " in done.stdout  # nobody flashed it
    (told,) = [line for line in done.stdout.splitlines() if "write `unique: " in line]
    desk.write(told.split("`")[1])
    again = desk.plumb("check", "desk-1")
    assert again.returncode == 0
    assert "unique" not in again.stdout


def test_an_exchanged_board_is_found_out_before_anything_is_believed(desk: Desk) -> None:
    desk.write("unique: 00112233445566778899aabb")

    checked, flashed = desk.plumb("check"), desk.plumb("flash")

    assert checked.returncode == 1
    assert "the chip's number: the rig file says 00112233445566778899aabb, probe" in checked.stdout
    assert flashed.returncode == 2
    assert "desk-1 is not the board it was taken for:" in flashed.stderr
    assert "the rig file says 00112233445566778899aabb" in flashed.stderr


@pytest.mark.parametrize("options", [(), ("--no-proof",)])
def test_an_exchanged_board_is_not_written(desk: Desk, options: tuple[str, ...]) -> None:
    erased = desk.board.flash_path.read_bytes()
    assert desk.plumb("flash").returncode == 0
    flashed = desk.board.flash_path.read_bytes()
    desk.write("unique: 00112233445566778899aabb")

    refused = desk.plumb("flash", "--image", str(IMAGE.with_name("echo")), *options)

    assert refused.returncode == 2
    assert "plumb: desk-1 is not the board it was taken for:\n" in refused.stderr
    assert "mend `unique` in the rig file" in refused.stderr
    assert desk.board.flash_path.read_bytes() == flashed != erased


@pytest.mark.parametrize("command", ["flash", "reset", "halt"])
def test_an_exchanged_board_is_neither_reset_nor_halted(desk: Desk, command: str) -> None:
    assert desk.plumb("flash").returncode == 0
    resets = desk.board.stat("resets")
    desk.write("unique: 00112233445566778899aabb")

    refused = desk.plumb(command)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "plumb: desk-1 is not the board it was taken for:\n" in refused.stderr
    assert "the chip's number: the rig file says 00112233445566778899aabb, probe" in refused.stderr
    assert (desk.board.stat("resets"), is_halted(desk)) == (resets, False)


@pytest.mark.parametrize(
    ("told", "broken", "mended", "trouble"),
    [
        (("unique: 00112233445566778899aabb",), "probe deaf on", "probe deaf off", Trouble.WRONG_BOARD),
        ((), "chip 0x10006419", "chip 0x20036450", Trouble.WRONG_CHIP),
    ],
)
def test_another_chip_that_was_asked_under_reset_is_not_written_and_runs_again(
    desk: Desk, told: tuple[str, ...], broken: str, mended: str, trouble: Trouble
) -> None:
    assert desk.plumb("flash").returncode == 0
    flashed = desk.board.flash_path.read_bytes()
    desk.write(*told)
    desk.board.tell(broken)

    refused = desk.plumb("flash", "--image", str(IMAGE.with_name("echo")))

    desk.board.tell(mended)
    assert (refused.returncode, f"plumb: {trouble.value}: flash by" in refused.stderr) == (2, True), refused.stderr
    assert desk.board.flash_path.read_bytes() == flashed
    assert not is_halted(desk)


def test_a_chip_that_does_not_say_its_number_is_reset_and_is_not_marked_ahead_of_it(desk: Desk) -> None:
    """That is what a reset is for."""
    desk.write("unique: 00112233445566778899aabb")
    desk.board.tell("probe deaf on")

    done = desk.plumb("reset")

    assert (done.returncode, done.stdout) == (0, "desk-1: runs from its start\n"), done.stderr


@pytest.mark.parametrize(("platform", "is_it"), [("nucleo-h743zi", True), ("nucleo-h743zi2", False)])
def test_one_nucleo_is_not_taken_for_the_other_though_they_have_one_chip(
    desk: Desk, platform: str, is_it: bool
) -> None:
    desk.file.write_text(desk.file.read_text().replace("nucleo-h743zi\n", f"{platform}\n"))

    said = desk.plumb("check").stdout

    assert ("ok       the chip answers" in said, "is not the board it was taken for" in said) == (is_it, not is_it)
    assert is_it or "says STLINK-V3E, as on a nucleo-h743zi2, probe" in said


def test_the_other_nucleo_is_known_by_its_probe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with VirtualBoard("--probe-model", "v3e") as board:
        desk = Desk(board, tmp_path, capsys)
        desk.file.write_text(desk.file.read_text().replace("nucleo-h743zi\n", "nucleo-h743zi2\n"))

        assert "ok       the chip answers" in desk.plumb("check").stdout


@pytest.mark.parametrize("command", [("flash",), ("flash", "--no-proof"), ("reset",), ("halt",)])
def test_nothing_is_done_to_the_other_nucleo_by_mistake(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with VirtualBoard("--probe-model", "v3e") as board:
        desk = Desk(board, tmp_path, capsys)
        erased, resets = board.flash_path.read_bytes(), board.stat("resets")

        refused = desk.plumb(*command)

        assert (refused.returncode, refused.stdout) == (2, "")
        assert "says STLINK-V3E, as on a nucleo-h743zi2" in refused.stderr
        assert (board.flash_path.read_bytes(), board.stat("resets")) == (erased, resets)


def test_a_board_without_a_serial_line_to_prove_it_on_is_not_written(desk: Desk) -> None:
    erased = desk.board.flash_path.read_bytes()
    desk.file.write_text(re.sub("  serial: .*\n", "", desk.file.read_text()))

    refused = desk.plumb("flash")

    assert (refused.returncode, "the rig file has no `serial`" in refused.stderr) == (2, True)
    assert desk.board.flash_path.read_bytes() == erased


def test_a_chip_that_runs_nothing_is_known_before_it_is_written(desk: Desk) -> None:
    """As it comes from the shop, and with its core halted."""
    assert desk.plumb("flash", "--no-proof").returncode == 0
    assert desk.plumb("reset", "--halt").returncode == 0
    assert desk.plumb("flash").returncode == 0


def test_a_core_that_is_halted_stands_where_it_was_until_it_is_reset(desk: Desk) -> None:
    assert desk.plumb("flash").returncode == 0
    resets = desk.board.stat("resets")
    assert not is_halted(desk)

    done = desk.plumb("halt")

    assert done.stdout == "desk-1: stands where it was; `plumb rig reset desk-1` sets it going\n", done.stderr
    assert (is_halted(desk), desk.board.stat("resets")) == (True, resets)
    assert desk.plumb("reset").returncode == 0
    assert not is_halted(desk)


def test_the_doctor_names_a_core_that_is_halted_and_disturbs_none(desk: Desk) -> None:
    assert desk.plumb("flash").returncode == 0
    resets = desk.board.stat("resets")
    well, goes_on = desk.plumb("check"), not is_halted(desk)
    assert desk.plumb("halt").returncode == 0
    stands = desk.plumb("check")

    assert (well.returncode, "its core" in well.stdout, goes_on) == (0, False, True)
    assert "note     its core stands: somebody halted it" in stands.stdout
    assert "- plumb rig reset desk-1 " in stands.stdout
    assert (is_halted(desk), desk.board.stat("resets")) == (True, resets)


def is_halted(desk: Desk) -> bool:
    """DHCSR.S_HALT, read beside the core."""
    tells = 'echo "halted=[expr {[read_memory 0xe000edf0 32 1] >> 17 & 1}]."'
    said = desk.board.openocd("reset_config connect_deassert_srst", "init", tells, "shutdown").said
    return {"1": True, "0": False}[said.partition("halted=")[2].partition(".")[0]]


@pytest.mark.parametrize("kind", ["cut off", "a text", "of this machine"])
def test_what_is_no_whole_image_never_comes_near_the_board(desk: Desk, tmp_path: Path, kind: str) -> None:
    image = tmp_path / "dut"
    image.write_bytes({
        "cut off": IMAGE.read_bytes()[: IMAGE.stat().st_size // 2],
        "a text": b"hello\n",
        "of this machine": Path("/bin/true").read_bytes(),
    }[kind])  # fmt: skip
    erased = desk.board.flash_path.read_bytes()

    done = desk.plumb("flash", "--image", str(image), "--no-proof")

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"plumb: {image} is no whole image for nucleo-h743zi, ")
    assert line.endswith(": `make fw BOARD=nucleo-h743zi`")
    assert Health(desk.locks, SERIAL).why_wedged() == ""
    assert desk.board.flash_path.read_bytes() == erased


def test_an_image_without_a_shell_is_told_how_it_is_flashed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flashing, "_STARTS_S", 0.0)

    done = desk.plumb("flash", "--image", str(IMAGE.with_name("echo")))

    assert (done.returncode, done.stdout) == (2, "")
    assert "no firmware answers on " in done.stderr
    assert "an image without a shell goes by `plumb rig flash --no-proof`" in done.stderr


def test_an_image_that_says_another_build_than_the_firmware_is_not_proved(desk: Desk, tmp_path: Path) -> None:
    image = tmp_path / "dut"
    image.write_bytes(IMAGE.read_bytes())
    image.with_name("build_id").write_text("0" * 16)

    done = desk.plumb("flash", "--image", str(image))

    build = IMAGE.with_name("build_id").read_text().strip()
    assert (done.returncode, done.stdout) == (2, "")
    assert f"the build: the image says {'0' * 16}, the shell says {build}" in done.stderr


def test_a_platform_that_a_scan_could_not_tell_is_asked_for(desk: Desk) -> None:
    desk.file.write_text(desk.file.read_text().replace("nucleo-h743zi\n", "unknown\n"))

    done = desk.plumb("flash")

    assert (done.returncode, done.stdout) == (2, "")
    assert "nobody knows the chip of 'unknown': write one of nucleo-h743zi, nucleo-h743zi2 as" in done.stderr


def test_a_build_that_nobody_can_read_is_one_line(desk: Desk, tmp_path: Path) -> None:
    image = tmp_path / "dut"
    image.write_bytes(IMAGE.read_bytes())
    image.with_name("build_id").write_bytes(b"\xff\xfe")

    done = desk.plumb("flash", "--image", str(image))

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{image.with_name('build_id')} cannot be read: " in done.stderr


def test_an_image_of_another_board_is_not_flashed(desk: Desk) -> None:
    desk.write()
    desk.file.write_text(desk.file.read_text().replace("nucleo-h743zi\n", "nucleo-h743zi2\n"))

    done = desk.plumb("flash", "--image", str(IMAGE))

    assert (done.returncode, done.stdout) == (2, "")
    assert "is dut for nucleo-h743zi, and not for nucleo-h743zi2" in done.stderr


def test_a_board_that_no_rung_brings_back_is_refused_until_it_is_well(desk: Desk) -> None:
    desk.board.tell("probe hung")
    failed, refused = desk.plumb("reset", "--halt"), desk.plumb("flash")

    assert failed.returncode == 2
    assert "the probe does not answer: reset by probe" in failed.stderr
    assert "plumb: desk-1 is wedged: reset by probe" in refused.stderr
    assert "wedged: " in desk.plumb("list").stdout

    desk.board.tell("probe replug")
    assert "it was marked as wedged and answers now; the mark is gone" in desk.plumb("check").stdout
    assert Health(desk.locks, SERIAL).why_wedged() == ""
    assert desk.plumb("reset").stdout == "desk-1: runs from its start\n"


def test_another_chip_that_answers_does_not_free_a_wedged_board(desk: Desk) -> None:
    health = Health(desk.locks, SERIAL)
    health.mark("reset by probe: it hung")
    desk.write("unique: 00112233445566778899aabb")

    assert "is not the board it was taken for" in desk.plumb("check").stdout
    assert health.why_wedged() == "reset by probe: it hung"

    desk.write()
    assert "it was marked as wedged and answers now" in desk.plumb("check").stdout
    assert health.why_wedged() == ""


def test_the_doctor_looks_at_a_board_that_fails_and_does_not_keep_others_from_it(desk: Desk) -> None:
    desk.board.tell("power off")

    done = desk.plumb("check")

    assert done.returncode == 1
    assert "MISSING  the board has no power: " in done.stdout
    assert "marked as wedged" not in done.stdout
    assert Health(desk.locks, SERIAL).why_wedged() == ""


def test_of_a_mixed_rig_the_doctor_looks_at_a_benchs_own_boards(desk: Desk) -> None:
    other = "\n- id: 066AFF000000000000000002\n  name: desk-2\n  platform: nucleo-h743zi2\n  probe: tcp:1\n"
    desk.file.write_text(desk.file.read_text() + other)

    all_, own, others = (desk.plumb("check", *bench) for bench in ([], bench("zi"), bench("zi2")))

    assert (all_.returncode, own.returncode, others.returncode) == (1, 0, 1), own.stdout
    assert "desk-2" in all_.stdout
    assert "desk-2" not in own.stdout
    assert "desk-1" not in others.stdout


def test_a_rig_without_a_board_of_the_bench_is_told(desk: Desk) -> None:
    done = desk.plumb("check", *bench("zi2"))

    assert done.returncode == 2
    assert "nucleo-h743zi2 takes a nucleo-h743zi2, and there is desk-1 (nucleo-h743zi)" in done.stderr


def test_firmware_that_keeps_the_chip_from_its_probe_is_a_note_ahead_of_a_run(desk: Desk) -> None:
    desk.board.tell("probe deaf on")

    by_itself, ahead = desk.plumb("check"), desk.plumb("check", *bench("zi"))

    assert (by_itself.returncode, ahead.returncode) == (1, 0), ahead.stdout
    told = "the chip does not answer the probe: identity by probe"
    assert f"MISSING  {told}" in by_itself.stdout
    assert f"note     {told}" in ahead.stdout
    assert desk.plumb("flash").returncode == 0


def bench(suffix: str) -> list[str]:
    return ["--bench", f"nucleo-h743{suffix}"]


def test_a_held_board_is_its_holders_until_he_lets_go(desk: Desk) -> None:
    held = desk.plumb("hold", "desk-1", "a scope is on it", "--for", "30m")
    in_ci = desk.plumb("reset", CI="true")
    own = desk.plumb("reset")

    assert " for a scope is on it, until " in held.stdout
    assert (in_ci.returncode, "held by" in in_ci.stderr, own.returncode) == (2, True, 0)
    assert "held by " in desk.plumb("list").stdout
    assert "--anyway" in desk.plumb("release", "desk-1", CI="true").stderr
    assert "no longer held by" in desk.plumb("release", "desk-1").stdout
    path, _, row = desk.plumb("list").stdout.splitlines()
    assert path == str(desk.file)
    assert row.endswith("free")
    assert desk.plumb("reset", CI="true").returncode == 0


def test_a_flash_that_is_interrupted_before_it_writes_tells_of_no_half_an_image(desk: Desk) -> None:
    desk.board.tell("probe hung")
    with subprocess.Popen(
        [*PLUMB, "flash"], cwd=ROOT, env={**os.environ, **desk.environment}, stderr=subprocess.PIPE
    ) as plumb:
        assert plumb.stderr is not None
        lines = Lines(plumb.stderr.fileno())
        lines.hear(f"desk-1: asks probe {SERIAL} at TCP port {desk.board.port}\n")
        plumb.send_signal(signal.SIGINT)
        said = lines.rest(SOON_S)

    assert (plumb.returncode, said) == (2, "interrupted: `plumb rig flash desk-1` begins anew\n")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_interrupts_a_flash_it_says_what_the_board_may_have_and_the_way_out(
    desk: Desk, how: signal.Signals
) -> None:
    desk.board.tell(f"probe wedged after {MID_FLASH}")  # it does not come to its end before
    with subprocess.Popen(
        [*PLUMB, "flash"], cwd=ROOT, env={**os.environ, **desk.environment}, stderr=subprocess.PIPE
    ) as plumb:
        assert plumb.stderr is not None
        lines = Lines(plumb.stderr.fileno())
        lines.hear(": writes\n")
        plumb.send_signal(how)
        said = lines.rest(SOON_S)

    assert plumb.returncode == 2
    assert said == "interrupted: desk-1 may have half an image; `plumb rig flash desk-1` writes it anew\n"
    desk.board.tell("probe replug")
    assert desk.plumb("flash").stdout.startswith("desk-1: written; it runs build ")


def test_a_serial_port_that_is_none_is_the_rig_files_to_mend(desk: Desk, tmp_path: Path) -> None:
    assert desk.plumb("flash", "--no-proof").returncode == 0
    (tmp_path / "serial").write_text("")
    desk.file.write_text(re.sub("serial: .*", f"serial: {tmp_path}/serial", desk.file.read_text()))

    done = desk.plumb("flash")

    assert done.returncode == 2
    assert re.search(
        "/serial cannot be opened: .*: see `serial` in the rig file; `plumb rig check`$", done.stderr.strip()
    )


def test_power_is_switched_by_the_commands_of_the_rig_file(desk: Desk, tmp_path: Path) -> None:
    desk.write(f"power: {{on: 'echo on >> {tmp_path}/relay', off: 'echo off >> {tmp_path}/relay'}}")

    assert desk.plumb("power", "off").returncode == 0
    assert desk.plumb("power", "on").stdout == "desk-1: power on\n"
    assert (tmp_path / "relay").read_text() == "off\non\n"


@contextmanager
def console(desk: Desk) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`plumb rig console`, and its user's end of the terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **desk.environment}
    try:
        with subprocess.Popen(
            [*PLUMB, "console"], cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE
        ) as plumb:
            os.close(theirs)
            try:
                yield plumb, ours
            finally:
                plumb.kill()
    finally:
        os.close(ours)


def test_a_console_is_a_terminal_on_the_serial_line_and_the_board_is_ours_meanwhile(desk: Desk) -> None:
    desk.plumb("flash")
    with console(desk) as (plumb, ours):
        heard = heard_on(ours, "try help.")
        refused = desk.plumb("reset")
        os.write(ours, b"@7 id\r")
        heard += heard_on(ours, "@7= ok build=")
        os.write(ours, b"@8 help\r")
        heard += (listed := heard_on(ours, "@8= ok"))
        os.write(ours, b"\x1d")
        assert plumb.wait(timeout=SOON_S) == 0

    assert "Ctrl-] leaves" in heard
    assert listed.count("\n@8: ") > 1
    assert "\n\n" not in listed.replace("\r", "")
    assert "for plumb rig console" in refused.stderr


@pytest.mark.parametrize("board", ["desk-1", "desk-7"])
def test_a_shell_takes_the_board_that_is_named_of_the_rig_file_that_is_named(desk: Desk, board: str) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, **desk.environment, "PLUMB_RIG": "/nowhere"}
    words = ["shell", "--bench", "nucleo-h743zi", "--rig", str(desk.file), "--board", board]
    with subprocess.Popen([*PLUMB[:-1], *words], cwd=ROOT, env=environment, stdin=theirs, stdout=theirs) as plumb:
        os.close(theirs)
        if board == "desk-1":
            heard_on(ours, "desk-1. Ctrl-] leaves.")
            os.write(ours, b"\x1d")
        assert plumb.wait(timeout=SOON_S) == (0 if board == "desk-1" else 2)
    os.close(ours)


def test_a_console_whose_board_goes_ends_in_a_line_and_no_traceback(desk: Desk) -> None:
    with console(desk) as (plumb, ours):
        assert plumb.stderr is not None
        heard_on(ours, "try help.")
        desk.board.__exit__(None, None, None)
        lines = Lines(plumb.stderr.fileno())
        said = lines.hear("any key leaves", SOON_S)
        with contextlib.suppress(OSError):  # it may have left
            os.write(ours, b"x")
        said += lines.rest(SOON_S) or ""  # some of it may have come with the line
        assert plumb.wait(timeout=SOON_S) == 2

    assert "serial is gone: see to the board's cable and power" in said
    assert "Traceback" not in said


def heard_on(terminal: int, phrase: str) -> str:
    """What came, up to the phrase."""
    heard, until = "", time.monotonic() + SOON_S
    while phrase not in heard:
        assert select.select([terminal], [], [], max(until - time.monotonic(), 0))[0], heard
        heard += os.read(terminal, 4096).decode("utf-8", "replace")
    return heard


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reset", "desk-2"], "has no board 'desk-2'; it has desk-1"),
        (["console"], "a console needs a terminal"),
        (["power", "cycle"], "can only be switched by hand"),
        (["flash", "--image", "/no/such"], "there is no image /no/such: run `make fw BOARD=nucleo-h743zi`"),
        (["list", "--rig", "/no/rig.yaml"], "there is no rig file /no/rig.yaml: `plumb rig scan --rig"),
        (["flash", "--wait", "nan"], "argument --wait: invalid seconds value: 'nan'"),
        (["reset", "--wait", "-1"], "argument --wait: invalid seconds value: '-1'"),
        (["hold", "desk-1", ""], "'' is no line that others can read: say what for, in words"),
        (["hold", "desk-1", "a\x1b[2Jscope"], r"'a\x1b[2Jscope' is no line that others can read"),
        (["hold", "desk-1", "x", "--for", "3y"], "'3y' is no time such as 30m, 2h or 1d"),
        (["hold", "desk-1", "x", "--for", "99999d"], "99999d: a hold lasts from 1m to 14d"),
        (["hold", "desk-1", "x", "--for", "0m"], "0m: a hold lasts from 1m to 14d"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(desk: Desk, arguments: list[str], says: str) -> None:
    done = desk.plumb(*arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
