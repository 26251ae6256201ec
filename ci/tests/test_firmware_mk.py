# SPDX-License-Identifier: GPL-2.0-or-later
"""firmware.mk builds any copy of the sources with any lwIP, all that must be built and no more."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from plumbline.board.image import Made, made_for

MAKEFILE = Path(__file__).parents[2] / "firmware/firmware.mk"
BOARDS = [f"boards/{board}/board.mk" for board in ("native", "native-asan")]
LWIP_FILES = ["core/tcp", *(f"core/ipv4/{name}" for name in ("etharp", "icmp", "ip4", "ip4_addr", "ip4_frag"))]
FIRMWARE = {
    **{name: (MAKEFILE.parent / name).read_text() for name in BOARDS},
    "include/ax/number.h": "int ax_number(void);",
    "src/base/number.c": "#include <ax/number.h>\nint ax_number(void) { return 7; }",
    "apps/dut/main.c": (
        "#include <ax/number.h>\n#include <stdio.h>\n"
        'int main(void) { return printf("%s %d %s\\n", AX_BUILD_ID, ax_number(), __FILE__) < 0; }'
    ),
}


class Tree:
    """A firmware of three files and an lwIP of empty ones."""

    def __init__(self, top: Path) -> None:
        self.top = top
        for name, text in FIRMWARE.items():
            self.write(f"firmware/{name}", text)
        for name in [*LWIP_FILES, "netif/ethernet"]:
            self.write(f"lwip/src/{name}.c", "static int unused;")
        self.write("lwip/src/include/lwip/opt.h", "")

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")

    def make(self, *arguments: str, firmware: str = "firmware", lwip: str = "lwip", out: str = "out") -> str:
        """Runs make; returns what it did, or raises with what it said."""
        done = subprocess.run(
            ["make", "-f", MAKEFILE, f"FW={firmware}", f"LWIP={lwip}", f"OUT={out}", *arguments],
            cwd=self.top,
            env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def dut(self, out: str = "out") -> list[str]:
        """Build id, number and file name, as the program says them."""
        return subprocess.run([self.top / out / "dut"], capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_a_build_tells_its_size_and_a_second_one_does_nothing(tree: Tree) -> None:
    assert "out/dut" in tree.make()
    assert len(tree.dut()[0]) == 16

    again = tree.make("V=1")

    assert "cc" not in again
    assert "link" not in again


def test_a_build_says_a_line_an_image_and_with_v_a_line_a_file(tree: Tree) -> None:
    short = tree.make("objects", "images").splitlines()
    long = tree.make("V=1", out="other").splitlines()

    assert [line for line in short if line.startswith("  ") and "\t" not in line] == ["  link  out/dut"]
    assert {"  cc    src/base/number", "  lwip  core/tcp", "  link  other/dut"} <= set(long)


def test_a_changed_header_and_a_changed_flag_are_followed(tree: Tree) -> None:
    tree.make()
    before = tree.dut()[0]

    tree.write("firmware/include/ax/number.h", "int ax_number(void); /* changed */")
    assert "base/number" in tree.make("V=1")
    header = tree.dut()[0]
    flags = tree.make("V=1", "CORE=-O1")

    assert "base/number" in flags
    assert "core/tcp" in flags
    assert len({before, header, tree.dut()[0]}) == 3


def test_a_header_of_ours_that_only_lwip_reads_is_followed(tree: Tree) -> None:
    tree.write("firmware/src/stack/lwipopts.h", "")
    tree.write("lwip/src/include/lwip/opt.h", '#include "lwipopts.h"')
    tree.write("lwip/src/core/tcp.c", '#include "lwip/opt.h"\nstatic int unused;')
    tree.make()

    tree.write("firmware/src/stack/lwipopts.h", "/* changed */")

    assert "core/tcp" in tree.make("V=1")


def test_an_image_says_what_it_is_and_for_which_board(tree: Tree) -> None:
    for board in ("native", "native-asan"):
        tree.make(f"BOARD={board}", out=f"out/{board}")

        assert made_for(tree.top / "out" / board / "dut") == Made("dut", board)


def test_a_new_source_is_linked_and_a_removed_one_is_not(tree: Tree) -> None:
    tree.make()
    tree.write("firmware/src/ring/ring.c", "#include <ax/number.h>\nint ax_number(void) { return 8; }")
    (tree.top / "firmware/src/base/number.c").unlink()

    tree.make()

    assert tree.dut()[1] == "8"


def test_a_copy_elsewhere_is_the_same_firmware_and_a_change_in_lwip_another(tree: Tree) -> None:
    tree.make()
    shutil.copytree(tree.top / "firmware", tree.top / "copy/of/firmware")
    shutil.copytree(tree.top / "lwip", tree.top / "other-lwip")
    (tree.top / "other-lwip/src/core/tcp.c").write_text("static int changed;\n")

    tree.make(firmware=f"{tree.top}/copy/of/firmware", out="copied")
    tree.make(lwip="other-lwip", out="patched")

    assert tree.dut("copied") == tree.dut()
    assert tree.dut()[2] == "firmware/apps/dut/main.c"
    assert tree.dut("patched")[0] != tree.dut()[0]


def test_a_warning_in_our_own_file_is_an_error(tree: Tree) -> None:
    tree.write(
        "firmware/src/base/number.c", "#include <ax/number.h>\nint ax_number(void) { return 7ul; }\nint more(void);"
    )
    tree.make("objects")

    tree.write("firmware/src/base/number.c", "int more(void) { return 7; }")

    with pytest.raises(AssertionError, match="missing-prototypes"):
        tree.make("objects")


def test_unit_tests_run_and_each_failure_counts(tree: Tree) -> None:
    tree.write("firmware/test/test_good.c", '#include <stdio.h>\nint main(void) { return puts("good ran") < 0; }')
    assert "good ran" in tree.make("unit-tests", "BOARD=native-asan")

    tree.write("firmware/test/test_bad.c", "#include <ax/number.h>\nint main(void) { return ax_number(); }")

    with pytest.raises(AssertionError, match="good ran"):
        tree.make("unit-tests", "BOARD=native-asan")


def test_an_overrun_ends_a_sanitized_test(tree: Tree) -> None:
    tree.write(
        "firmware/test/test_overrun.c",
        "int main(int argc, char **argv)\n{\n    char at[4] = {0};\n    (void)argv;\n    return at[argc + 3];\n}",
    )

    with pytest.raises(AssertionError, match="runtime error|AddressSanitizer"):
        tree.make("unit-tests", "BOARD=native-asan")


def test_empty_rooms_are_no_error(tree: Tree) -> None:
    shutil.rmtree(tree.top / "firmware/src")
    shutil.rmtree(tree.top / "firmware/apps")

    tree.make("images", "objects")


@pytest.mark.parametrize(("wrong", "said"), [("LWIP=nowhere", "no lwIP source tree"), ("BOARD=toaster", "toaster")])
def test_a_wrong_argument_is_named(tree: Tree, wrong: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        tree.make(wrong)
