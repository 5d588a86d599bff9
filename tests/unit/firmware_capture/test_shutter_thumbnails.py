"""Promise 1 where a thumbnail is taken beside a photograph: what goes wrong with it costs the thumbnail alone."""

from __future__ import annotations

import asyncio

import pytest
from plainsight.errors import Refused
from plainsight.shutter import Shutter

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.photographing import LEVELS, SENSED, Taken, assert_closed


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
