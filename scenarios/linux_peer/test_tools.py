# SPDX-License-Identifier: GPL-2.0-or-later
"""What people have at hand: curl, nc, iperf."""

import pytest

from plumbline.scenario import Dut, Linux, Pattern, scenario
from scenarios.linux_peer.loads import WINDOW, serves_nobody

ECHO, DISCARD, CHARGEN, HTTP = 7, 9, 19, 80
CURL = ("curl", "-q", "-sS", "-i")
TOTAL = 1 << 20


def bytes_moved(report: bytes) -> int:
    """By iperf's own account, in its comma-separated report."""
    return int(report.decode().split(",")[7])


@scenario("AX-TCP-25", needs={"namespaces", "curl"}, real_time=True)
@pytest.mark.parametrize("path", ["/", "/index.html?query"])
def test_curl_gets_the_page(dut: Dut, linux: Linux, path: str) -> None:
    server = dut.serve("http", HTTP)

    ran = linux.run(*CURL, f"http://{linux.device}{path}")

    head, _, page = ran.out.partition(b"\r\n\r\n")
    assert (ran.status, ran.err) == (0, "")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Length: {len(page)}\r\n".encode() in head
    assert b"<title>plumbline</title>" in page
    serves_nobody(linux, server)
    assert server.stats().broken == 0


@scenario("AX-TCP-25", "AX-TCP-27", needs={"namespaces", "curl"}, real_time=True)
@pytest.mark.parametrize(
    ("options", "path", "status"),
    [
        ([], "/nothing", b"404 Not Found"),
        (["-I"], "/", b"200 OK"),
        (["--data", "x" * 10_000], "/", b"405 Method Not Allowed"),
        (["-H", f"X: {'x' * 3_000}"], "/", b"431 Request Header Fields Too Large"),
    ],
    ids=["unknown", "head", "post", "too-long"],
)
def test_curl_is_told_what_there_is_not(dut: Dut, linux: Linux, options: list[str], path: str, status: bytes) -> None:
    server = dut.serve("http", HTTP)

    ran = linux.run(*CURL, *options, f"http://{linux.device}{path}")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(b"HTTP/1.1 " + status + b"\r\n")
    serves_nobody(linux, server)
    assert server.stats().broken == 0


@scenario("AX-LISTEN-6", needs={"namespaces", "curl"}, real_time=True)
def test_curl_gets_many_pages_at_once(dut: Dut, linux: Linux) -> None:
    server = dut.serve("http", HTTP, connections=4)

    ran = linux.run(*CURL, "--parallel", "--no-progress-meter", *[f"http://{linux.device}/"] * 8)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count(b"200 OK") == ran.out.count(b"</html>") == 8
    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (8, 0)


@scenario("AX-TCP-8", needs={"namespaces", "nc"}, real_time=True)
def test_nc_is_sent_back_what_it_sends(dut: Dut, linux: Linux) -> None:
    server = dut.serve("echo", ECHO, rx=WINDOW, tx=WINDOW)
    data = bytes(Pattern(3, 0, TOTAL))

    ran = linux.run("nc", "-N", linux.device, str(ECHO), stdin=data)

    assert (ran.status, ran.err, len(ran.out)) == (0, "", len(data))
    assert ran.out == data
    serves_nobody(linux, server)


@scenario("AX-UDP-2", needs={"namespaces", "nc"}, real_time=True)
def test_nc_is_sent_its_datagram_back(dut: Dut, linux: Linux) -> None:
    server = dut.serve_udp("echo", ECHO)

    ran = linux.run("nc", "-u", "-W", "1", linux.device, str(ECHO), stdin=b"a datagram")

    assert (ran.status, ran.out) == (0, b"a datagram")
    assert (server.stats().served, server.stats().rx_bytes, server.stats().tx_bytes) == (1, 10, 10)


@scenario("AX-TCP-8", needs={"namespaces", "iperf"}, real_time=True)
def test_iperf_sends_to_discard(dut: Dut, linux: Linux) -> None:
    server = dut.serve("discard", DISCARD, rx=WINDOW, tx=WINDOW)

    ran = linux.run("iperf", "-c", linux.device, "-p", str(DISCARD), "-n", str(TOTAL), "-y", "C")

    assert (ran.status, bytes_moved(ran.out)) == (0, TOTAL)
    serves_nobody(linux, server)
    assert (server.stats().rx_bytes, server.stats().broken) == (TOTAL, 0)


@scenario("AX-TCP-8", needs={"namespaces", "iperf"}, real_time=True)
def test_iperf_receives_from_chargen(dut: Dut, linux: Linux) -> None:
    server = dut.serve("chargen", CHARGEN, rx=WINDOW, tx=WINDOW)

    ran = linux.run("iperf", "-c", linux.device, "-p", str(CHARGEN), "-R", "-n", str(TOTAL), "-y", "C")

    assert ran.status == 0
    assert TOTAL <= bytes_moved(ran.out) <= server.stats().tx_bytes + server.stats().serving * 65_535
    serves_nobody(linux, server)
