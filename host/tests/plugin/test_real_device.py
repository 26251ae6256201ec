# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that ends in the middle of a scenario: whose fault it was, and the next scenario knows nothing of it."""

from __future__ import annotations

import pytest

from host.tests.plugin.suite import ROOT, Suite
from plumbline.board.spec import images_folder

pytest_plugins = ["pytester"]

SCENARIOS = """
import os
import signal
import socket
import pytest
from scapy.layers.inet import ICMP, IP
from plumbline.scenario import scenario

PING = IP() / ICMP() / b"are you there"
PONG = ICMP(type="echo-reply") / b"are you there"

@scenario("R-1")
def test_1_killed_from_outside(bench, peer):
    peer.send(PING)
    os.kill(bench.device.pid, signal.SIGKILL)
    peer.expect(PONG)

@scenario("R-1")
def test_2_after_that(peer):
    peer.send(PING)
    peer.expect(PONG)

@scenario("R-1")
def test_3_its_wire_is_closed(bench, peer):
    peer.send(PING)
    bench.device.wire.close()
    peer.expect(PONG)

@scenario("R-1")
def test_3_its_shell_is_closed(bench, peer):
    peer.send(PING)
    bench.device.shell.close()
    peer.expect(PONG)

@scenario("R-1")
def test_3_its_shell_is_shut_by_another(bench, peer):
    peer.send(PING)
    with socket.socket(fileno=os.dup(bench.device.shell.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    peer.expect(PONG)

@scenario("R-1")
def test_4_it_aborts(bench, peer):
    peer.send(PING)
    peer.expect(PONG)
    os.kill(bench.device.pid, signal.SIGABRT)
    peer.send(PING)

@scenario("R-1")
def test_5_it_leaks_a_socket(dut):
    dut.command("tcp open 100 100")

@scenario("R-1")
def test_6_after_all_that(peer):
    peer.send(PING)
    peer.expect(PONG)
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("PLUMB_IMAGES", str(images_folder(ROOT)))
    suite = Suite(pytester)
    suite.scenarios("real/test_endings.py", SCENARIOS)
    return suite


def test_an_end_from_outside_is_an_error_one_of_its_own_a_failure_and_the_next_scenario_is_well(suite: Suite) -> None:
    result = suite.run()

    verdicts = suite.verdicts()
    assert verdicts == {
        "1_killed_from_outside": "ERROR",
        "2_after_that": "PASS",
        "3_its_wire_is_closed": "ERROR",
        "3_its_shell_is_closed": "ERROR",
        "3_its_shell_is_shut_by_another": "ERROR",
        "4_it_aborts": "FAIL",
        "5_it_leaks_a_socket": "FAIL",
        "6_after_all_that": "PASS",
    }
    result.assert_outcomes(passed=2, failed=2, errors=4)
    assert result.ret == 2


def test_a_device_that_ended_by_itself_is_said_to_have_died_after_a_frame(suite: Suite) -> None:
    suite.run("-k", "aborts")

    text = suite.report()["real/endings/4_it_aborts"]["text"]
    assert text.startswith("Died: died after frame ")
    assert "SIGABRT" in text


def test_a_profile_that_is_not_the_devices_is_an_error_that_names_the_limit(suite: Suite) -> None:
    suite.profile("six-segments", {"mss": 9000})
    suite.run("-k", "after_that")

    one = suite.report()["real/endings/2_after_that"]
    assert one["verdict"] == "ERROR"
    assert "mss: the profile says 9000, the device 1460" in one["text"]


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_a_device_that_never_starts_ends_the_run_after_three(suite: Suite, workers: list[str]) -> None:
    suite.profile("six-segments", {"mss": 9000})
    result = suite.run_apart(*workers)

    assert suite.counts() == {"ERROR": 3}
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*no device started 3 times in a row: the rest was not tried*"])


def test_a_seed_makes_the_same_frames_and_another_one_others(suite: Suite) -> None:
    suite.scenarios(
        "real/test_endings.py",
        "from plumbline.scenario import connected, scenario\n"
        "@scenario('R-1')\n"
        "def test_it(dut, peer):\n"
        "    connected(dut, peer)\n",
    )
    hashes = []
    for seed in ("7", "7", "8"):
        suite.run("--device-seed", seed)
        hashes.append(suite.report()["real/endings/it"]["frames_sha256"])

    assert hashes[0] == hashes[1] != hashes[2]


def test_the_limits_that_a_scenario_asks_for_are_written_down_and_no_others(suite: Suite) -> None:
    suite.scenarios(
        "real/test_endings.py",
        "from plumbline.scenario import connected, scenario, takes\n"
        "@scenario('R-1')\n"
        "def test_none(dut, peer):\n"
        "    connected(dut, peer)\n"
        "@scenario('R-1')\n"
        "def test_one(dut):\n"
        "    assert dut.profile['mss'] == 1460\n"
        "@scenario('R-1')\n"
        "def test_more_than_there_is(dut):\n"
        "    takes(dut, 'pumps', 1000)\n"
        "@scenario('R-1')\n"
        "def test_more_than_the_arena(dut):\n"
        "    dut.tcp(rx=100_000_000)\n",
    )
    suite.run()

    report = {id_.rpartition("/")[2]: one for id_, one in suite.report().items()}
    assert {id_: (one["verdict"], one["limits"]) for id_, one in report.items()} == {
        "none": ("PASS", []),
        "one": ("PASS", ["mss"]),
        "more_than_there_is": ("UNSUPPORTED", ["pumps"]),
        "more_than_the_arena": ("UNSUPPORTED", ["arena_bytes", "tcp_sockets"]),
    }
    assert report["more_than_there_is"]["text"].startswith("takes pumps 1000, and there are ")


def test_that_a_device_which_was_stopped_takes_no_processor_is_an_error(suite: Suite) -> None:
    suite.scenarios(
        "real/test_endings.py",
        "import os, signal\n"
        "from plumbline.scenario import scenario\n"
        "@scenario('R-1', real_time=True)\n"
        "def test_it(bench, real_time):\n"
        "    os.kill(bench.device.pid, signal.SIGSTOP)\n"
        "    os.waitid(os.P_PID, bench.device.pid, os.WSTOPPED)\n"
        "    try:\n"
        "        assert real_time.processor_s() < 60\n"
        "    finally:\n"
        "        os.kill(bench.device.pid, signal.SIGCONT)\n",
    )
    suite.run()

    one = suite.report()["real/endings/it"]
    assert one["verdict"] == "ERROR"
    assert "processor time says nothing, it was stopped from outside" in one["text"]
