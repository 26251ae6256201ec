# SPDX-License-Identifier: GPL-2.0-or-later
"""However a device ends, its watchdog starts it again, and the next start tells of it. One that sleeps is let live,
and so is one whose noise fails its test now and then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from host.tests.virtual_nucleo.virtual_board import ATTACH, READY, VirtualBoard, flash, lacks, symbol, wait
from host.tests.virtual_nucleo.wire_end import Wire, wait_for_link

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

WATCHDOG_US = 8_000_000
WATCHDOG = 0x58004804, 0x58004808  # prescaler and reload: RM0433, chapter 45
WATCHDOG_HZ = 32_000
STACK_BOTTOM = 0x24000000
STACK_UNUSED = 0x24001000  # far below what the start needs
NOWHERE = 0x60000000
FLASH = 0x08000000
UNUSED = 0x081E0000  # in flash, erased
HELD_AT = 4_000_000_000  # ms
NEW_BEGINNINGS = 4  # of noise that fails its test, for one number
ASKED = 3  # numbers
KEPT = 120  # letters of the last words
LETTERS = 0x61616161
NOT_OURS = [0x00000000, 0x10000000, 0x1FF00000, 0x20000000, 0x38800000, 0x60000000]  # TCM, other memory, nobody's
WRITTEN = [0x2407E000, 0x30037000, 0x30047000, 0x3800F000]  # AXI SRAM, D2 SRAM 1 and 2, and 3, SRAM4
DCCMVAC = 0xE000EF68  # writes a line back: ARMv7-M Architecture Reference Manual, B2.2.7
DTCM = 0x20000000  # where the DMA of the Ethernet MAC is not
RX_DESCRIPTORS, DESCRIPTOR_BYTES = 24, 16
LOOP = 0xE7FEE7FE  # two instructions, each of which jumps to itself


@pytest.fixture
def board() -> Iterator[VirtualBoard]:
    """Its sleeps take no time on the wall: a watchdog's seconds are over at once. A reset empties its whole cache."""
    with VirtualBoard("--unpaced", "--cache", "all") as board:
        assert board.openocd(flash()).status == 0
        board.serial.hear(READY)
        yield board


def lead(board: VirtualBoard, *commands: str) -> None:
    """Stops the core, and lets it go on elsewhere."""
    ended = board.openocd(ATTACH, "init", "halt", *commands, "resume", "shutdown")
    assert ended.status == 0, ended.said


def a_check_fails(file: int = FLASH + 0x1000) -> list[str]:
    """On line 7 of a file whose name is there."""
    return [f"reg r0 {file:#x}", "reg r1 7", f"reg pc {symbol('ax_check_failed'):#x}"]


def identity(board: VirtualBoard) -> str:
    board.type("@1 id")
    return board.serial.hear("@1= ok ") + board.serial.hear("\n")


@pytest.mark.parametrize(
    ("registers", "last_end"),
    [
        ({"pc": NOWHERE}, r"fault pc=0x60000000 lr=0x[0-9a-f]+ exception=0x3 cfsr=0x[0-9a-f]+"),
        ({"sp": STACK_BOTTOM + 16, "primask": 0, "pc": "core_sleep"}, r"stack-overflow( cfsr=0x[0-9a-f]+)?"),
    ],
    ids=["fault", "stack"],
)
def test_the_next_start_tells_how_it_died(board: VirtualBoard, registers: dict[str, int | str], last_end: str) -> None:
    """The stack runs over in the first interrupt of a sleep."""
    values = {name: symbol(value) if isinstance(value, str) else value for name, value in registers.items()}
    lead(board, *(f"reg {name} {value:#x}" for name, value in values.items()))

    died = board.serial.hear("!dead ") + board.serial.hear("\r\n")
    begun = board.serial.hear(READY)

    assert re.search(rf"!dead {last_end}\r\n", died), died
    assert re.search(rf"{last_end}\r\n", begun), begun
    assert "cause=watchdog" in identity(board)


