# SPDX-License-Identifier: GPL-2.0-or-later
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.board import ABILITIES, ReceiveFifo, bench_names, load_bench
from plumbline.board.spec import images_folder, load_board
from plumbline.errors import BenchError

ROOT = Path(__file__).resolve().parents[3]
BENCH = """
board = "one"
profile = "one"
ways = "all"
[device]
mac = "02:00:00:00:00:02"
address = "10.0.0.2"
netmask = "255.255.255.0"
gateway = "10.0.0.1"
"""
BOARD = """
name = "one"
kind = "process"
image = "one/dut"
can = ["boot_word"]
"""
EMULATED = """
name = "one"
kind = "qemu"
image = "one/dut"
can = []
[machine]
name = "one"
nic = "one"
boot_word = 0x203fffe0
[receive_fifo]
frames = 2
words = 397
"""
MPS2 = "boot_word cable_switch console_full fault_stage fifo_overflow fifo_to_the_word poll_by_hand pools"
NUCLEO = "boot_word fault_stage fifo_overflow poll_by_hand pools"
CAN = {
    "lm3s6965evb": "boot_word fault_stage poll_by_hand pools",
    "mps2-an385": MPS2,
    "mps2-an386": MPS2,
    "mps2-an500": MPS2,
    "native": "boot_word cable_switch fault_stage poll_by_hand pools takes_frames_unplugged takes_runts",
    "native-asan": "boot_word cable_switch fault_stage poll_by_hand takes_frames_unplugged takes_runts",
    "nucleo-h743zi": NUCLEO,
    "nucleo-h743zi-virtual": f"{NUCLEO} cable_switch",
    "nucleo-h743zi2": NUCLEO,
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A checkout with one bench and one board, as they are, or with a line of either changed."""

    def put(bench: str = BENCH, board: str = BOARD) -> Path:
        for folder, text in (("benches", bench), ("boards", board)):
            (tmp_path / "fixtures" / folder).mkdir(parents=True)
            (tmp_path / "fixtures" / folder / "one.toml").write_text(text)
        return tmp_path

    return put


def test_a_bench_and_its_board_are_read(write: Write) -> None:
    spec = load_bench("one", write())

    assert (spec.name, spec.board.name, spec.address, spec.profile, spec.seed) == ("one", "one", "10.0.0.2", "one", 1)
    assert spec.board.image.name == "dut"


@pytest.mark.parametrize("name", bench_names(ROOT))
def test_every_bench_of_ours_can_be_read(name: str) -> None:
    assert load_bench(name, ROOT).name == name


def test_a_bench_that_is_not_there_says_which_are(write: Write) -> None:
    with pytest.raises(BenchError, match="no bench 'two'; there are: one"):
        load_bench("two", write())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('board = "one"\n', "", r"benches/one.toml: board is missing"),
        ('board = "one"', "board = 1", "board must be a string, not 1"),
        ('board = "one"', 'board = "two"', "boards/two.toml: there is no such file"),
        ("[device]", "[devices]", "device is missing"),
        ('mac = "02:', 'mac = "2:', "benches/one.toml: device.mac is not a MAC address: '2:00:00:00:00:02'"),
        ('mac = "02:00:00:00:00:02"', "mac = 2", "benches/one.toml: device.mac must be a string, not 2"),
        ("[device]", "[[device]]", "benches/one.toml: device must be a table"),
        ("board", "seed = 1.5\nboard", "seed must be a whole number, not 1.5"),
        ("10.0.0.2", "10.0.0", "device.address is not an IPv4 address"),
        ("255.255.255.0", "255.0.255.0", "benches/one.toml: device.netmask is not a netmask.*'255.0.255.0'"),
        ('ways = "all"', 'ways = "both"', "ways must be one of"),
        ("[device]", "speed = 1\n[device]", "speed is not known"),
        ("gateway", 'colour = "red"\ngateway', "device.colour is not known"),
        ("board", 'seed = "x"\nboard', "seed must be a whole number"),
        ("board = ", "board ", "one.toml: .*line 2"),
        ('"02:00', '"03:00', "device.mac is the address of a group, not of a device: '03:00:00:00:00:02'"),
        ("board", "seed = -1\nboard", "seed must be 0x0 to 0xffffffffffffffff, not -0x1"),
    ],
)
def test_a_mistake_in_a_bench_is_named_by_file_and_key(write: Write, old: str, new: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        load_bench("one", write(bench=BENCH.replace(old, new, 1)))


def test_a_bench_that_is_no_text_is_named(write: Write) -> None:
    root = write()
    (root / "fixtures/benches/one.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BenchError, match=r"benches/one.toml: .*can't decode"):
        load_bench("one", root)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"process"', '"probe"', "boards/one.toml: kind must be one of process, qemu, nucleo, not 'probe'"),
        ('name = "one"', 'name = "two"', "name is 'two' in the file of 'one'"),
        ("image", "imago", "image is missing"),
        (
            '"boot_word"',
            '"boot_wrod"',
            "boards/one.toml: can has 'boot_wrod', which is none of boot_word, cable_switch",
        ),
        ('"boot_word"', '"pools", "pools"', "boards/one.toml: can has 'pools' twice"),
        ("image", "pads_to = 61\nimage", "pads_to must be 0x0 to 0x3c, not 0x3d"),
        ("image", "colour = 1\nimage", "boards/one.toml: colour is not known"),
        ('"boot_word"]', '"boot_word"]\n[machine]', "boards/one.toml: machine is not known"),
    ],
)
def test_a_mistake_in_a_board_is_named_by_file_and_key(write: Write, old: str, new: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        load_bench("one", write(board=BOARD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0x203fffe0", "0x203fffe1", "boards/one.toml: machine.boot_word must be 0x0 to 0xffffffe0 in steps of 4"),
        ("0x203fffe0", "-4", "machine.boot_word must be 0x0 to .*, not -0x4"),
        ("0x203fffe0", "0xffffffe4", "machine.boot_word must be 0x0 to 0xffffffe0"),
        ("frames = 2", "frames = 1", "receive_fifo does not hold a frame .* and the fence behind it"),
        (
            "words = 397",
            "words = 396",
            "boards/one.toml: receive_fifo .*: frames must be at least 2, words 397",
        ),
        ("words = 397", "words = 397\nbytes = 4", "boards/one.toml: receive_fifo.bytes is not known"),
        ("nic", "speed = 1\nnic", "boards/one.toml: machine.speed is not known"),
    ],
)
def test_a_mistake_in_a_machine_is_named_by_file_and_key(write: Write, old: str, new: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        load_bench("one", write(board=EMULATED.replace(old, new, 1)))


def test_a_receiver_of_the_least_size_is_taken(write: Write) -> None:
    assert load_bench("one", write(board=EMULATED)).board.fifo == ReceiveFifo(frames=2, words=397)


def test_a_receiver_may_hold_frames_of_any_length(write: Write) -> None:
    assert load_bench("one", write(board=f"{BOARD}[receive_fifo]\nframes = 2\n")).board.fifo == ReceiveFifo(frames=2)


@pytest.mark.parametrize(("name", "can"), CAN.items())
def test_what_a_board_can_is_taken_away_by_nobody_unseen(name: str, can: str) -> None:
    """A word less, and the scenarios that need it are UNSUPPORTED: nothing fails."""
    assert load_bench(name, ROOT).can == set(can.split())


def test_every_board_is_looked_at_and_every_word_has_a_board() -> None:
    assert sorted(CAN) == bench_names(ROOT)
    assert {word for can in CAN.values() for word in can.split()} == set(ABILITIES)


def test_images_lie_where_make_puts_them_or_where_they_are_said_to() -> None:
    root = Path("/root")

    assert images_folder(root, {}) == root / "build/lwip-2.2.1"
    assert images_folder(root, {"PLUMB_IMAGES": "build/other"}) == root / "build/other"
    assert images_folder(root, {"PLUMB_IMAGES": "/elsewhere"}) == Path("/elsewhere")


NUCLEO_BOARD = BOARD.replace('"process"', '"nucleo"') + "boot_word = 0x2407ffe0\n"
NUCLEO_BENCH = 'stands = "virtual"' + BENCH.replace('mac = "02:00:00:00:00:02"\n', "")


def test_a_nucleos_place_adds_to_what_the_board_can_and_its_address_is_the_boards_own(write: Write) -> None:
    bench = 'can = ["cable_switch"]\n' + NUCLEO_BENCH
    spec = load_bench("one", write(bench=bench, board=NUCLEO_BOARD))

    assert (spec.stands, spec.mac, spec.board.boot_word) == ("virtual", "", 0x2407FFE0)
    assert spec.can == {"boot_word", "cable_switch"}
    assert spec.board.can == {"boot_word"}


@pytest.mark.parametrize(
    ("bench", "board", "says"),
    [
        (NUCLEO_BENCH.replace('stands = "virtual"', ""), NUCLEO_BOARD, "benches/one.toml: stands is missing"),
        (NUCLEO_BENCH.replace('"virtual"', '"desk"'), NUCLEO_BOARD, "stands must be one of virtual, rig, not 'desk'"),
        ('stands = "rig"' + BENCH, NUCLEO_BOARD, "benches/one.toml: device.mac is not known"),
        ('stands = "rig"' + BENCH, BOARD, "benches/one.toml: stands is not known"),
        (NUCLEO_BENCH, NUCLEO_BOARD.replace("0x2407ffe0", "1"), "boards/one.toml: boot_word must be 0x0 to"),
        ('can = ["fly"]\n' + NUCLEO_BENCH, NUCLEO_BOARD, "benches/one.toml: can has 'fly', which is none of"),
    ],
)
def test_a_mistake_about_a_nucleo_is_named_by_file_and_key(write: Write, bench: str, board: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        load_bench("one", write(bench=bench, board=board))


def test_the_two_nucleos_differ_in_nothing_but_what_they_are_called() -> None:
    """Chip, PHY and pins are one; only the probes are two. So what is found out of one board holds of the other."""
    first, second = (load_board(f"nucleo-h743zi{which}", ROOT) for which in ("", "2"))
    assert replace(second, name=first.name, image=first.image) == first

    files = (ROOT / f"fixtures/benches/nucleo-h743zi{which}.toml" for which in ("", "2"))
    first_bench, second_bench = (tomllib.loads(file.read_text()) for file in files)
    assert second_bench | {"board": first.name} == first_bench


ALIKE = 'name = "two"\nlike = "one"\nimage = "two/dut"\n'


def with_another(root: Path, board: str = ALIKE) -> Path:
    (root / "fixtures/boards/two.toml").write_text(board)
    return root


def test_a_board_that_is_like_another_has_what_it_does_not_say_itself(write: Write) -> None:
    root = with_another(write(board=EMULATED), ALIKE + 'can = ["pools"]\n[machine]\nname = "two"\n')
    one, two = load_board("one", root), load_board("two", root)

    assert one.machine
    assert two == replace(
        one,
        name="two",
        image=one.image.parents[1] / "two/dut",
        can=frozenset({"pools"}),
        machine=replace(one.machine, name="two"),
    )


@pytest.mark.parametrize(
    ("board", "other", "says"),
    [
        (BOARD, ALIKE.replace('"one"', '"three"'), "boards/two.toml: like is 'three', and there is no such board"),
        (BOARD, ALIKE.replace('"one"', "1"), "boards/two.toml: like must be a string, not 1"),
        (BOARD, ALIKE.replace('"one"', '"two"'), "boards/two.toml: like is 'two', which is like another itself"),
        (f'like = "two"\n{BOARD}', ALIKE, "boards/two.toml: like is 'one', which is like another itself: name the one"),
        (f"colour = 1\n{BOARD}", ALIKE, "boards/one.toml: colour is not known"),
        (BOARD, f"colour = 1\n{ALIKE}", "boards/two.toml: colour is not known"),
        (EMULATED, f"{ALIKE}[machine]\nspeed = 1\n", "boards/two.toml: machine.speed is not known"),
        (EMULATED, f'machine = "two"\n{ALIKE}', "boards/two.toml: machine must be a table, not 'two'"),
        (BOARD, 'like = "one"\n', "boards/two.toml: name is 'one' in the file of 'two'"),
    ],
)
def test_a_mistake_about_a_likeness_is_named_by_file_and_key(write: Write, board: str, other: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        load_board("two", with_another(write(board=board), other))
