# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in a real QEMU, over a program whose instructions can be counted by hand."""

import shutil
import subprocess
from pathlib import Path

import pytest

from plumbline.errors import BenchError, Died
from plumbline.trace.emulator import Traced, run_traced
from plumbline.trace.lines import coverage, read_places
from plumbline.trace.spec import Span, Trace
from plumbline.trace.symbols import Symbols, read_symbols

MACHINE = "mps2-an500"
PLUGIN = Path(__file__).resolve().parents[3] / "build/trace/insn.so"  # of `make trace-plugin`
TOOLS = ("arm-none-eabi-gcc", "qemu-system-arm")

# `work` is 2 + 3 * 10 instructions and its return; `interrupt` stands for what is not to be counted.
PROGRAM = """
    .syntax unified
    .thumb
    .section .vectors, "a"
    .word 0x20001000, reset
    .text
    .macro function name
    .global \\name
    .type \\name, %function
    .thumb_func
    \\name:
    .endm
    .macro end name
    .size \\name, . - \\name
    .endm

    function reset
    bl begin
    bl work
    bl finish
    bl begin
    bl interrupt
    bl finish
    movs r0, #4
    ldr r1, =text
    bkpt 0xab
    movs r0, #0x20
    ldr r1, =good
    bkpt 0xab
    b .
    end reset
    .pool
    function begin
    bx lr
    end begin
    function work
    movs r0, #10
    movs r1, #0
    1: adds r1, #1
    subs r0, #1
    bne 1b
    bx lr
    end work
    function interrupt
    nop
    nop
    bx lr
    end interrupt
    function finish
    bx lr
    end finish
    function never
    bx lr
    end never
    .balign 4
    good: .word 0x20026, STATUS
    text: .asciz "hello"
"""


def build(place: Path, status: int = 0) -> Path:
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.fail(f"{missing[0]} is missing: make setup")
    source, image = place / "program.s", place / "program"
    source.write_text(PROGRAM.replace("STATUS", str(status)))
    flags = ["-mcpu=cortex-m7", "-mthumb", "-g", "-nostdlib", "-Wl,--section-start=.vectors=0,-Ttext=0x40,-ereset"]
    subprocess.run(["arm-none-eabi-gcc", *flags, "-o", image, source], check=True)
    return image


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("program"))


def span(symbols: Symbols) -> Span:
    return Span("work", symbols.at("begin"), symbols.at("finish"))


def addresses(symbols: Symbols, name: str) -> range:
    found = symbols.all[name]
    return range(found.at, found.at + found.size)


def run(image: Path, skipped: str | None = None, within: tuple[str, ...] = ()) -> Traced:
    symbols = read_symbols(image)
    skip = (addresses(symbols, skipped),) if skipped else ()
    trace = Trace(spans=(span(symbols),), skip=skip, ran=symbols.code(), within=within)
    return run_traced(image, MACHINE, trace, PLUGIN)


def test_counts_to_the_instruction(image: Path) -> None:
    # bx of begin, bl, work, bl of finish; then interrupt in the place of work
    assert [one.instructions for one in run(image).ended] == [1 + 1 + 33 + 1, 1 + 1 + 3 + 1]


def test_what_is_skipped_is_in_no_span(image: Path) -> None:
    assert [one.instructions for one in run(image, skipped="interrupt").ended] == [36, 3]


def test_says_how_often_each_instruction_ran(image: Path) -> None:
    symbols, ran = read_symbols(image), run(image).ran
    work = symbols.at("work")

    assert [ran.get(at) for at in range(work, work + 12, 2)] == [1, 1, 10, 10, 10, 1]
    assert symbols.at("never") not in ran
    assert symbols.by_function(ran)["begin"] == 2


def test_within_a_span_nothing_else_is_counted(image: Path) -> None:
    symbols = read_symbols(image)

    assert set(symbols.by_function(run(image, within=("work",)).ran)) == {"reset", "begin", "work", "interrupt"}


def test_source_lines_are_known_to_have_run_or_not(image: Path) -> None:
    symbols = read_symbols(image)
    (file,) = coverage(read_places(image, symbols.functions()), run(image).ran)
    source = PROGRAM.splitlines()
    lines = {source[line - 1].strip(): count for line, count in file.lines.items()}

    assert lines["subs r0, #1"] == 10
    assert file.ran == len(file.lines) - 2  # `b .` behind the end, and the body of `never`


def test_what_the_image_says_is_kept(image: Path) -> None:
    assert run(image).said == "hello"


def test_an_image_that_ends_badly_is_its_own_fault(tmp_path: Path) -> None:
    with pytest.raises(Died, match="ended with 3"):
        run(build(tmp_path, status=3))


def test_a_missing_image_is_the_benchs_fault() -> None:
    with pytest.raises(BenchError, match="make bench"):
        run_traced(Path("/nowhere/image"), MACHINE, Trace(), PLUGIN)


def test_what_the_plugin_does_not_understand_ends_the_run(image: Path) -> None:
    with pytest.raises(Died, match="cannot share|what is"):
        run_traced(image, MACHINE, Trace(skip=tuple(range(at, at + 2) for at in range(0, 40, 2))), PLUGIN)
