# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench with the real device: `make fw` builds it."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from host.tests.shutting import shut
from plumbline.bench import Bench, bounds
from plumbline.board import BenchSpec, NativeDevice, load_bench
from plumbline.errors import BenchError, Died, Judged, Leaked, Refused, Unexpected
from plumbline.events import Event, FrameEvent, Way
from plumbline.match import has_flags
from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP
from plumbline.report import frames_of
from plumbline.shell import Pattern, refused
from plumbline.shell.views import Check, WatchEvent
from plumbline.wire.addresses import mac_bytes

ROOT = Path(__file__).resolve().parents[3]
PORT = 7


@pytest.fixture(params=["native", "native-asan"])
def name(request: pytest.FixtureRequest) -> str:
    """Each bench that needs nothing of the machine."""
    value: str = request.param
    return value


@pytest.fixture
def bench(name: str) -> Iterator[Bench]:
    with Bench(load_bench(name, ROOT)) as bench:
        yield bench


# -- the two planes


def test_bytes_go_both_ways(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT).handshake()
    conn.send(TCP(flags="PA") / b"hello")
    assert sock.recv() == b"hello"

    sock.send(b"world")
    conn.expect(TCP(flags=has_flags("A")) / b"world")
    conn.send(TCP())
    conn.expect_nothing()
    bench.finish()


def test_the_device_connects_and_asks_for_the_address_first(bench: Bench) -> None:
    sock = bench.dut.tcp()
    sock.connect(bench.peer, 4000)
    conn = bench.peer.tcp(sport=4000).accept()

    assert sock.state().state == "ESTABLISHED"
    assert sock.state().remote.port == 4000
    assert conn.dport == sock.state().local.port
    bench.finish()


def test_a_refusal_has_its_name(bench: Bench) -> None:
    sock = bench.dut.tcp()

    with refused("state"):
        sock.send(b"x")
    with pytest.raises(Refused, match="no-such"):
        bench.dut.command("tcp close 9")


def test_the_pattern_is_the_devices_own(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT).handshake()
    conn.send_pattern(77, 3000, offset=1001)
    assert sock.recv_pattern(3000, seed=77, offset=1001) == Check(3000, 0)

    assert sock.send(Pattern(5, 3, 2000)) == 2000
    conn.receive_pattern(5, 2000, offset=3)


def test_a_stream_goes_through_an_echo(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    pump = bench.dut.pump_echo(sock)
    conn = bench.peer.tcp(PORT).handshake()
    conn.echo_pattern(1, 100_000)
    conn.close()

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad, done.end) == (100_000, 0, "eof")
    bench.finish()


def test_datagrams_go_both_ways(bench: Bench) -> None:
    udp = bench.dut.udp()
    udp.bind(53)
    end = bench.peer.udp(53)
    end.send(b"question")
    datagram = udp.recv()
    assert (datagram.data, datagram.from_.addr, datagram.from_.port) == (b"question", bench.peer.ip, end.sport)

    udp.send(bench.peer, end.sport, b"answer")
    end.expect(UDP(sport=53) / b"answer")
    bench.finish()


def test_all_else_is_the_peers_own(bench: Bench) -> None:
    bench.peer.send(ICMP(type=8, id=3, seq=4) / b"ping")
    bench.peer.expect(ICMP(type=0, id=3, seq=4) / b"ping")

    bench.wire.send(b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x09" + b"\x12\x34" + bytes(46))
    bench.peer.expect_nothing()


def test_two_peers_are_two_hosts(bench: Bench) -> None:
    sockets = [bench.dut.tcp(), bench.dut.tcp()]
    listener = bench.dut.listen(PORT)
    for sock in sockets:
        listener.lend(sock)
    one, other = (peer.tcp(PORT).handshake() for peer in bench.peers(2))
    other.send(TCP(flags="PA") / b"second")

    assert [sock.state().remote.addr for sock in sockets] == ["10.0.0.1", "10.0.0.3"]
    assert sockets[1].recv() == b"second"
    one.expect_nothing()


def test_a_watch_hears_of_what_came(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT).handshake()
    watch = bench.dut.watch(sock, "readable")
    assert watch.events() == []

    conn.send(TCP(flags="PA") / b"x")
    assert watch.events() == [WatchEvent("wake", 0, readable=True, writable=True)]


# -- order


def test_a_command_never_overtakes_a_frame(bench: Bench) -> None:
    udp = bench.dut.udp()
    udp.bind(53)
    end = bench.peer.udp(53)
    for number in range(300):
        end.send(number.to_bytes(2, "big"))
        assert udp.recv().data == number.to_bytes(2, "big")


def run_of(name: str, seed: int) -> list[Event]:
    """A little of everything; without fences, whose answers count how often the process really slept."""
    with Bench(load_bench(name, ROOT), seed=seed) as bench:
        sock = bench.dut.tcp()
        sock.connect(bench.peer, 4000)
        conn = bench.peer.tcp(sport=4000).accept()
        bench.dut.pump_source(sock, 1, 20_000)
        conn.receive_pattern(1, 20_000)
        bench.clock.advance(10_000)
        conn.send(TCP(flags="FA") / b"bye")
        bench.clock.advance(400_000)
        bench.finish()
        return [event for event in bench.events if not (isinstance(event, FrameEvent) and event.is_fence)]


def test_two_runs_give_the_same_events(name: str) -> None:
    assert run_of(name, seed=1) == run_of(name, seed=1)


def test_another_seed_gives_other_numbers(name: str) -> None:
    one, other = ([event.data for event in run_of(name, seed) if isinstance(event, FrameEvent)] for seed in (1, 2))

    assert one != other


# -- time


def test_an_address_is_asked_for_again_in_stack_time_on_a_long_way(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    sock.option(keepalive_ms=7_200_000)
    conn = bench.peer.tcp(PORT).handshake()
    start = bench.clock.now

    assert bench.clock.advance_to_frame(at_most_ms=8_000_000)
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt - 1))
    assert 7_200_000 <= bench.clock.now - start <= 7_201_000


