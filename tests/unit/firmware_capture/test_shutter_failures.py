"""Promise 1 where camera, wipe or light driver fail: refused in time, everything closed, nothing left behind."""

from __future__ import annotations

import asyncio

import pytest
from plainsight.errors import Refused

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.photographing import LEVELS, cut, refusal, take


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
