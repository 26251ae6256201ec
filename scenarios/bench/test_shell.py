# SPDX-License-Identifier: GPL-2.0-or-later
"""The control shell: what it does not understand gets an error that names the token, and changes nothing."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, Refused, connected, reach, scenario

# A command, the error it gets, and what its text must name.
WRONG = {
    "unknown command": ("frobnicate 1", "unknown-command", "frobnicate"),
    "unknown word": ("tcp frobnicate 1", "unknown-command", "frobnicate"),
    "too few words": ("tcp open 10", "usage", "tcp open"),
    "too many words": ("tcp open 10 10 through=core 10", "usage", "tcp open"),
    "no number": ("tcp open ten 10", "bad-number", "ten"),
    "negative": ("tcp open -1 10", "bad-number", "-1"),
    "beyond 32 bits": ("tcp open 4294967296 10", "bad-number", "4294967296"),
    "larger than the arena": ("tcp open 4294967295 4294967295", "out-of-room", ""),
    "size of nothing": ("tcp open 0 10", "bad-number", "0"),
    "no such socket": ("tcp close 99", "no-such", "99"),
    "no address": ("tcp connect 1 10.0.0:9", "bad-address", "10.0.0:9"),
    "address out of range": ("tcp connect 1 10.0.0.256:9", "bad-address", "10.0.0.256"),
    "port out of range": ("tcp connect 1 10.0.0.1:65536", "bad-address", "65536"),
    "no data": ("tcp send 1 hello", "bad-data", "hello"),
    "half an octet": ("tcp send 1 hex:abc", "bad-data", "hex:abc"),
    "unknown option": ("tcp option 1 colour=1", "usage", "colour"),
    "unknown policy": ("listen open *:9 perhaps", "usage", "perhaps"),
    "unknown interest": ("watch tcp 1 soon", "usage", "soon"),
    "advance too far": ("clock advance 2147483648", "", "2147483648"),
}


@scenario("AX-BENCH-11")
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_command_is_refused_by_name_and_changes_nothing(dut: Dut, peer: Peer, what: str) -> None:
    command, name, token = WRONG[what]
    reached = reach(dut, peer, "ESTABLISHED")
    before = reached.sock.state(), dut.mem().levels

    with pytest.raises(Refused) as refusal:
        dut.command(command)

    assert refusal.value.name == name or not name
    assert token in refusal.value.text
    assert (reached.sock.state(), dut.mem().levels) == before
    reached.conn.expect_nothing()


@scenario("AX-BENCH-12")
def test_events_stand_between_lines_and_replies_are_whole(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable", again=True) for _ in range(4)]

    for number in range(20):
        conn.send(bytes([number]) * 10)
        assert sock.recv() == bytes([number]) * 10

    for watch in watches:
        assert len([event for event in watch.events() if event.readable]) == 20


@scenario("AX-BENCH-12")
def test_a_long_reply_is_cut_to_the_line(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    conn.send(b"x" * 1000)

    pieces = [sock.recv(1000) for _ in range(5)]

    assert b"".join(pieces) == b"x" * 1000
    assert max(len(piece) for piece in pieces) <= 200
