# SPDX-License-Identifier: GPL-2.0-or-later
import random

import pytest

from plumbline.errors import HarnessError, Unexpected
from plumbline.shell.protocol import Aside, DutEvent, Echo, Fields, Garbage, Reply, ShellProtocol


@pytest.fixture
def shell() -> ShellProtocol:
    return ShellProtocol()


def test_requests_are_numbered(shell: ShellProtocol) -> None:
    assert shell.request("clock") == b"@1 clock\n"
    shell.feed(b"@1= ok\r\n")
    assert shell.request("clock") == b"@2 clock\n"


def test_a_reply_ends_at_its_status(shell: ShellProtocol) -> None:
    shell.request("tcp send 1 hex:00")

    (reply,) = shell.feed(b"@1= ok n=5 rest=a/b\r\n")

    assert reply == Reply("@1= ok n=5 rest=a/b", "tcp send 1 hex:00", "", "", Fields({"n": "5", "rest": "a/b"}))
    assert shell.busy is None


def test_a_refusal_has_a_name_and_a_text(shell: ShellProtocol) -> None:
    shell.request("tcp recv 1 100")

    (reply,) = shell.feed(b"@1= err bad-number at 1x\r\n")

    assert isinstance(reply, Reply)
    assert (reply.ok, reply.name, reply.text) == (False, "bad-number", "at 1x")


def test_data_comes_with_the_reply(shell: ShellProtocol) -> None:
    shell.request("profile")

    items = shell.feed(b"@1: name=mss value=1460\r\n@1: name=ttl value=255\r\n@1= ok\r\n")

    assert [type(item) for item in items] == [Aside, Aside, Reply]
    assert isinstance(items[2], Reply)
    assert [one.text("name") for one in items[2].data] == ["mss", "ttl"]


def test_an_event_between_the_lines_of_a_reply_is_not_part_of_it(shell: ShellProtocol) -> None:
    shell.request("profile")

    items = shell.feed(b"@1: name=mss value=1460\r\n!1200 wake watch=3 readable=1\r\n@1= ok\r\n")

    assert isinstance(items[1], DutEvent)
    assert (items[1].ms, items[1].kind, items[1].fields.number("watch")) == (1200, "wake", 3)
    assert isinstance(items[2], Reply)
    assert len(items[2].data) == 1


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_lines_may_come_in_pieces_and_end_either_way(shell: ShellProtocol, end: bytes) -> None:
    shell.request("clock")
    items = [item for byte in b"@1= ok now=7" + end for item in shell.feed(bytes([byte]))]

    assert [item.line for item in items] == ["@1= ok now=7"]


def test_the_banner_is_said_to_people(shell: ShellProtocol) -> None:
    assert shell.feed(b"# plumbline dut\r\n") == [Aside("# plumbline dut")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"hello", "neither"),
        (b"@2= ok", "not an answer"),
        (b"@1? ok", "not an answer"),
        (b"@1= maybe", "ends with ok or err"),
        (b"@1= ok n", "ends with ok or err"),
        (b"@1: name", "not key=value"),
        (b"@0= err too-long", "could not read"),
        (b"!now wake", "an event is"),
        (b"!12", "an event is"),
        (b"!12 wake 3", "an event is"),
        (b"x" * 501, "longer than 500"),
    ],
)
def test_what_the_protocol_does_not_allow_is_garbage_and_says_why(shell: ShellProtocol, line: bytes, why: str) -> None:
    shell.request("clock")

    (item,) = shell.feed(line + b"\r\n")

    assert isinstance(item, Garbage)
    assert why in item.why
    assert shell.busy == "clock"


@pytest.mark.parametrize("line", [b"> ", b"> clock", b"\x1b[K> clock@7 net"])
def test_what_stands_behind_the_prompt_is_an_echo(shell: ShellProtocol, line: bytes) -> None:
    shell.request("clock")

    (item,) = shell.feed(line + b"\r\n")

    assert isinstance(item, Echo)
    assert shell.busy == "clock"


def test_an_answer_to_nothing_is_garbage(shell: ShellProtocol) -> None:
    assert isinstance(shell.feed(b"@0= ok\r\n")[0], Garbage)
    assert isinstance(shell.feed(b"@1= ok\r\n")[0], Garbage)


def test_a_line_without_an_end_does_not_fill_the_memory(shell: ShellProtocol) -> None:
    items = [item for _ in range(10) for item in shell.feed(b"y" * 300)]

    assert all(isinstance(item, Garbage) for item in items)
    assert len(items) == 5


def test_hostile_bytes_never_raise(shell: ShellProtocol) -> None:
    rng = random.Random(1)
    alphabet = b"@!#=: 0123456789okerrn\r\n\x00\xff\x80"
    shell.request("clock")
    for _ in range(3000):
        if shell.busy is None:
            shell.request("clock")
        shell.feed(bytes(rng.choice(alphabet) for _ in range(rng.randrange(30))))


@pytest.mark.parametrize("command", ["two\nlines", "tab\t", "é", "x" * 500])
def test_a_command_that_is_no_line_is_our_mistake(shell: ShellProtocol, command: str) -> None:
    with pytest.raises(HarnessError):
        shell.request(command)
    assert shell.busy is None


def test_one_request_at_a_time(shell: ShellProtocol) -> None:
    shell.request("clock")
    with pytest.raises(HarnessError, match="under way"):
        shell.request("clock")


def test_a_missing_or_strange_field_is_the_devices_mistake() -> None:
    fields = Fields({"n": "five", "hex": "0x10"})

    assert fields.number("hex") == 16
    with pytest.raises(Unexpected, match="no number"):
        fields.number("n")
    with pytest.raises(Unexpected, match="has no len="):
        fields.number("len")


def test_requests_behind_one_that_is_under_way_are_answered_in_turn(shell: ShellProtocol) -> None:
    shell.request("first")
    shell.request_behind("second")

    replies = shell.feed(b"@1: a=1\r\n@1= ok\r\n@2: b=2\r\n@2= err no-such\r\n")

    ended = [item for item in replies if isinstance(item, Reply)]
    assert [(reply.command, reply.name, [dict(one.values) for one in reply.data]) for reply in ended] == [
        ("first", "", [{"a": "1"}]),
        ("second", "no-such", [{"b": "2"}]),
    ]
    assert shell.busy is None


def test_the_second_is_not_answered_before_the_first(shell: ShellProtocol) -> None:
    shell.request("first")
    shell.request_behind("second")

    assert isinstance(shell.feed(b"@2= ok\r\n")[0], Garbage)
