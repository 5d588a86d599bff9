"""Promise 1 at its home: the shutter against a camera that exposes on its own, and a light that fails at every step."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.shutter import Shutter

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.photographing import (
    LEVELS,
    SENSED,
    SENSING,
    Act,
    assert_closed,
    cover,
    cut,
    outcome,
    refusal,
    short,
    take,
)


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


def test_nothing_is_taken_for_certain_where_readings_come_too_late() -> None:
    bench = Bench()
    bench.pulse_delays = [(0, 3000)] * 10_000
    assert refusal(bench, "optical").code == "light_unseen"
    assert "light_on" not in bench.calls
