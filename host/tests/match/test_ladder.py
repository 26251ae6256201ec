# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way
from plumbline.match.ladder import recent
from plumbline.match.layers import IP, TCP, Ether, Packet


def to_dut(number: int, segment: Packet, ms: int = 0) -> FrameEvent:
    return FrameEvent(
        number,
        Way.TO_DUT,
        ms,
        bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="10.0.0.1", dst="10.0.0.2") / segment),
        "",
    )


def from_dut(number: int, segment: Packet, ms: int = 0) -> FrameEvent:
    return FrameEvent(
        number,
        Way.FROM_DUT,
        ms,
        bytes(Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / segment),
        "",
    )


SYN = TCP(sport=4001, dport=7, flags="S", seq=1000, window=100)
SYN_ACK = TCP(sport=7, dport=4001, flags="SA", seq=0xFFFFFFFF, ack=1001, window=200)
ACK = TCP(sport=4001, dport=7, flags="A", seq=1001, ack=0, window=100)


def test_it_says_who_sent_what_when_with_numbers_counted_from_each_isn() -> None:
    events: list[Event] = [
        ShellEvent(Way.TO_DUT, 0, "@1 listen open *:7 reset"),
        ShellEvent(Way.FROM_DUT, 0, "@1= ok listener=1"),
        to_dut(1, SYN),
        FrameEvent(2, Way.TO_DUT, 0, bytes(60), "", is_fence=True),
        from_dut(3, SYN_ACK),
        to_dut(4, ACK, ms=1250),
        ShellEvent(Way.FROM_DUT, 1250, "!1250 wake watch=1 sock=1 readable=0 writable=1 released=0"),
        NoteEvent(1250, "the cable is put out"),
    ]

    assert recent(events).splitlines() == [
        "frame  stack time  peer / dut",
        "             0 ms   $  @1 listen open *:7 reset",
        "    1        0 ms  --> TCP 10.0.0.1:4001 > 10.0.0.2:7 [S] seq=0 win=100 len=0",
        "    3        0 ms  <-- TCP 10.0.0.2:7 > 10.0.0.1:4001 [SA] seq=0 ack=1 win=200 len=0",
        "    4     1250 ms  --> TCP 10.0.0.1:4001 > 10.0.0.2:7 [A] seq=1 ack=1 win=100 len=0",
        "          1250 ms   $  !1250 wake watch=1 sock=1 readable=0 writable=1 released=0",
        "          1250 ms   #  the cable is put out",
    ]


def test_only_the_last_rungs_are_shown_and_still_count_from_the_isn() -> None:
    events = [to_dut(1, SYN), from_dut(2, SYN_ACK), *(to_dut(number, ACK) for number in range(3, 30))]
    shown = recent(events, rungs=3).splitlines()

    assert len(shown) == 5
    assert "26 before" in shown[1]
    assert "seq=1 ack=1 " in shown[-1]


def test_ports_used_again_count_from_their_new_isn() -> None:
    again = TCP(sport=4001, dport=7, flags="S", seq=77)

    assert "[S] seq=0 " in recent([to_dut(1, SYN), to_dut(2, again)]).splitlines()[2]


def test_a_long_command_is_cut() -> None:
    assert len(recent([ShellEvent(Way.TO_DUT, 0, "x" * 400)]).splitlines()[1]) < 130
