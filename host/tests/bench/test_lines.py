# SPDX-License-Identifier: GPL-2.0-or-later
"""Order between wire and shell, and what becomes of a device that does not keep its side, on a fake device."""

from collections.abc import Iterator

import pytest

from host.tests.fake_device import MAC, FakeDevice
from plumbline.bench import Recorder, bounds
from plumbline.bench.lines import Lines
from plumbline.board.ending import By, Ending
from plumbline.board.process import Activity
from plumbline.errors import BenchError, Died, HarnessError, Refused, Unexpected
from plumbline.events import FrameEvent, ShellEvent, Way
from plumbline.wire.decode import Frame
from plumbline.wire.fence import FenceAnswer, encode_fence_answer

ONE, TWO = (bytes([number]) * 60 for number in (1, 2))


@pytest.fixture
def device() -> Iterator[FakeDevice]:
    device = FakeDevice()
    yield device
    device.close()


@pytest.fixture
def lines(device: FakeDevice) -> Lines:
    return Lines(device, MAC, Recorder())


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench that gives up soon: for devices that will not answer."""
    monkeypatch.setattr(bounds, "ANSWER_S", 0.05)
    monkeypatch.setattr(bounds, "FENCE_LOST_S", 0.05)
    monkeypatch.setattr(bounds, "START_S", 0.05)


def frames(lines: Lines) -> list[tuple[Way, bytes]]:
    return [
        (event.way, event.data)
        for event in lines.recorder.events
        if isinstance(event, FrameEvent) and not event.is_fence
    ]


def test_a_command_does_not_overtake_a_frame(device: FakeDevice, lines: Lines) -> None:
    for number in range(200):
        frame = number.to_bytes(60, "big")
        lines.send(frame)
        lines.command("clock")
        assert device.heard[-2:] == [frame, "clock"]


def test_a_frame_does_not_overtake_what_a_command_caused(device: FakeDevice, lines: Lines) -> None:
    device.replies["go"] = ["= ok"]
    device.on_frame = lambda frame: [frame[::-1]]
    lines.command("go")
    device.send(TWO)
    lines.send(ONE)
    lines.settle()

    assert frames(lines) == [(Way.FROM_DUT, TWO), (Way.TO_DUT, ONE), (Way.FROM_DUT, ONE)]


def test_each_answer_stands_behind_what_caused_it(device: FakeDevice, lines: Lines) -> None:
    device.on_frame = lambda frame: [frame + b"a", frame + b"b"]
    lines.send(ONE)
    lines.send(TWO)
    lines.settle()

    assert [data for _, data in frames(lines)] == [ONE, ONE + b"a", ONE + b"b", TWO, TWO + b"a", TWO + b"b"]


def test_settling_again_costs_nothing(lines: Lines) -> None:
    lines.settle()
    count = lines.frame_count
    lines.settle()

    assert lines.frame_count == count


def test_a_command_that_only_looks_needs_no_fence(lines: Lines) -> None:
    lines.settle()
    count = lines.frame_count
    lines.command("clock", changes=False)
    lines.settle()

    assert lines.frame_count == count


def test_what_a_listener_posts_is_sent_and_answered_before_the_bench_is_settled(
    device: FakeDevice, lines: Lines
) -> None:
    device.on_frame = lambda frame: [TWO] if frame == ONE else []
    lines.subscribe(lambda _, frame: lines.post(b"answer" + frame.data))
    lines.send(ONE)
    lines.settle()

    assert device.heard == [ONE, b"answer" + TWO]


def test_a_listener_that_sends_is_told_to_post(device: FakeDevice, lines: Lines) -> None:
    device.on_frame = lambda _: [TWO]

    def listener(_event: FrameEvent, _frame: Frame) -> None:
        lines.send(ONE)

    lines.subscribe(listener)
    lines.send(ONE)
    with pytest.raises(HarnessError, match="posts"):
        lines.settle()


def test_peers_and_a_device_that_answer_each_other_for_ever_are_stopped(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "ROUNDS_PER_SETTLE", 50)
    device.on_frame = lambda _: [TWO]
    lines.subscribe(lambda _, frame: lines.post(frame.data))
    lines.send(ONE)

    with pytest.raises(Unexpected, match="do not come to rest"):
        lines.settle()


def test_a_device_that_never_stops_sending_is_stopped(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "FRAMES_PER_FENCE", 20)
    device.on_frame = lambda _: [TWO] * 100
    lines.send(ONE)

    with pytest.raises(Unexpected, match="20 frames came"):
        lines.settle()


@pytest.mark.parametrize(
    ("named", "sender", "error"),
    [("unix:/tmp/wire", ONE[6:12], BenchError), ("unix:/tmp/wire", MAC, Unexpected), ("", ONE[6:12], Unexpected)],
    ids=["a stranger's", "the board's among them", "the harness's own wire"],
)
def test_a_flood_of_none_but_strangers_on_a_wire_that_a_person_chose_is_the_benchs(
    device: FakeDevice, monkeypatch: pytest.MonkeyPatch, named: str, sender: bytes, error: type[Exception]
) -> None:
    monkeypatch.setattr(bounds, "FRAMES_PER_FENCE", 20)
    device.wire.named = named
    lines = Lines(device, MAC, Recorder())
    for number in range(20):
        device.send(ONE if number else TWO[:6] + sender + TWO[12:])

    with pytest.raises(error, match="20 frames came of one thing") as raised:
        lines.settle()

    assert (error is BenchError) == (f"its wire {named}, `net` in the rig file" in str(raised.value))


@pytest.mark.parametrize(
    ("named", "sender", "told"),
    [
        ("enx0", ONE[6:12], "a frame came from {}: see what else is on its wire enx0, `net` in the rig file"),
        ("enx0", MAC, ""),
        ("", ONE[6:12], ""),
    ],
    ids=["a stranger's", "the board's", "the harness's own wire"],
)
def test_a_frame_of_a_strangers_is_a_trouble_of_the_wires(
    device: FakeDevice, named: str, sender: bytes, told: str
) -> None:
    device.wire.named = named
    lines = Lines(device, MAC, Recorder())
    device.send(TWO[:6] + sender + TWO[12:])

    lines.settle()

    assert lines.trouble() == told.format(sender.hex(":"))


def test_frames_have_the_time_of_the_stack_clock(device: FakeDevice, lines: Lines) -> None:
    device.replies["clock advance 1250 sent"] = ["= ok now=1250 held=1 next=none moved=1250 deadlines=1 sent=1"]
    lines.settle()
    device.now = 1250
    view = lines.advance_to_frame(1250)
    lines.send(ONE)

    assert view.moved == 1250
    sent = lines.recorder.events[-1]
    assert isinstance(sent, FrameEvent)
    assert sent.ms == 1250


def test_frames_carry_the_step_that_caused_them(device: FakeDevice, lines: Lines) -> None:
    device.on_frame = lambda _: [TWO]
    lines.send(ONE)  # this line
    lines.settle()

    steps = {
        event.step for event in lines.recorder.events if isinstance(event, FrameEvent) and event.data in (ONE, TWO)
    }
    assert len(steps) == 1
    assert steps.pop().endswith("lines.send(ONE)  # this line")


def test_the_transcript_holds_every_line_both_ways(device: FakeDevice, lines: Lines) -> None:
    device.replies["profile"] = [": name=mss value=1460", "!7 wake watch=1", "= ok"]
    lines.command("profile")

    said = [(event.way, event.line) for event in lines.recorder.events if isinstance(event, ShellEvent)]
    assert said == [
        (Way.FROM_DUT, "!0 ready protocol=1"),
        (Way.TO_DUT, "@1 profile"),
        (Way.FROM_DUT, "@1: name=mss value=1460"),
        (Way.FROM_DUT, "!7 wake watch=1"),
        (Way.FROM_DUT, "@1= ok"),
    ]


def test_events_said_after_a_reply_are_there_once_settled(device: FakeDevice, lines: Lines) -> None:
    device.replies["go"] = ["= ok", "!3 released sock=1"]
    lines.command("go")
    lines.settle()

    assert [event.kind for event in lines.dut_events] == ["ready", "released"]


def test_what_is_said_behind_a_reply_stands_at_the_end_of_the_turn_however_it_came(
    device: FakeDevice, lines: Lines
) -> None:
    device.replies["go"] = ["= ok\r\n!3 released sock=1"]  # one write, so one read
    lines.settle()
    device.send(TWO)
    lines.command("go")
    lines.settle()

    last = [event for event in lines.recorder.events if not (isinstance(event, FrameEvent) and event.is_fence)][-3:]
    assert [event.line if isinstance(event, ShellEvent) else "frame" for event in last] == [
        "@1= ok", "frame", "!3 released sock=1",
    ]  # fmt: skip


def test_a_refusal_is_raised_by_name(lines: Lines) -> None:
    with pytest.raises(Refused) as refusal:
        lines.command("nonsense")

    assert refusal.value.name == "unknown-command"


def test_a_line_the_protocol_does_not_know_is_the_devices_mistake(device: FakeDevice, lines: Lines) -> None:
    device.replies["go"] = ["Segmentation \xff", "= ok"]

    with pytest.raises(Unexpected, match="does not know: 'Segmentation"):
        lines.command("go")


def test_an_echo_on_a_line_that_other_programs_can_open_is_the_benchs(device: FakeDevice, lines: Lines) -> None:
    device.replies["go"] = ["> typed", "= ok"]
    device.shell.shared_name = "/dev/ttyACM0"

    with pytest.raises(BenchError, match="another program writes on /dev/ttyACM0: the device shows '> typed'"):
        lines.command("go")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("reply", [["@7= ok", "= ok"], [": half=1"]], ids=["answers others", "is overheard"])
def test_what_another_program_on_the_line_explains_is_the_benchs(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch, reply: list[str]
) -> None:
    device.replies["go"] = reply
    device.shell.shared_name = "/dev/ttyACM0"
    monkeypatch.setattr(device.shell, "others", lambda: ["minicom (12)"])

    with pytest.raises(BenchError, match=r"another program has /dev/ttyACM0 open: close minicom \(12\)"):
        lines.command("go")


@pytest.mark.parametrize(("name", "said"), [("", "> typed"), ("/dev/ttyACM0", "typed"), ("/dev/ttyACM0", ">typed")])
def test_what_no_other_program_typed_is_the_devices(device: FakeDevice, lines: Lines, name: str, said: str) -> None:
    device.replies["go"] = [said, "= ok"]
    device.shell.shared_name = name

    with pytest.raises(Unexpected, match="does not know: '>? ?typed"):
        lines.command("go")


def test_what_the_device_said_before_it_answered_a_fence_is_heard_however_slow_its_line_is(
    device: FakeDevice, lines: Lines
) -> None:
    lines.settle()
    device.late = ["!0 deadline watch=1", "!0 deadline watch=2"]

    lines.fence()

    assert [event.fields.text("watch") for event in lines.dut_events[-2:]] == ["1", "2"]


@pytest.mark.usefixtures("hasty")
def test_a_line_that_was_said_and_never_comes_is_no_silence_of_the_wire(device: FakeDevice, lines: Lines) -> None:
    device.said = 1

    with pytest.raises(Died, match="no answer to line 1 of its shell"):
        lines.fence()


@pytest.mark.usefixtures("hasty")
def test_a_lost_fence_is_sent_again(device: FakeDevice, lines: Lines) -> None:
    device.fences_to_lose = 1

    lines.fence()

    fences = [event for event in lines.recorder.events if isinstance(event, FrameEvent) and event.way is Way.TO_DUT]
    assert len(fences) == 2


def test_a_fence_is_not_answered_by_the_answer_to_another(device: FakeDevice, lines: Lines) -> None:
    lines.fence()
    late = encode_fence_answer(FenceAnswer(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), dst=bytes(6), src=MAC)
    device.on_frame = lambda _: [late, TWO]
    lines.send(ONE)
    lines.settle()

    assert frames(lines) == [(Way.TO_DUT, ONE), (Way.FROM_DUT, TWO)]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("after", "error", "says"),
    [
        (Activity("R", 5.0), Died, "it spins"),
        (Activity("S", 0.0), Died, "it waits for something else"),
        (Activity("T", 0.0), BenchError, "stopped from outside"),
        (Activity("R", 0.0), BenchError, "no processor time"),
    ],
)
def test_a_fence_without_an_answer_tells_a_dead_device_from_a_bad_bench(
    device: FakeDevice, lines: Lines, after: Activity, error: type[Exception], says: str
) -> None:
    lines.send(ONE)
    device.fences_to_lose = 100
    device.activities = [Activity("S", 0.0), after]

    with pytest.raises(error, match=says):
        lines.settle()


@pytest.mark.usefixtures("hasty")
def test_a_fence_that_somebodys_debugger_keeps_from_its_answer_is_not_the_devices(
    device: FakeDevice, lines: Lines
) -> None:
    device.debugged = "its core is halted"
    lines.send(ONE)
    device.fences_to_lose = 100

    with pytest.raises(BenchError, match=r"no answer to fence \d+, and its core is halted"):
        lines.settle()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("state", ["T", "R"])
def test_of_a_process_that_stands_still_no_probe_is_asked(device: FakeDevice, lines: Lines, state: str) -> None:
    device.debugged = "its probe was asked"
    device.activities = [Activity("S", 0.0), Activity(state, 0.0)]
    lines.send(ONE)
    device.fences_to_lose = 100

    with pytest.raises(BenchError, match=r"stopped from outside|no processor time"):
        lines.settle()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("has_link", "error", "says"), [(True, Died, "it waits"), (False, BenchError, "has no link")])
def test_a_fence_without_an_answer_tells_a_dead_device_from_a_cable_that_was_pulled(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch, has_link: bool, error: type[Exception], says: str
) -> None:
    monkeypatch.setattr(device.wire, "interface", "enx0")
    monkeypatch.setattr(device.wire, "wait_for_link", lambda *, within_s: has_link)
    lines.send(ONE)
    device.fences_to_lose = 100

    with pytest.raises(error, match=says):
        lines.settle()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("is_lost", [True, False])
def test_a_fence_without_an_answer_is_no_death_where_the_way_lost_frames_meanwhile(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    """The link is there again by the time that anybody looks."""
    monkeypatch.setattr(device.wire, "interface", "enx0")
    monkeypatch.setattr(device.wire, "trouble", lambda: "enx0 lost its link once" if is_lost else "")
    lines.send(ONE)
    device.fences_to_lose = 100

    with pytest.raises(BenchError if is_lost else Died, match="no answer to fence 2.*" + "lost its link" * is_lost):
        lines.settle()


def test_the_way_is_watched_from_the_start_and_a_cable_that_the_bench_pulls_is_no_trouble(
    device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(device.wire, "watch", lambda: told.append("watch"))
    monkeypatch.setattr(device.wire, "expect_no_link", lambda: told.append("expect no link"))
    lines = Lines(device, MAC, Recorder())
    assert told == ["watch"]

    lines.plug(False)
    lines.plug(True)

    assert told == ["watch", "expect no link"]


@pytest.mark.usefixtures("hasty")
def test_the_last_words_of_a_device_tell_more_than_its_silence(device: FakeDevice, lines: Lines) -> None:
    lines.send(ONE)
    device.fences_to_lose = 100
    device.say("!dead stack-overflow")

    with pytest.raises(Died, match=r"died after frame \d+ .*: it stopped: stack-overflow$"):
        lines.settle()


@pytest.mark.usefixtures("hasty")
def test_the_processor_time_of_a_device_that_gets_little_adds_up(device: FakeDevice, lines: Lines) -> None:
    lines.send(ONE)
    device.fences_to_lose = 100
    device.activities = [Activity("R", cpu_s) for cpu_s in (0.0, 0.5, 1.0, 1.5)]

    with pytest.raises(Died, match="it spins"):
        lines.settle()


@pytest.mark.usefixtures("hasty")
def test_died_names_the_last_frame_it_was_given(device: FakeDevice, lines: Lines) -> None:
    lines.send(ONE)
    lines.send(TWO)
    device.fences_to_lose = 100

    with pytest.raises(
        Died, match=r"died after frame 6 \(test_lines.py:\d+ lines.send\(TWO\)\): no answer to fence 3 in"
    ):
        lines.settle()


def test_a_device_that_starts_anew_by_itself_has_died(device: FakeDevice, lines: Lines) -> None:
    lines.send(ONE)
    device.replies["go"] = ["!0 ready protocol=1"]

    with pytest.raises(Died, match=r"died after frame \d+ .*: it started anew by itself"):
        lines.command("go")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("says", "error", "match"),
    [
        ("= ok cause=pin", BenchError, r"not by itself \(cause=pin\): somebody reset the board by its black button"),
        ("= ok cause=power", BenchError, r"not by itself \(cause=power\): its power was gone"),
        ("= ok cause=software", Died, "started anew by itself"),
        ("= ok cause=watchdog", Died, "started anew by itself"),
        ("= ok cause=warm", Died, "started anew by itself"),
        ("= ok cause=other", Died, "started anew by itself"),
        ("= ok cause=start", Died, "started anew by itself"),  # of a process or an emulator
        ("= ok build=1", Died, "started anew by itself"),
        ("!0 it-hangs", Died, "started anew by itself"),
    ],
)
def test_a_device_that_starts_anew_says_whose_doing_that_was(
    device: FakeDevice, lines: Lines, says: str, error: type[Exception], match: str
) -> None:
    lines.send(ONE)
    device.replies["go"] = ["!0 ready protocol=1"]
    device.replies["id"] = [says]

    with pytest.raises(error, match=match):
        lines.command("go")
    assert device.heard[-1] == "id"


@pytest.mark.parametrize("cause", ["software", "watchdog"])
def test_a_new_start_while_a_debugger_has_the_probe_is_not_the_devices(
    device: FakeDevice, lines: Lines, cause: str
) -> None:
    device.replies["go"] = ["!0 ready protocol=1"]
    device.replies["id"] = [f"= ok cause={cause}"]
    device.debugged = "another program has the probe"

    with pytest.raises(BenchError, match=rf"started anew \(cause={cause}\), and another program has the probe"):
        lines.command("go")


def test_what_is_said_behind_the_last_fence_is_heard(device: FakeDevice, lines: Lines) -> None:
    lines.send(ONE)
    lines.settle()
    device.send(TWO)
    lines.prove_rest()

    assert frames(lines) == [(Way.TO_DUT, ONE), (Way.FROM_DUT, TWO)]


def test_rest_is_proved_without_a_fence_while_the_cable_is_out(lines: Lines) -> None:
    lines.plug(False)
    lines.settle()
    count = lines.frame_count
    lines.prove_rest()

    assert lines.frame_count == count


@pytest.mark.usefixtures("hasty")
def test_a_command_without_a_reply_is_a_dead_device_too(device: FakeDevice, lines: Lines) -> None:
    device.replies["think"] = [": still=1"]

    with pytest.raises(Died, match="no answer to 'think' in 0 s"):
        lines.command("think")


def test_a_device_that_talks_and_never_replies_has_died(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "LINES_PER_ANSWER", 50)
    device.replies["think"] = ["!0 still-here"] * 60
    lines.send(ONE)

    with pytest.raises(Died, match=r"died after frame \d+ .*: it talks without end"):
        lines.command("think")


@pytest.mark.parametrize("which", ["wire", "shell"])
@pytest.mark.parametrize(
    ("ending", "error"),
    [
        (Ending(By.ITSELF, "ended by SIGSEGV"), Died),
        (Ending(By.OUTSIDE, "ended by SIGKILL"), BenchError),
        (Ending(By.NOBODY, "it runs"), BenchError),
    ],
)
def test_a_line_that_is_gone_is_blamed_on_who_ended_the_device(
    device: FakeDevice, lines: Lines, which: str, ending: Ending, error: type[Exception]
) -> None:
    lines.settle()
    device.ended = ending
    device.hang_up(which)

    with pytest.raises(error, match=r"SIG|is gone"):
        lines.fence() if which == "wire" else lines.command("clock")


@pytest.mark.parametrize(("which", "cable"), [("shell", "/dev/ttyACM0"), ("wire", "enx0")])
def test_of_a_line_that_is_gone_with_its_cable_the_way_out_is_told(
    device: FakeDevice, lines: Lines, monkeypatch: pytest.MonkeyPatch, which: str, cable: str
) -> None:
    lines.settle()
    monkeypatch.setattr(device.shell, "shared_name", "/dev/ttyACM0")
    monkeypatch.setattr(device.wire, "interface", "enx0")
    device.hang_up(which)

    with pytest.raises(BenchError, match=rf"{which} is gone, .*: see to the cable behind {cable}, .*`plumb rig check`"):
        lines.fence() if which == "wire" else lines.command("clock")


@pytest.mark.usefixtures("hasty")
def test_a_device_that_never_says_ready_did_not_start() -> None:
    device = FakeDevice()
    device.shell.receive(within_s=0)  # somebody else took its first word
    try:
        with pytest.raises(Died, match="before any frame: no answer to its start"):
            Lines(device, MAC, Recorder())
    finally:
        device.close()


def test_no_fence_is_sent_while_the_cable_is_out(device: FakeDevice, lines: Lines) -> None:
    lines.settle()
    lines.plug(False)
    count = lines.frame_count
    lines.command("clock")
    lines.settle()

    assert lines.frame_count == count
    assert device.cable == [False]
    with pytest.raises(HarnessError, match="cable"):
        lines.fence()


def test_what_a_device_says_while_the_cable_is_out_is_heard(device: FakeDevice, lines: Lines) -> None:
    device.replies["go"] = ["= ok", "!9 deadline watch=1"]
    lines.plug(False)
    device.send(TWO)  # it should not, and is seen to
    lines.command("go")
    lines.settle()

    assert frames(lines) == [(Way.FROM_DUT, TWO)]
    assert lines.dut_events[-1].kind == "deadline"


def test_the_cable_back_in_brings_the_fences_back(lines: Lines) -> None:
    lines.plug(False)
    lines.plug(True)
    count = lines.frame_count
    lines.settle()

    assert lines.frame_count == count + 2


def test_two_benches_record_the_same(device: FakeDevice, lines: Lines) -> None:
    other = FakeDevice()
    twin = Lines(other, MAC, Recorder())
    try:
        for one, bench in ((device, lines), (other, twin)):
            one.on_frame = lambda frame: [frame[:20], frame[20:]]
            one.replies["go"] = ["= ok", "!5 wake watch=1"]
            for _ in range(20):
                bench.send(ONE)
                bench.command("go")
            bench.settle()
        assert lines.recorder.events == twin.recorder.events
    finally:
        other.close()
