# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.wire.fence import (
    FenceAnswer,
    decode_fence,
    decode_fence_answer,
    describe_fence,
    encode_fence,
    encode_fence_answer,
    is_fence,
)

DUT, BENCH = b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\xfe"
ANSWER = FenceAnswer(7, 1200, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)


def test_a_request_stands_on_the_wire_as_documented() -> None:
    frame = encode_fence(0x01020304, dst=DUT, src=BENCH)

    assert frame == (DUT + BENCH + bytes.fromhex("88b5 504c 01 01 01020304")).ljust(60, b"\0")
    assert decode_fence(frame) == 0x01020304


def test_an_answer_stands_on_the_wire_as_documented() -> None:
    frame = encode_fence_answer(ANSWER, dst=BENCH, src=DUT)

    assert frame[14:26] == bytes.fromhex("504c 01 02 00000007 000004b0")
    assert frame[62:] == bytes.fromhex("0000000b 0000000c")
    assert decode_fence_answer(frame) == ANSWER


def test_a_request_is_no_answer_and_an_answer_no_request() -> None:
    assert decode_fence_answer(encode_fence(1, dst=DUT, src=BENCH)) is None
    assert decode_fence(encode_fence_answer(ANSWER, dst=BENCH, src=DUT)) is None


def test_another_version_is_not_understood() -> None:
    frame = bytearray(encode_fence(1, dst=DUT, src=BENCH))
    frame[16] = 2

    assert is_fence(bytes(frame))
    assert decode_fence(bytes(frame)) is None
    assert "none" in describe_fence(bytes(frame))


def test_a_cut_answer_is_none() -> None:
    frame = encode_fence_answer(ANSWER, dst=BENCH, src=DUT)

    assert all(decode_fence_answer(frame[:length]) is None for length in range(70))