def test_a_check_that_fails_is_told_by_the_next_start(board: VirtualBoard) -> None:
    lead(board, *a_check_fails())

    board.serial.hear("!dead check at=")
    begun = board.serial.hear(READY)

    assert re.search(r"check at=.*:7\r\n", begun, re.DOTALL), begun
    assert "cause=watchdog" in identity(board)


def test_last_words_that_fill_what_is_kept_are_told_to_their_end(board: VirtualBoard) -> None:
    put_there = f"flash fillw {UNUSED:#x} {LETTERS:#x} 32", f"flash fillw {UNUSED + 128:#x} 0 8"
    assert board.openocd("init", "reset init", *put_there, "reset run", "shutdown").status == 0
    board.serial.hear(READY)

    lead(board, *a_check_fails(UNUSED))

    words = f"check at={128 * 'a'}:7"
    board.serial.hear(f"!dead {words}\r\n")
    begun = board.serial.hear(READY)
    assert f"{words[:KEPT]}\r\n" in begun, begun


@pytest.mark.parametrize("address", NOT_OURS, ids=hex)
def test_memory_that_is_not_the_firmwares_is_not_even_read(board: VirtualBoard, address: int) -> None:
    lead(board, f"reg r0 {STACK_UNUSED:#x}", f"reg r1 {address:#x}", "reg r2 4", f"reg pc {symbol('memcpy'):#x}")

    died = board.serial.hear("!dead ") + board.serial.hear("\r\n")
    assert died.endswith("cfsr=0x82\r\n"), died  # the MPU refused to load


@pytest.mark.parametrize("address", WRITTEN, ids=hex)
def test_memory_that_may_be_written_is_never_run(board: VirtualBoard, address: int) -> None:
    """A jump to itself is there, and not in the data cache alone: were it run, the watchdog would end it."""
    lead(board, f"mww {address:#x} {LOOP:#x}", f"mww {DCCMVAC:#x} {address:#x}", f"reg pc {address:#x}")

    died = board.serial.hear(READY)
    assert re.search(r"!dead fault .* cfsr=0x1\r\n", died), died  # the MPU refused to fetch


def test_a_check_that_fails_before_there_is_a_line_is_kept_for_the_next_start(board: VirtualBoard) -> None:
    stops = [f"bp {symbol(name) & ~1:#x} 2 hw" for name in ("uart_start", "core_halt")]
    halted = ["reset halt", *stops, "resume", "wait_halt 60000", *a_check_fails(), "resume", "wait_halt 60000"]
    # Reset where it stands: were it let go, the watchdog would start it at once, and a later reset a second time.
    ended = board.openocd("init", *halted, "rbp all", "reset run", "shutdown")
    assert ended.status == 0, ended.said

    begun = board.serial.hear(READY)

    assert re.search(r"check at=.*:7\r\n", begun, re.DOTALL), begun
    assert "!dead" not in begun
    assert board.tell("strict") == "total=0"


def test_a_check_that_fails_before_there_are_clocks_does_not_hang_the_board(board: VirtualBoard) -> None:
    at = symbol("clocks_start") & ~1
    stop = f"bp {at:#x} 2 hw", "resume", "wait_halt 60000", f"rbp {at:#x}"
    resets = board.stat("resets")
    ended = board.openocd("init", "reset halt", *stop, *a_check_fails(), "resume", "shutdown")
    assert ended.status == 0, ended.said

    wait(board, 2 * WATCHDOG_US)

    assert board.stat("resets") == resets + 2  # the probe's and the watchdog's
    begun = board.serial.hear(READY)
    assert re.search(r"check at=.*:7\r\n", begun, re.DOTALL), begun
    assert "cause=watchdog" in identity(board)