def test_time_stands_still_between_advances_and_moves_exactly(bench: Bench) -> None:
    assert bench.clock.now == 0
    bench.clock.advance(12_345)
    assert bench.clock.now == 12_345
    bench.peer.send(ICMP())
    assert bench.clock.now == 12_345


def test_the_clock_can_start_just_before_it_wraps(name: str) -> None:
    with Bench(load_bench(name, ROOT), held_at_ms=2**32 - 1000) as bench:
        bench.clock.advance(3000)
        assert bench.clock.now == 2000
        bench.finish()


# -- polling by hand, faults, the cable


def test_by_hand_a_frame_waits_and_the_fence_does_not(bench: Bench) -> None:
    bench.dut.poll_by_hand()
    bench.peer.send(ARP())
    bench.peer.expect_nothing()
    assert bench.dut.waiting() == 1

    assert bench.dut.poll(frames=1).frames == 1
    bench.peer.expect(ARP(op=2))
    bench.finish()


def test_frames_are_lost_while_the_cable_is_out_and_come_again_after(bench: Bench) -> None:
    bench.peer.send(ARP())
    bench.peer.expect(ARP(op=2))
    bench.dut.cable(False)
    bench.clock.advance(bench.dut.profile["link_debounce_ms"])
    bench.peer.send(ICMP())
    bench.peer.expect_nothing()
    assert bench.dut.link()["up"] == 0

    bench.dut.cable(True)
    bench.clock.advance(bench.dut.profile["link_debounce_ms"])
    assert bench.dut.link()["up"] == 1
    bench.peer.frames()
    bench.peer.send(ICMP())
    bench.peer.expect(ICMP(type=0))
    bench.finish()


def test_a_cable_left_out_and_faults_left_on_are_put_right_at_the_end(bench: Bench) -> None:
    bench.dut.fault_rx_defer(True)
    bench.dut.fault_tx_full("all")
    bench.dut.poll_by_hand()
    bench.dut.cable(False)

    bench.finish()


# -- the end


def leave_it_open(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT).handshake()
    conn.send_pattern(1, 2000)
    sock.send(b"never acknowledged")
    bench.dut.watch(sock, "writable", again=True)
    bench.dut.pump_source(sock, 1, 100_000)
    udp = bench.dut.udp()
    udp.bind(53)
    udp.send("10.0.0.77", 9, b"to nobody")
    bench.peer.send(IP(flags="MF", id=7, proto=17) / bytes(16))
    bench.settle()


def test_what_a_scenario_leaves_open_is_given_back(bench: Bench) -> None:
    leave_it_open(bench)

    bench.finish()


def test_a_connection_in_time_wait_is_waited_for(bench: Bench) -> None:
    sock = bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT).handshake()
    sock.close()
    conn.accept_close()
    conn.close()
    assert sock.state().state == "TIME-WAIT"

    bench.finish()


def test_what_was_not_given_back_is_named(bench: Bench) -> None:
    bench.dut.command("tcp open 100 100")  # behind the bench's back

    with pytest.raises(Leaked, match="did not give back:\n(.*\n)*  tcp: 1 used, 0 before"):
        bench.finish()


def test_a_device_that_was_started_again_is_fresh(bench: Bench) -> None:
    leave_it_open(bench)
    bench.reset()

    assert bench.clock.now == 0
    assert bench.dut.tcp().handle == 1
    bench.peer.send(ICMP())
    bench.peer.expect(ICMP(type=0))
    bench.finish()


def process_of(bench: Bench) -> int:
    assert isinstance(bench.device, NativeDevice)
    return bench.device.pid


