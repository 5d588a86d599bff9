"""Promise 1 at its home: the shutter against a camera that exposes on its own, and a light that fails at every step."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.shutter import Shutter
from plainsight.wire import ERRORS

from tests.unit.firmware_capture.bench import Bench, BenchClock

SENSING = ["current", "optical", "supply"]
LEVELS = ["software", *SENSING]
Act = Callable[[Bench], None]


def cut(bench: Bench) -> None:
    bench.cut = True


def short(bench: Bench) -> None:
    bench.short = True


def cover(bench: Bench) -> None:
    bench.covered = True


SENSED: dict[str, list[Act]] = {"current": [cut, short], "optical": [cut, short, cover]}


@dataclass
class Taken:
    """What a keeper was given in one session, copied."""

    jpeg: bytes = b""
    thumb: bytes = b""
    light: dict[str, Any] = field(default_factory=dict[str, Any])

    def keep(self, view: memoryview, time_ms: int) -> None:
        assert time_ms == 0
        self.jpeg = bytes(view)

    def keep_thumb(self, view: memoryview, time_ms: int) -> None:
        assert time_ms == 0
        self.thumb = bytes(view)


def take(bench: Bench, level: str, *, clock: BenchClock | None = None) -> Taken:
    taken = Taken()
    taken.light = asyncio.run(Shutter(bench, clock or BenchClock(bench), level).photograph("xga", taken.keep))
    bench.keep(taken.jpeg)
    return taken


def refusal(bench: Bench, level: str) -> Refused:
    with pytest.raises(Refused) as caught:
        take(bench, level)
    assert caught.value.code in ERRORS
    assert_closed(bench)
    return caught.value


def outcome(bench: Bench, level: str) -> str:
    """The code of the refusal, or "taken"."""
    try:
        take(bench, level)
    except Refused as refused:
        return refused.code
    return "taken"


def assert_closed(bench: Bench) -> None:
    """Nothing runs, nothing shines, nothing lies in memory that was taken in the dark."""
    assert bench.driven is None
    assert bench.camera is None
    assert bench.calls[-1] == "light_off"
    assert bench.in_the_dark() == []


@pytest.mark.parametrize("level", LEVELS)
def test_takes_a_settled_photograph(level: str) -> None:
    bench = Bench()
    exposure = take(bench, level)
    assert (exposure.jpeg[:2], exposure.jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")
    assert exposure.light["level"] == level
    assert exposure.light["verdict"] == ("unproven" if level == "software" else "proven")
    assert all(isinstance(value, int) for value in exposure.light["evidence"].values())
    assert bool(exposure.light["evidence"]) == (level != "software")
    assert_closed(bench)
    assert not any(taken.left_behind for taken in bench.exposures)


def test_the_first_frames_are_not_kept() -> None:
    bench = Bench()
    bench.frame_bytes = [900]
    exposure = take(bench, "optical")
    assert exposure.jpeg[2] == 5  # after the constructor's and three that the exposure needs to settle


@pytest.mark.parametrize(("fourth", "kept"), [(899, 5), (900, 6), (701, 5), (700, 6)])
def test_settled_means_less_than_an_eighth_of_change(fourth: int, kept: int) -> None:
    bench = Bench()
    bench.frame_bytes = [400, 600, 700, 800, fourth]
    assert take(bench, "optical").jpeg[2] == kept


def test_memory_is_collected_between_attempts_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    bench.opening_errors = [OSError(12, "no memory"), OSError(12, "no memory")]
    monkeypatch.setattr(gc, "collect", lambda: bench.calls.append("collect"))
    take(bench, "software")
    assert [call for call in bench.calls if call in ("open_camera", "collect")] == [
        "open_camera", "collect", "open_camera", "collect", "open_camera",
    ]  # fmt: skip


def test_current_a_fault_that_is_mended_before_the_frame_ends_costs_the_frame() -> None:
    bench = Bench()

    def mend() -> None:
        bench.cut = False

    begin = bench.now_us + 300_000
    bench.schedule = [(begin, lambda: cut(bench)), (begin + 20_000, mend)]
    assert refusal(bench, "current").code == "light_lost"


def test_waits_until_the_exposure_has_settled() -> None:
    bench = Bench()
    bench.frame_bytes = [400, 500, 600, 750, 950, 1200, 1210]
    assert take(bench, "optical").jpeg[2] == 7


def test_a_scene_that_never_settles_is_taken_in_the_end() -> None:
    bench = Bench()
    bench.frame_bytes = [400 + 600 * (frame % 2) for frame in range(40)]
    take(bench, "optical")
    assert len(bench.exposures) == 10


@pytest.mark.parametrize("level", SENSING)
def test_order_of_the_whole(level: str) -> None:
    bench = Bench()
    take(bench, level)
    sense = "light_sense_mv" if level == "current" else "light_pulses"
    steps = [call for call in bench.calls if call != "frame_available"]
    opened = steps.index("open_camera")
    assert sense in steps[: steps.index("light_on")], "looked for a stray light before"
    assert sense in steps[steps.index("light_on") : opened], "proven before the camera exists"
    for index, call in enumerate(steps):
        if call == "free_buffer":
            assert steps[index - 1] == "wipe" or steps[index - 2] == "open_camera", "zeroed before it is released"
        if call in ("open_camera", "free_buffer"):
            before = steps[:index]
            before = before[:-1] if before[-1] == "wipe" else before
            assert before[-1] == sense, "proven right before an exposure may begin"
    last = len(steps) - 1 - steps[::-1].index("capture")
    assert steps[last + 1] == sense, "evidence after the frame"
    assert steps[-3:] == ["wipe", "deinit", "light_off"]


@pytest.mark.parametrize(
    ("level", "modulated"), [("software", "steady"), ("current", "steady"), ("optical", "flashing")]
)
def test_only_the_optical_levels_flash(level: str, modulated: str) -> None:
    bench = Bench()
    seen: list[str | None] = []
    bench.before_call = {number: lambda: seen.append(bench.driven) for number in range(1, 500)}
    take(bench, level)
    assert {state for state in seen if state} == {modulated}


@pytest.mark.parametrize(
    ("level", "fault", "code"),
    [
        ("current", cut, "light_open"),
        ("current", short, "light_short"),
        ("optical", cut, "light_unseen"),
        ("optical", short, "light_unseen"),
        ("optical", cover, "light_unseen"),
        ("supply", cover, "light_unseen"),
    ],
)
def test_a_broken_light_opens_no_camera(level: str, fault: Act, code: str) -> None:
    bench = Bench()
    fault(bench)
    assert refusal(bench, level).code == code
    assert "open_camera" not in bench.calls


def test_the_software_level_sees_nothing_and_says_so() -> None:
    bench = Bench()
    cut(bench)
    assert take(bench, "software").light["verdict"] == "unproven"


@pytest.mark.parametrize("level", SENSED)
def test_a_fault_at_any_call_leaves_nothing_dark(level: str) -> None:
    healthy = Bench()
    take(healthy, level)
    refused = 0
    for fault in SENSED[level]:
        for number in range(1, len(healthy.calls) + 1):
            bench = Bench()
            bench.before_call[number] = lambda bench=bench, fault=fault: fault(bench)
            code = outcome(bench, level)
            refused += code != "taken"
            assert code == "taken" or code.startswith("light_")
            assert_closed(bench)
            assert all(exposure.lit for exposure in bench.exposures if exposure.kept)
    assert refused > len(healthy.calls)


@pytest.mark.parametrize("level", SENSED)
@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.99])
def test_a_fault_within_any_exposure_leaves_nothing_dark(level: str, fraction: float) -> None:
    healthy = Bench()
    take(healthy, level)
    for fault in SENSED[level]:
        for serial in range(1, len(healthy.exposures) + 1):
            bench = Bench()

            def during(bench: Bench = bench, serial: int = serial, fault: Act = fault) -> None:
                if len(bench.exposures) + 1 == serial:
                    moment = bench.now_us + 100 + int(bench.exposure_us * fraction)
                    bench.schedule.append((moment, lambda: fault(bench)))

            bench.before_call = {
                number: during for number, call in enumerate(healthy.calls, 1) if call in ("open_camera", "free_buffer")
            }
            assert refusal(bench, level).code in ("light_lost", "light_open", "light_short")


@given(start_ms=st.integers(0, 700), dark_ms=st.integers(3, 60))
@settings(max_examples=60, deadline=None)
def test_optical_a_short_blackout_costs_the_frame(start_ms: int, dark_ms: int) -> None:
    bench = Bench()
    begin = bench.now_us + 40_000 + start_ms * 1000

    def mend() -> None:
        bench.cut = False

    bench.schedule = [(begin, lambda: cut(bench)), (begin + dark_ms * 1000, mend)]
    code = outcome(bench, "optical")
    assert code in ("taken", "light_lost")
    assert_closed(bench)
    assert code == "light_lost" or all(exposure.lit for exposure in bench.exposures)


@pytest.mark.parametrize("level", ["current", "optical"])
def test_a_light_that_seems_lit_while_off_proves_nothing(level: str) -> None:
    bench = Bench()
    bench.stray_hz, bench.stray_mv = 4000, 200
    assert refusal(bench, level).code == "light_stray"
    assert "light_on" not in bench.calls


def test_a_second_light_that_joins_in_proves_nothing() -> None:
    bench = Bench()

    def join() -> None:
        bench.stray_hz = 4000

    bench.schedule = [(bench.now_us + 300_000, join)]
    assert refusal(bench, "optical").code == "light_stray"


def test_an_unknown_level_takes_nothing() -> None:
    bench = Bench()
    with pytest.raises(ValueError, match="none"):
        Shutter(bench, BenchClock(bench), "none")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(19, "no such device"), "camera_absent"),
        (OSError("Failed to capture initial frame"), "camera_no_frame"),
        (OSError(12, "no memory"), "camera_failed"),
        (MemoryError(), "camera_failed"),
        (RuntimeError(), "camera_failed"),
    ],
)
def test_a_camera_that_does_not_open_is_refused_after_three_attempts(error: Exception, code: str) -> None:
    bench = Bench()
    bench.opening_errors = [error] * 9
    refused = refusal(bench, "optical")
    assert (refused.code, refused.detail["attempts"]) == (code, 3)
    assert refused.detail["errno"] == (getattr(error, "errno", None) or 0)
    assert bench.calls.count("open_camera") == 3


def test_between_two_attempts_others_have_their_turn() -> None:
    """Each may block for four seconds, and the watchdog is fed by another task."""

    class Clock(BenchClock):
        async def sleep_ms(self, duration_ms: int) -> None:
            bench.calls.append("sleep")
            await super().sleep_ms(duration_ms)

    bench = Bench()
    bench.opening_errors = [OSError("Failed to capture initial frame")] * 3
    with pytest.raises(Refused):
        take(bench, "software", clock=Clock(bench))
    assert [call for call in bench.calls if call in ("open_camera", "sleep")] == ["open_camera", "sleep"] * 3


def test_memory_for_the_camera_may_be_there_at_the_third_attempt() -> None:
    bench = Bench()
    bench.opening_errors = [OSError(12, "no memory"), OSError(12, "no memory")]
    take(bench, "optical")


def test_the_light_is_proven_again_before_the_camera_is_tried_again() -> None:
    bench = Bench()
    bench.opening_errors = [OSError(12, "no memory")]

    def fail(number: int) -> None:
        if bench.calls[number - 1] == "open_camera":
            cut(bench)

    bench.before_call = {number: lambda number=number: fail(number) for number in range(1, 500)}
    assert refusal(bench, "current").code == "light_lost"
    assert bench.calls.count("open_camera") == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("none", "camera_no_frame"),
        ("half", "camera_bad_frame"),
        ("garbage", "camera_bad_frame"),
        ("tiny", "camera_bad_frame"),
        ("raise", "camera_failed"),
    ],
)
def test_bad_frames_are_retried_then_refused(fault: str, code: str) -> None:
    bench = Bench()
    bench.frame_faults = [fault, None, fault, fault, None]
    take(bench, "optical")
    bench = Bench()
    bench.frame_faults = [fault, None, fault, fault, fault, None]
    assert refusal(bench, "optical").code == code


@pytest.mark.parametrize("fault", ["half", "garbage"])
def test_a_bad_frame_is_never_the_one_that_is_kept(fault: str) -> None:
    bench = Bench()
    bench.frame_faults = [None, None, None, None, fault, fault]
    exposure = take(bench, "optical")
    assert (exposure.jpeg[:2], exposure.jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")


def test_a_camera_that_stays_silent_is_refused_in_time() -> None:
    bench = Bench()
    bench.exposure_us = 6_000_000
    begun = bench.now_us
    assert refusal(bench, "optical").code == "camera_no_frame"
    assert bench.now_us - begun < 20_000_000


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("error", [OSError(5), RuntimeError()])
def test_a_wipe_that_fails_still_closes_everything(level: str, error: Exception) -> None:
    bench = Bench()
    bench.wipe_error = error
    with pytest.raises(Refused) as caught:
        take(bench, level)
    assert caught.value.code == "camera_failed"
    assert bench.calls[-2:] == ["deinit", "light_off"]
    assert (bench.driven, bench.camera) == (None, None)


@pytest.mark.parametrize("level", LEVELS)
def test_a_deinit_that_fails_drops_the_frame_and_the_light(level: str) -> None:
    bench = Bench()
    bench.deinit_error = OSError(5)
    assert refusal(bench, level).code == "camera_failed"


def test_a_light_driver_that_fails_is_switched_off() -> None:
    bench = Bench()
    bench.light_error = OSError(5)
    assert refusal(bench, "optical").code == "camera_failed"
    assert "open_camera" not in bench.calls


@pytest.mark.parametrize("error", [KeyError("a bug of ours"), asyncio.CancelledError()])
@pytest.mark.parametrize("level", LEVELS)
def test_whatever_interrupts_the_wait_closes_everything(level: str, error: BaseException) -> None:
    healthy = Bench()
    clock = BenchClock(healthy)
    take(healthy, level, clock=clock)
    for number in range(1, clock.sleeps + 1):
        bench = Bench()
        clock = BenchClock(bench)

        def fail() -> None:
            raise error

        clock.before_sleep[number] = fail
        with pytest.raises(type(error)):
            take(bench, level, clock=clock)
        assert (bench.driven, bench.camera) == (None, None)
        assert not any(exposure.left_behind for exposure in bench.exposures)


def test_nothing_is_taken_for_certain_where_readings_come_too_late() -> None:
    bench = Bench()
    bench.pulse_delays = [(0, 3000)] * 10_000
    assert refusal(bench, "optical").code == "light_unseen"
    assert "light_on" not in bench.calls


def take_both(bench: Bench, level: str) -> Taken:
    """A photograph with its thumbnail."""
    taken = Taken()
    shutter = Shutter(bench, BenchClock(bench), level)
    taken.light = asyncio.run(shutter.photograph("xga", taken.keep, taken.keep_thumb))
    for jpeg in (taken.jpeg, taken.thumb):
        bench.keep(jpeg or bytes(3))
    return taken


@pytest.mark.parametrize("level", LEVELS)
def test_a_thumbnail_is_the_first_frame_that_surely_has_its_size(level: str) -> None:
    bench = Bench()
    taken = take_both(bench, level)
    photograph, thumb = (bench.exposures[jpeg[2] - 1] for jpeg in (taken.jpeg, taken.thumb))
    assert thumb.serial == photograph.serial + 2
    assert (photograph.size, thumb.size) == ("xga", "qvga")
    assert bench.sizes == ["xga", "qvga"]
    assert taken.light["evidence"].get("windows", 1) == 1, "the photograph's own"
    assert_closed(bench)


@pytest.mark.parametrize("level", SENSED)
def test_a_fault_while_the_thumbnail_is_taken_costs_the_thumbnail_alone(level: str) -> None:
    healthy = Bench()
    take_both(healthy, level)
    resized = healthy.calls.index("resize_camera") + 1
    last = len(healthy.calls) - healthy.calls[::-1].index("capture")
    without = 0
    for fault in SENSED[level]:
        for number in range(resized, last + 1):
            bench = Bench()
            bench.before_call[number] = lambda bench=bench, fault=fault: fault(bench)
            taken = take_both(bench, level)
            assert taken.thumb == b""
            assert bench.exposures[taken.jpeg[2] - 1].lit
            assert_closed(bench)
            without += 1
    assert without > 20


@pytest.mark.parametrize("fault", ["none", "half", "garbage", "raise"])
def test_a_camera_that_fails_at_the_thumbnail_costs_the_thumbnail_alone(fault: str) -> None:
    bench = Bench()
    bench.frame_bytes = [900]
    bench.frame_faults = [None] * 5 + [fault] * 3
    taken = take_both(bench, "optical")
    assert (taken.jpeg[2], taken.thumb) == (5, b"")
    assert_closed(bench)


@pytest.mark.parametrize("error", [OSError(5), ValueError("size"), RuntimeError()])
def test_a_size_that_the_sensor_refuses_costs_the_thumbnail_alone(error: Exception) -> None:
    bench = Bench()

    def fail(*_: object) -> None:
        raise error

    bench.resize_camera = fail
    assert take_both(bench, "optical").thumb == b""
    assert_closed(bench)


def test_a_thumbnail_that_nobody_can_keep_leaves_the_photograph() -> None:
    bench = Bench()
    taken = Taken()

    def full(*_: object) -> None:
        raise Refused("storage_full")

    taken.light = asyncio.run(Shutter(bench, BenchClock(bench), "optical").photograph("xga", taken.keep, full))
    assert taken.jpeg
    assert_closed(bench)


@pytest.mark.parametrize("error", [OSError(28), MemoryError(), ValueError()])
def test_a_keeper_that_fails_is_no_camera_that_fails(error: Exception) -> None:
    bench = Bench()

    def fail(*_: object) -> None:
        raise error

    with pytest.raises(Refused) as caught:
        asyncio.run(Shutter(bench, BenchClock(bench), "optical").photograph("xga", fail))
    assert (caught.value.code, caught.value.detail) == ("storage_failed", {"errno": getattr(error, "errno", None) or 0})
    assert_closed(bench)
