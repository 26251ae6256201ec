# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.bench import Recorder
from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way


def test_frames_are_numbered_from_one_both_ways_and_fences_count() -> None:
    recorder = Recorder()
    recorder.frame(Way.TO_DUT, 0, b"a", "", is_fence=False)
    recorder.shell(Way.TO_DUT, 0, "@1 clock")
    recorder.frame(Way.TO_DUT, 0, b"f", "", is_fence=True)
    recorder.frame(Way.FROM_DUT, 0, b"b", "", is_fence=False)

    assert [event.number for event in recorder.events if isinstance(event, FrameEvent)] == [1, 2, 3]
    assert recorder.frame_count == 3


def test_every_event_is_told_once_and_in_order() -> None:
    recorder = Recorder()
    told: list[Event] = []
    recorder.subscribe(told.append)
    recorder.note(5, "started")
    recorder.shell(Way.FROM_DUT, 6, "!6 ready")

    assert told == recorder.events == [NoteEvent(5, "started"), ShellEvent(Way.FROM_DUT, 6, "!6 ready")]


def test_of_many_frames_the_last_are_kept_and_all_are_counted() -> None:
    recorder = Recorder()
    recorder.note(0, "started")
    recorder.keep_last(10)
    for number in range(1000):
        recorder.frame(Way.FROM_DUT, number, b"a", "", is_fence=False)

    kept = [event.number for event in recorder.events if isinstance(event, FrameEvent)]
    assert kept == list(range(1001 - len(kept), 1001))
    assert 10 <= len(kept) < 20
    assert (recorder.frame_count, recorder.traffic_count) == (1000, 1000)
    said = [event.text for event in recorder.events if isinstance(event, NoteEvent)]
    assert said == ["started", f"{1000 - len(kept)} frames up to here were not kept"]