def test_what_was_said_before_a_check_failed_is_not_lost(board: VirtualBoard) -> None:
    """It fails where the console has taken as much of an answer as it has room for."""
    identity(board)
    board.type("@2 help")
    answer = board.serial.hear("@2= ok") + board.serial.hear("\n")

    assert board.openocd(ATTACH, "init", "halt", "shutdown").status == 0
    board.type("@2 help")
    write = symbol("ax_port_console_write") & ~1
    asked = f"bp {write:#x} 2 hw", "resume", "wait_halt 60000", f"rbp {write:#x}"
    answered = "bp [expr {[dict get [get_reg lr] lr] & ~1}] 2 hw", "resume", "wait_halt 60000"
    count = "echo taken=[dict get [get_reg r0] r0]"
    ended = board.openocd(
        ATTACH, "init", "halt", *asked, *answered, count, *a_check_fails(), "rbp all", "resume", "shutdown"
    )
    assert ended.status == 0, ended.said

    said = board.serial.hear("!dead ")
    assert said == answer[: int(ended.said.partition("taken=")[2].split()[0], 16)] + "\r\n!dead "


def test_a_dma_that_is_sent_where_it_cannot_go_ends_the_device(board: VirtualBoard) -> None:
    ring = symbol("rx_ring")
    buffers = [ring + index * DESCRIPTOR_BYTES for index in range(RX_DESCRIPTORS)]
    wait_for_link(board)
    with closing(Wire(board.wire_path)) as wire:
        its = wire.find()
        lead(board, *(f"mww {buffer:#x} {DTCM:#x}" for buffer in buffers))
        for number in range(RX_DESCRIPTORS):
            wire.ping(its, number)

        died = board.serial.hear("!dead ") + board.serial.hear("\r\n")

    assert re.search(r"!dead check at=\S*/eth\.c:\d+\r\n", died), died


def test_it_is_told_by_one_start_alone(board: VirtualBoard) -> None:
    lead(board, f"reg pc {NOWHERE:#x}")
    assert "fault pc=" in board.serial.hear(READY).rpartition("!dead")[2].partition("\r\n")[2]

    board.tell("reset")

    assert "fault pc=" not in board.serial.hear(READY)
    assert "cause=pin" in identity(board)


@pytest.mark.parametrize("primask", [0, 1])
def test_a_main_loop_that_hangs_is_ended_by_the_watchdog(board: VirtualBoard, primask: int) -> None:
    """And no interrupt speaks for it."""
    put_there = f"flash fillw {UNUSED:#x} {LOOP:#x} 8"
    assert board.openocd("init", "reset init", put_there, "reset run", "shutdown").status == 0
    board.serial.hear(READY)

    lead(board, f"reg primask {primask}", f"reg pc {UNUSED:#x}")

    begun = board.serial.hear(READY)

    assert "!dead" not in begun
    assert "cause=watchdog" in identity(board)


def test_the_watchdog_waits_as_long_as_it_says(board: VirtualBoard) -> None:
    looks = [f"echo word=[read_memory {register:#x} 32 1]" for register in WATCHDOG]
    ended = board.openocd(ATTACH, "init", *looks, "shutdown")
    assert ended.status == 0, ended.said

    prescaler, reload = (int(word, 16) for word in re.findall("word=(0x[0-9a-f]+)", ended.said))
    assert (4 << prescaler) * (reload + 1) * 1_000_000 // WATCHDOG_HZ == WATCHDOG_US


def test_a_device_that_sleeps_for_minutes_lives(board: VirtualBoard) -> None:
    resets = board.stat("resets")

    wait(board, 20 * WATCHDOG_US)

    assert board.stat("resets") == resets
    assert "cause=" in identity(board)


def test_a_start_without_a_reset_is_warm(board: VirtualBoard) -> None:
    resets = board.stat("resets")
    board.type("@1 reset")
    board.serial.hear(READY)

    assert "cause=warm" in identity(board)
    assert board.stat("resets") == resets


