# SPDX-License-Identifier: GPL-2.0-or-later
"""The device's servers as they are for years: resets, more peers than places, and every socket comes back."""

from plumbline.scenario import Dut, Linux, scenario
from scenarios.linux_peer.loads import serves_nobody

ECHO, DISCARD, CHARGEN = 7, 9, 19
TOTAL = 100_000


def rows(length: int) -> bytes:
    """What chargen sends (RFC 864): rows of 72 of the 95 printable characters, each beginning one later."""
    ring = bytes(range(ord(" "), ord("~") + 1)) * 2
    period = b"".join(ring[first : first + 72] + b"\r\n" for first in range(95))
    return (period * (length // len(period) + 1))[:length]


@scenario("AX-TCP-8", needs={"namespaces"}, real_time=True)
def test_chargen_sends_rows_until_it_is_reset(dut: Dut, linux: Linux) -> None:
    server = dut.serve("chargen", CHARGEN, connections=3)

    fetched = [linux.open(CHARGEN, takes=length) for length in (1, 74, TOTAL)]
    linux.wait(*fetched)

    for exchange, length in zip(fetched, (1, 74, TOTAL), strict=True):
        exchange.expect(rows(length))
    serves_nobody(linux, server)
    assert server.stats().broken == 3


@scenario("AX-TCP-26", needs={"namespaces"}, real_time=True)
def test_discard_takes_all_and_says_nothing(dut: Dut, linux: Linux) -> None:
    server = dut.serve("discard", DISCARD, connections=3)

    sent = [linux.open(DISCARD, bytes(TOTAL)) for _ in range(3)]
    linux.wait(*sent)

    for exchange in sent:
        exchange.expect(b"")
    serves_nobody(linux, server)
    assert (server.stats().rx_bytes, server.stats().tx_bytes, server.stats().broken) == (3 * TOTAL, 0, 0)


@scenario("AX-LISTEN-6", needs={"namespaces"}, real_time=True)
def test_more_peers_than_places_are_served_in_turn(dut: Dut, linux: Linux) -> None:
    server = dut.serve("echo", ECHO, connections=1)

    echoes = [linux.open(ECHO, b"it is my turn") for _ in range(2)]
    linux.wait(*echoes)

    for echo in echoes:
        echo.expect(b"it is my turn")
    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (2, 0)


@scenario("AX-TCP-31", needs={"namespaces"}, real_time=True)
def test_a_place_comes_back_however_its_connection_ends(dut: Dut, linux: Linux) -> None:
    server = dut.serve("chargen", CHARGEN, connections=2)

    for round_ in range(1, 6):
        few, many = linux.open(CHARGEN, takes=round_), linux.open(CHARGEN, takes=TOTAL)
        linux.wait(few, many)
        few.expect(rows(round_))
        many.expect(rows(TOTAL))
        serves_nobody(linux, server)

    assert (server.stats().served, server.stats().broken) == (10, 10)
