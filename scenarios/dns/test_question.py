# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked, by whom it cannot be guessed, and what is not asked at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.dns import DNS

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario, takes
from scenarios.dns.server import ADDR, NAME, octets, serving

LONGEST = ".".join(["a" * 63] * 3 + ["b" * 61])  # 253 octets
NAMES = ["a", "A-1.Example", "_x.example", "1.2.3.x", "1a", "256.0.0.0.example", "a" * 63 + ".example", LONGEST]
ADDRESSES = ["10.0.0.7", "0.0.0.0", "255.255.255.255", "192.0.2.1"]
NO_NAMES: dict[str, bytes | str] = {
    "empty": b"", "dot": b".", "two dots": b"a..b", "dot in front": b".a", "dots at the end": b"a..",
    "64 octets": b"a" * 64 + b".example", "254 octets": LONGEST + "b", "255 octets": LONGEST + "bc",
    "400 octets": ".".join(["a" * 49] * 8), "400 in one": "a" * 400, "space": b"a b", "control": b"a\nb",
    "high": b"b\xfccher.example", "slash": b"a/b", "colon": b"host.example:53", "star": b"*.example",
    "number": b"10", "number at the end": b"a.10", "three numbers": b"10.0.7", "five numbers": b"10.0.0.0.7",
    "too large": b"10.0.0.256", "octal": b"10.0.0.07", "number and dot": b"10.0.0.7.",
}  # fmt: skip


@scenario("AX-DNS-1")
def test_it_is_one_question_that_wants_recursion(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)

    dut.futures.dns(NAME)

    question = server.expect()
    message = DNS(question.message)
    assert (message.qr, message.opcode, message.aa, message.tc, message.rd, message.z) == (0, 0, 0, 0, 1, 0)
    assert (message.qdcount, message.ancount, message.nscount, message.arcount) == (1, 0, 0, 0)
    assert question.section == octets(NAME) + b"\0\x01\0\x01"
    assert (question.source, question.destination) == ("10.0.0.2", peer.ip)


@pytest.mark.parametrize("name", NAMES)
@scenario("AX-DNS-1", "AX-DNS-7")
def test_a_name_is_asked_for_as_it_stands(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, name: str) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(name)

    server.answer(server.expect())

    assert future.outcome().addr == ADDR


@scenario("AX-DNS-1")
def test_a_dot_at_the_end_is_not_asked(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)

    dut.futures.dns(NAME + ".")

    assert server.expect().section.startswith(octets(NAME))


@scenario("AX-DNS-1", "AX-BENCH-5", "AX-BENCH-6")
def test_ids_and_ports_are_drawn_by_the_seed(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, restart: Callable[..., None]
) -> None:
    def drawn(seed: int) -> list[tuple[int, int]]:
        restart(seed=seed)
        server = serving(dut, peer, wire, clock)
        drawn = []
        for number in range(8):
            future = dut.futures.dns(f"h{number}.example")
            question = server.expect()
            drawn.append((question.id, question.sport))
            future.withdraw()
        return drawn

    first, again, other = drawn(1), drawn(1), drawn(2)

    assert first == again
    ids, ports = zip(*first, *other, strict=True)
    assert (len(set(ids)), len(set(ports))) == (16, 16)
    assert max(ids) - min(ids) > 0x4000
    assert max(ports) - min(ports) > 0x1000
    assert min(ports) >= 49152


@pytest.mark.parametrize("addr", ADDRESSES)
@scenario("AX-DNS-7")
def test_an_address_is_its_own_answer(dut: Dut, wire: Wire, addr: str) -> None:
    takes(dut, "dns_names", 1)

    future = dut.futures.dns(addr)

    ended = future.outcome()
    assert (ended.result, ended.addr) == (0, addr)
    assert (wire.frames(), dut.mem().levels["names"]) == ([], 0)


@pytest.mark.parametrize("case", NO_NAMES)
@scenario("AX-DNS-7")
def test_what_is_no_name_is_refused_at_the_call(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    serving(dut, peer, wire, clock)

    future = dut.futures.dns(NO_NAMES[case])

    assert future.outcome().result == "arg"
    assert (wire.frames(), dut.mem().levels["names"]) == ([], 0)


@scenario("AX-DNS-9")
def test_without_a_server_nobody_is_asked(dut: Dut, wire: Wire) -> None:
    takes(dut, "dns_names", 1)

    future = dut.futures.dns(NAME)

    assert (future.outcome().result, wire.frames()) == ("unreachable", [])