def test_an_example_begins_as_the_first_did_and_what_was_before_is_kept_apart(bench: Bench) -> None:
    def connect() -> list[bytes]:
        bench.dut.accept_on(PORT)
        bench.peer.tcp(PORT).handshake()
        bench.end_example()
        return [event.data for event in frames_of(bench.events)]

    first = connect()
    bench.begin_example()

    assert bench.earlier
    assert connect() == first


def test_a_leak_a_bad_frame_and_a_death_belong_to_the_example(bench: Bench) -> None:
    bench.dut.command("tcp open 100 100")
    with pytest.raises(Leaked, match="tcp: 1 used"):
        bench.end_example()

    bench.begin_example()
    ipv6 = bytes.fromhex("020000000001") + mac_bytes(bench.spec.mac) + bytes.fromhex("86dd") + bytes(46)
    bench.recorder.frame(Way.FROM_DUT, 0, ipv6, "a step", is_fence=False)
    with pytest.raises(Judged, match="EtherType 0x86dd"):
        bench.end_example()

    bench.begin_example()
    os.kill(process_of(bench), signal.SIGABRT)
    with pytest.raises(Died, match="SIGABRT"):
        bench.end_example()


def test_an_error_on_its_way_stands_at_the_end_of_an_example(bench: Bench) -> None:
    bench.dut.command("tcp open 100 100")
    with pytest.raises(KeyError):  # noqa: PT012 - as Hypothesis calls it
        try:
            raise KeyError
        finally:
            bench.end_example()


def test_after_close_there_is_no_process(name: str) -> None:
    with Bench(load_bench(name, ROOT)) as bench:
        pid = process_of(bench)

    assert not Path(f"/proc/{pid}").exists()


# -- whose fault


def works(name: str) -> bool:
    with Bench(load_bench(name, ROOT)) as bench:
        bench.peer.send(ICMP())
        bench.peer.expect(ICMP(type=0))
        bench.finish()
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killed_from_outside_is_the_benchs_fault(bench: Bench, number: signal.Signals) -> None:
    bench.settle()
    os.kill(process_of(bench), number)

    with pytest.raises(BenchError, match=number.name):
        bench.lines.fence()
    assert works(bench.spec.name)


def test_a_wire_closed_from_outside_is_the_benchs_fault(bench: Bench) -> None:
    bench.settle()
    shut(bench.device.wire)

    with pytest.raises(BenchError, match="wire"):
        bench.clock.advance(1)
    assert works(bench.spec.name)


def test_an_end_of_its_own_is_the_devices_fault(bench: Bench) -> None:
    bench.peer.send(ICMP())
    bench.peer.expect(ICMP())
    os.kill(process_of(bench), signal.SIGABRT)

    with pytest.raises(Died, match=r"died after frame \d+ \(test_native_bench.py:\d+ .*\): .*(SIGABRT|Sanitizer)"):
        bench.lines.fence()
    assert works(bench.spec.name)


def test_a_device_stopped_from_outside_is_the_benchs_fault(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FENCE_LOST_S", 0.1)
    monkeypatch.setattr(bounds, "ANSWER_S", 0.2)
    os.kill(process_of(bench), signal.SIGSTOP)

    with pytest.raises(BenchError, match="stopped from outside, by a signal"):
        bench.lines.fence()


Script = Callable[[str], Path]


@pytest.fixture
def checkout(tmp_path: Path) -> Script:
    """A checkout whose native image is a shell script."""

    def with_image(script: str) -> Path:
        for folder in ("benches", "boards"):
            target = tmp_path / "fixtures" / folder
            target.mkdir(parents=True)
            (target / "native.toml").write_text((ROOT / "fixtures" / folder / "native.toml").read_text())
        image = load_bench("native", tmp_path).board.image
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_text(f"#!/bin/sh\n{script}\n")
        image.chmod(0o755)
        return tmp_path

    return with_image


def test_a_device_outlives_the_thread_that_asked_for_it() -> None:
    with ThreadPoolExecutor() as pool:
        bench = pool.submit(Bench, load_bench("native", ROOT)).result()

    with bench:
        assert bench.dut.identity().profile == "native"
        bench.finish()


def test_a_device_that_hangs_ends_with_a_harness_that_is_killed() -> None:
    script = (
        "import os, pathlib, signal, sys; from plumbline.bench import Bench; from plumbline.board import load_bench\n"
        "bench = Bench(load_bench('native', pathlib.Path(sys.argv[1])))\n"
        "os.kill(bench.device.pid, signal.SIGSTOP); print(bench.device.pid, flush=True); signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, ROOT], stdout=subprocess.PIPE) as harness:
        assert harness.stdout is not None
        device = os.pidfd_open(int(harness.stdout.readline()))
        harness.kill()

    assert select.select([device], [], [], bounds.END_S)[0]
    os.close(device)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("while :; do :; done", "it spins"),
        ("exec sleep 60", "it waits for something else"),
        ("echo '==1==ERROR: AddressSanitizer: heap-use-after-free' >&2; exit 77", "heap-use-after-free"),
        ("exit 0", "exit status 0"),
    ],
)
def test_a_device_that_says_ready_and_no_more_has_died(
    checkout: Script, monkeypatch: pytest.MonkeyPatch, does: str, says: str
) -> None:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)
    monkeypatch.setattr(bounds, "FENCE_LOST_S", 0.2)
    monkeypatch.setattr(bounds, "ANSWER_S", 1.0)
    root = checkout(f"printf '!0 ready protocol=1\\r\\n' >&4; {does}")

    with pytest.raises(Died, match=says):
        Bench(load_bench("native", root))


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("exit 0", "does not start as a device does: ended by itself with exit status 0"),
        ("echo usage: me >&2; exit 1", "exit status 1\n  | usage: me"),
        ("echo hello >&4; read x <&4", "what its protocol does not know: 'hello'"),
    ],
)
def test_an_image_that_is_no_device_is_the_benchs_fault_and_named(
    checkout: Script, monkeypatch: pytest.MonkeyPatch, does: str, says: str
) -> None:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)

    with pytest.raises(BenchError, match=re.escape(says)) as error:
        Bench(load_bench("native", checkout(does)))
    assert "native/dut" in str(error.value)


