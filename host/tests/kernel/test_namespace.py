# SPDX-License-Identifier: GPL-2.0-or-later
"""A private network of Linux: made by an ordinary user, and gone with the harness."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.kernel import machine_lacks
from plumbline.kernel import namespace as namespace_room
from plumbline.kernel.namespace import Namespace, Place

pytestmark = pytest.mark.skipif(bool(machine_lacks("namespaces")), reason="no private networks here")

PLACE = Place("02:00:00:00:00:01", "10.0.0.1/24")
ENDS_WITHIN_S = 60

# A harness with a network and, in it, a tool that would run for hours.
HARNESS = """
import os, sys
from plumbline.kernel.namespace import Namespace, Place
namespace = Namespace(Place("02:00:00:00:00:01", "10.0.0.1/24"))
namespace.run(["sleep", "10000"], [0, int(sys.argv[1]), 2, int(sys.argv[1])])
print("it runs", flush=True)
sys.stdin.read()
"""

# Root's own Python and checkout may be closed to others: it takes another Python, and a copy of the program.
ORDINARY = """
import os, sys
from pathlib import Path
from plumbline.kernel import namespace
sys.executable, namespace._PROGRAM = sys.argv[1], Path(sys.argv[2])
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
with namespace.Namespace(namespace.Place("02:00:00:00:00:01", "10.0.0.1/24")):
    print("made by", os.geteuid())
"""


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    with Namespace(PLACE) as namespace:
        yield namespace


def run(namespace: Namespace, *command: str) -> tuple[str, str]:
    """What a tool says, and its exit status."""
    (out, out_theirs), (end, end_theirs) = os.pipe(), os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    namespace.run(command, [nothing, out_theirs, nothing, end_theirs])
    for fd in (nothing, out_theirs, end_theirs):
        os.close(fd)
    with os.fdopen(out) as said, os.fdopen(end) as status:
        return said.read(), status.read()


def has_ended(held: int) -> bool:
    """Whether all who held the other end of that pipe are gone."""
    ready, _, _ = select.select([held], [], [], ENDS_WITHIN_S)
    return bool(ready) and os.read(held, 1) == b""


def test_tools_see_that_network_and_none_of_this_machines(namespace: Namespace) -> None:
    said, status = run(namespace, "ip", "-brief", "address")

    assert status == "0"
    assert [line.split("@")[0].split()[0] for line in said.splitlines()] == ["lo", "wire", "linux"]
    assert "10.0.0.1/24" in said


def test_a_tool_that_is_not_there_is_an_error_of_the_bench(namespace: Namespace) -> None:
    with pytest.raises(BenchError, match="No such file"):
        run(namespace, "no-such-tool")

    assert run(namespace, "true") == ("", "0")


def test_how_a_tool_ends_is_told(namespace: Namespace) -> None:
    assert run(namespace, "false") == ("", "1")
    assert run(namespace, "sh", "-c", "kill -9 $$") == ("", "-9")


def test_linux_speaks_on_the_wire_and_counts(namespace: Namespace) -> None:
    sock = namespace.tcp()
    sock.setblocking(False)
    sock.connect_ex(("10.0.0.2", 7))
    namespace.wire.settimeout(ENDS_WITHIN_S)

    request = namespace.wire.recv(2000)

    assert request[:14] == b"\xff" * 6 + bytes.fromhex("020000000001") + b"\x08\x06"
    assert namespace.counters()["Tcp.ActiveOpens"] == 1
    sock.close()


def test_nothing_is_said_before_somebody_speaks(namespace: Namespace) -> None:
    assert run(namespace, "ip", "-brief", "link", "show", "up")[1] == "0"
    with pytest.raises(BlockingIOError):
        namespace.wire.recv(2000)


def test_one_that_is_gone_is_an_error_of_the_bench(namespace: Namespace) -> None:
    namespace._process.kill()
    select.select([namespace._control], [], [], ENDS_WITHIN_S)

    with pytest.raises(BenchError, match="does not answer|is gone"):
        namespace.counters()
    namespace.close()
    namespace.close()


def test_closing_it_ends_what_runs_in_it(namespace: Namespace) -> None:
    held, theirs = os.pipe()
    namespace.run(["sleep", "10000"], [theirs, theirs, theirs, theirs])
    os.close(theirs)

    namespace.close()

    assert has_ended(held)
    os.close(held)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_whatever_ends_the_harness(end: signal.Signals) -> None:
    held, theirs = os.pipe()
    harness = subprocess.Popen(
        [sys.executable, "-c", HARNESS, str(theirs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs],
        text=True,
    )
    os.close(theirs)
    with harness:
        assert harness.stdout is not None
        assert harness.stdout.readline() == "it runs\n"
        harness.send_signal(end)

    assert has_ended(held)
    os.close(held)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user makes all the others")
def test_an_ordinary_user_makes_one_too() -> None:
    python = shutil.which("python3", path=os.defpath)
    if python is None:
        pytest.skip("no Python that everybody may run")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        program = shutil.copy(namespace_room._PROGRAM, place)
        ran = subprocess.run(
            [sys.executable, "-c", ORDINARY, python, program], capture_output=True, text=True, check=False
        )

    assert (ran.returncode, ran.stdout) == (0, "made by 65534\n"), ran.stderr
