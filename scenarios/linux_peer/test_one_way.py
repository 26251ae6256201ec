# SPDX-License-Identifier: GPL-2.0-or-later
"""One way at a time, with sockets of all sizes."""

import pytest

from plumbline.scenario import Dut, Linux, scenario
from scenarios.linux_peer.loads import CLEAN, LONG, WINDOW, Frames, Load

PORT = 5000
RINGS = (WINDOW, 4096, 1460, 700)  # a window of six segments, of parts of them, of one, and of half a one


@scenario("AX-TCP-6", "AX-TCP-8", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize("load", [CLEAN, *LONG])
def test_the_device_receives_what_linux_sends(dut: Dut, linux: Linux, load: Load) -> None:
    parts = load.parts()
    socks = [dut.accept_on(PORT + number, rx=RINGS[number]) for number in load.numbers]
    sinks = [dut.pump_sink(sock, seed) for seed, sock in enumerate(socks)]
    frames = Frames(dut, linux)
    load.impair(linux)

    sent = [linux.open(PORT + number, part) for number, part in enumerate(parts)]
    linux.until(lambda: all(sink.done() for sink in sinks), within_s=load.within_s)

    for sink in sinks:
        done = sink.done()
        assert done is not None
        assert (done.bytes, done.bad, done.end) == (load.each, 0, "eof")
    for sock in socks:
        sock.close()
    linux.wait(*sent, within_s=load.within_s)
    load.check(linux)
    frames.are_accounted_for()


@scenario("AX-TCP-8", "AX-TCP-25", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize("load", [CLEAN, *LONG])
def test_linux_receives_what_the_device_sends(dut: Dut, linux: Linux, load: Load) -> None:
    socks = [dut.accept_on(PORT + number, tx=RINGS[number]) for number in load.numbers]
    sources = [dut.pump_source(sock, seed, load.each) for seed, sock in enumerate(socks)]
    frames = Frames(dut, linux)
    load.impair(linux)

    received = [linux.open(PORT + number) for number in load.numbers]
    linux.until(lambda: all(source.done() for source in sources), within_s=load.within_s)
    for sock in socks:
        sock.close()
    linux.wait(*received, within_s=load.within_s)

    for exchange, part in zip(received, load.parts(), strict=True):
        exchange.expect(part)
    load.check(linux)
    frames.are_accounted_for()