def test_an_image_that_runs_and_says_nothing_is_the_benchs_fault_and_its_silence_is_told_whole(
    checkout: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)
    monkeypatch.setattr(bounds, "START_S", 1.6)
    monkeypatch.setattr(bounds, "ANSWER_S", 0.6)

    with pytest.raises(BenchError, match=r"native/dut does not start .* no answer to its start in 2 s, it waits"):
        Bench(load_bench("native", checkout("exec sleep 60")))


def test_a_device_that_begins_to_speak_and_falls_silent_has_died(
    checkout: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)
    monkeypatch.setattr(bounds, "START_S", 0.5)
    monkeypatch.setattr(bounds, "ANSWER_S", 0.5)

    with pytest.raises(Died, match="no answer to its start"):
        Bench(load_bench("native", checkout("printf '# plumbline dut\r\n' >&4; exec sleep 60")))


@pytest.mark.parametrize(
    ("moved", "says"),
    [
        (partial(replace, mac="02:00:00:00:00:0A"), "mac is 02:00:00:00:00:0a, the device says 02:00:00:00:00:02"),
        (partial(replace, address="10.0.0.3"), "address is 10.0.0.3, the device says 10.0.0.2"),
        (partial(replace, netmask="255.0.0.0"), "netmask is 255.0.0.0, the device says 255.255.255.0"),
        (partial(replace, gateway="0.0.0.0"), "gateway is 0.0.0.0, the device says 10.0.0.1"),
    ],
)
def test_a_device_elsewhere_than_its_bench_says_is_the_benchs_fault(
    moved: Callable[[BenchSpec], BenchSpec], says: str
) -> None:
    with pytest.raises(BenchError, match=re.escape(f"fixtures/benches/native.toml: device.{says}")) as error:
        Bench(moved(load_bench("native", ROOT)))
    assert str(error.value).count("the device says") == 1


def test_the_image_of_another_board_is_the_benchs_fault_though_its_file_does_not_say_so(tmp_path: Path) -> None:
    native, other, mute = load_bench("native", ROOT), load_bench("native-asan", ROOT), tmp_path / "dut"
    subprocess.run(["objcopy", "--remove-section", ".ax.image", other.board.image, mute], check=True)
    spec = replace(native, board=replace(native.board, image=mute))

    with pytest.raises(BenchError, match=r"fixtures/boards/native.toml: name is native, the device says native-asan"):
        Bench(spec)


def test_a_device_that_fails_a_check_before_its_first_word_has_died(
    checkout: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)

    with pytest.raises(Died, match="SIGABRT"):
        Bench(load_bench("native", checkout("kill -ABRT $$")))


def test_a_missing_image_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMB_IMAGES", str(tmp_path))
    with pytest.raises(BenchError, match="run `make fw BOARD=native`"):
        Bench(load_bench("native", ROOT))


def test_a_failed_expectation_shows_it_all(bench: Bench) -> None:
    bench.dut.accept_on(PORT)
    conn = bench.peer.tcp(PORT)
    conn.send(TCP(flags="S"))

    with pytest.raises(Unexpected) as failure:
        conn.expect(TCP(flags="RA"))

    text = str(failure.value)
    assert "! TCP.flags" in text
    assert f"listen open *:{PORT} reset" in text
    assert f"<-- TCP 10.0.0.2:{PORT} > 10.0.0.1:{conn.sport} [SA] seq=0 ack=1 " in text