def test_a_warm_start_lets_an_access_to_the_phy_end(board: VirtualBoard) -> None:
    """Stopped where one begins, it goes on with the warm start."""
    resets = board.stat("resets")
    stop = [f"bp {symbol('mdio_begin_read') & ~1:#x} 2 hw", "resume", "wait_halt 60000"]
    ended = board.openocd(
        "init", "reset halt", *stop, f"reg lr {symbol('chip_restart') | 1:#x}", "rbp all", "resume", "shutdown"
    )
    assert ended.status == 0, ended.said

    board.serial.hear(READY)

    assert board.stat("resets") == resets + 1
    assert board.tell("strict") == "total=0"


def test_a_boot_word_that_a_device_was_told_outlives_a_reset_at_once(board: VirtualBoard) -> None:
    """Stopped where it has been told: what goes on running empties its cache by and by."""
    words = {0: 0x57425841, 4: 1, 8: HELD_AT}
    block = [f"mww {STACK_UNUSED + at:#x} {words.get(at, 0):#x}" for at in range(0, 32, 4)]
    stops = [f"bp {symbol(name) & ~1:#x} 2 hw" for name in ("uart_start", "core_halt")]
    told = [
        f"reg r0 {STACK_UNUSED:#x}",
        f"reg lr {symbol('core_halt') | 1:#x}",
        f"reg pc {symbol('ax_port_set_boot'):#x}",
    ]
    halted = ["reset halt", *stops, "resume", "wait_halt 60000", *block, *told, "resume", "wait_halt 60000"]
    ended = board.openocd("init", *halted, "rbp all", "reset run", "shutdown")
    assert ended.status == 0, ended.said

    board.serial.hear(READY)

    board.type("@2 clock")
    board.serial.hear(f"@2= ok now={HELD_AT} held=1")
    assert "cause=pin" in identity(board)


def test_power_that_comes_back_is_power(board: VirtualBoard) -> None:
    board.tell("power")
    board.serial.hear(READY)

    assert "cause=power" in identity(board)


def test_power_that_only_sagged_is_power(board: VirtualBoard) -> None:
    board.tell("power sag")
    board.serial.hear(READY)

    assert "cause=power" in identity(board)


def test_numbers_are_noise_each_time_they_are_asked_for(board: VirtualBoard) -> None:
    back = symbol("core_halt")
    ask = f"reg pc {symbol('chip_entropy'):#x}", f"reg lr {back | 1:#x}", "resume", "wait_halt 60000"
    asked = [*ask, "echo number=[dict get [get_reg r0] r0]"] * ASKED
    ended = board.openocd(ATTACH, "init", "halt", f"bp {back & ~1:#x} 2 hw", *asked, "rbp all", "reset run", "shutdown")
    assert ended.status == 0, ended.said

    numbers = re.findall("number=(0x[0-9a-f]+)", ended.said)
    assert len(set(numbers)) == ASKED, ended.said


def start_with_failing_noise(board: VirtualBoard, failures: int) -> None:
    """Warm: a reset of the chip would end the failures. Each start asks for numbers."""
    board.tell(f"rng fail {failures}")
    board.type("@1 reset")


def test_noise_that_fails_its_test_is_begun_anew(board: VirtualBoard) -> None:
    start_with_failing_noise(board, NEW_BEGINNINGS)
    begun = board.serial.hear(READY)

    assert board.stat("seed_errors") == NEW_BEGINNINGS
    assert "!dead" not in begun
    assert "cause=warm" in identity(board)
    assert board.tell("strict") == "total=0"


def test_noise_that_fails_again_and_again_ends_the_device(board: VirtualBoard) -> None:
    start_with_failing_noise(board, NEW_BEGINNINGS + 1)
    died = board.serial.hear("!dead ") + board.serial.hear("\r\n")
    begun = board.serial.hear(READY)

    assert board.stat("seed_errors") == NEW_BEGINNINGS + 1
    assert re.search(r"!dead check at=\S*entropy\.c:\d+\r\n", died), died
    assert re.search(r"check at=\S*entropy\.c:\d+\r\n", begun), begun
    assert "cause=watchdog" in identity(board)
