"""Sequences: many frames in one session of light, each with its evidence before it is kept."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.shutter import Shutter

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.photographing import LEVELS, SENSED, SENSING, assert_closed, cut


@dataclass
class Sequence:
    """The keeper of a sequence of so many frames."""

    bench: Bench
    most: int = 6
    beside: int = 0
    frames: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])

    def keep(self, view: memoryview, time_ms: int) -> None:
        self.frames.append((time_ms, bytes(view)))

    def ended(self) -> str:
        return "done" if len(self.frames) == self.most else ""

    def listen(self) -> None:
        self.beside += 1

    def run(self, level: str) -> str:
        shutter = Shutter(self.bench, BenchClock(self.bench), level)
        try:
            return asyncio.run(shutter.sequence("xga", self.keep, self.ended, self.listen))
        finally:
            for _, jpeg in self.frames:
                self.bench.keep(jpeg)


@pytest.mark.parametrize("level", LEVELS)
def test_a_sequence_is_consecutive_exposures_under_one_light(level: str) -> None:
    sequence = Sequence(Bench())
    assert sequence.run(level) == "done"
    serials = [jpeg[2] for _, jpeg in sequence.frames]
    assert serials == list(range(serials[0], serials[0] + 6))
    assert sequence.bench.calls.count("light_on") == 1
    times = [time_ms for time_ms, _ in sequence.frames]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert times[0] == 0
    assert all(80 <= gap <= 110 for gap in gaps), "no slower than the trail and the polls make it"
    assert sequence.beside > 5
    assert_closed(sequence.bench)
    assert not any(exposure.left_behind for exposure in sequence.bench.exposures)


@pytest.mark.parametrize("level", SENSING)
def test_each_frame_of_a_sequence_has_its_evidence_before_it_is_kept(level: str) -> None:
    sequence = Sequence(Bench())
    sense = "light_sense_mv" if level == "current" else "light_pulses"
    before: list[list[str]] = []
    keep = sequence.keep

    def watched(view: memoryview, time_ms: int) -> None:
        before.append(sequence.bench.calls[-2:])
        keep(view, time_ms)

    sequence.keep = watched
    sequence.run(level)
    assert before == [["capture", sense]] * 6
    steps = [call for call in sequence.bench.calls if call != "frame_available"]
    for index, call in enumerate(steps):
        if call == "free_buffer" and steps[index - 2] != "open_camera":
            assert steps[index - 2 : index] == [sense, "wipe"], "proven right before, and zeroed"


@pytest.mark.parametrize("level", SENSED)
def test_a_fault_at_any_call_of_a_sequence_keeps_only_lit_frames(level: str) -> None:
    healthy = Sequence(Bench())
    healthy.run(level)
    ended_early = 0
    for fault in SENSED[level]:
        for number in range(1, len(healthy.bench.calls) + 1):
            sequence = Sequence(Bench())
            bench = sequence.bench
            bench.before_call[number] = lambda bench=bench, fault=fault: fault(bench)
            try:
                reason = sequence.run(level)
            except Refused as refused:
                reason = refused.code
                assert sequence.frames == []
            assert reason == "done" or reason.startswith("light_")
            ended_early += reason != "done"
            assert all(exposure.lit for exposure in bench.exposures if exposure.kept)
            assert_closed(bench)
    assert ended_early > len(healthy.bench.calls)


@given(start_ms=st.integers(400, 1100), dark_ms=st.integers(6, 60))
@settings(max_examples=60, deadline=None)
def test_optical_a_blackout_anywhere_in_a_sequence_ends_it(start_ms: int, dark_ms: int) -> None:
    """Between two frames too, while the last one is being kept: the windows leave no gap."""
    sequence = Sequence(Bench(), most=20)
    bench = sequence.bench

    def slowly(view: memoryview, time_ms: int) -> None:
        sequence.frames.append((time_ms, bytes(view)))
        bench.advance(30_000)

    sequence.keep = slowly
    begin = bench.now_us + start_ms * 1000

    def mend() -> None:
        bench.cut = False

    bench.schedule = [(begin, lambda: cut(bench)), (begin + dark_ms * 1000, mend)]
    try:
        reason = sequence.run("optical")
    except Refused as refused:
        reason = refused.code if not sequence.frames else "kept without light"
    assert reason == "light_lost"
    assert_closed(bench)
    assert all(exposure.lit for exposure in bench.exposures if exposure.kept)


@pytest.mark.parametrize("fault", ["none", "half", "garbage", "raise"])
def test_three_bad_frames_in_a_row_end_a_sequence(fault: str) -> None:
    code = {"none": "camera_no_frame", "raise": "camera_failed"}.get(fault, "camera_bad_frame")
    for faults, reason, kept in (
        ([None] * 6 + [fault, fault] + [None] + [fault, fault], "done", 6),
        ([None] * 6 + [fault, fault, fault], code, 3),
    ):
        sequence = Sequence(Bench())
        sequence.bench.frame_bytes = [900]
        sequence.bench.frame_faults = list(faults)
        assert sequence.run("optical") == reason
        assert len(sequence.frames) == kept
        assert_closed(sequence.bench)


def test_a_camera_that_falls_silent_ends_a_sequence_in_time() -> None:
    sequence = Sequence(Bench())
    bench = sequence.bench
    keep = sequence.keep

    def then_silent(view: memoryview, time_ms: int) -> None:
        keep(view, time_ms)
        bench.exposure_us = 60_000_000

    sequence.keep = then_silent
    begun = bench.now_us
    assert sequence.run("optical") == "camera_no_frame"
    assert bench.now_us - begun < 70_000_000
    assert len(sequence.frames) == 1


@pytest.mark.parametrize("error", [OSError(5), RuntimeError()])
def test_a_sequence_that_cannot_be_closed_says_so_and_keeps_what_was_proven(error: Exception) -> None:
    sequence = Sequence(Bench())
    sequence.bench.deinit_error = error
    assert sequence.run("optical") == "camera_failed"
    assert len(sequence.frames) == 6
    assert_closed(sequence.bench)


def test_a_keeper_that_refuses_ends_a_sequence_with_its_reason() -> None:
    sequence = Sequence(Bench())
    keep = sequence.keep

    def full(view: memoryview, time_ms: int) -> None:
        if len(sequence.frames) == 2:
            raise Refused("storage_full")
        keep(view, time_ms)

    sequence.keep = full
    assert sequence.run("optical") == "storage_full"
    assert_closed(sequence.bench)
    sequence = Sequence(Bench())

    def never(*_: object) -> None:
        raise Refused("storage_full")

    sequence.keep = never
    with pytest.raises(Refused, match="storage_full"):
        sequence.run("optical")
    assert_closed(sequence.bench)


@pytest.mark.parametrize("level", SENSED)
def test_a_light_that_fails_while_a_frame_is_kept_begins_no_other_exposure(level: str) -> None:
    """Sealing takes its time: the light is looked at once more before the sensor gets its buffer back."""
    sequence = Sequence(Bench())
    bench, keep = sequence.bench, sequence.keep
    exposed: list[int] = []

    def then_dark(view: memoryview, time_ms: int) -> None:
        keep(view, time_ms)
        if len(sequence.frames) == 3:
            exposed.append(len(bench.exposures))
            cut(bench)
            bench.advance(30_000)

    sequence.keep = then_dark
    assert sequence.run(level) == "light_lost"
    assert exposed == [len(bench.exposures)]
    assert_closed(bench)


def test_each_sequence_is_judged_alone() -> None:
    """Frames of the last one do not make up for a next one without any."""
    bench = Bench()
    shutter = Shutter(bench, BenchClock(bench), "optical")
    for faults, reason in ((0, "done"), (3, "camera_no_frame")):
        sequence = Sequence(bench, most=2)
        bench.frame_faults = ["none"] * faults
        try:
            ended = asyncio.run(shutter.sequence("xga", sequence.keep, sequence.ended, sequence.listen))
        except Refused as refused:
            ended = refused.code if not sequence.frames else "kept nothing and says otherwise"
        else:
            assert sequence.frames, "nothing was kept, and that is no end of a sequence"
        assert ended == reason
