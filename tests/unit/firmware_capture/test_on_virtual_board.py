"""The shutter on the virtual board: real driver code, real MicroPython, a camera that free-runs, a light that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from host_tools.simulator.world.script import capture_call
from tests.promises.light_faults import Bench, benches

pytestmark = pytest.mark.simulated

SENSED = {"current": ["cut", "short"], "optical": ["cut", "short", "cover", "replace"]}
STEPS = 5  # places in a photograph at which each fault is tried; the whole sweep is the promise's own test


@asynccontextmanager
async def glasses(level: str) -> AsyncIterator[Bench]:
    async with benches(level, 1) as [bench]:
        yield bench


async def calls_of_a_photograph(worn: Bench) -> int:
    """How often a healthy photograph touches camera and light."""
    with worn.world.count_calls(capture_call) as calls:
        assert (await worn.press())["code"] == "taken"
    return calls.count


@pytest.mark.parametrize(("level", "verdict"), [("software", "unproven"), ("current", "proven"), ("optical", "proven")])
async def test_photographs_one_after_the_other(level: str, verdict: str) -> None:
    async with glasses(level) as worn:
        hashes: set[str] = set()
        for _ in range(3):
            told = await worn.press()
            assert told["code"] == "taken"
            assert (told["light"]["level"], told["light"]["verdict"]) == (level, verdict)
            hashes.update(told["kept"])
        kept = [exposure for exposure in worn.world.exposures if exposure.sha256 in hashes]
        assert len(kept) == 3
        assert all(exposure.lit and exposure.settled and exposure.wiped for exposure in kept)
        assert worn.world.exposures_in_dark == 0


@pytest.mark.parametrize("level", SENSED)
async def test_a_fault_at_any_step_leaves_nothing_in_the_dark(level: str) -> None:
    async with glasses(level) as worn:
        count = await calls_of_a_photograph(worn)
        for fault in SENSED[level]:
            for step in range(STEPS):
                worn.world.at_call(1 + step * count // STEPS, getattr(worn.world.led, fault), capture_call)
                told = await worn.press()
                worn.world.led.mend()
                assert worn.world.exposures_in_dark == 0, (fault, step, told)
                # Polling makes the number of calls vary: a fault near the end may come when all is over.
                assert told["code"].startswith("light_") or step > STEPS // 2, (fault, step, told)


@pytest.mark.parametrize("level", SENSED)
async def test_a_fault_within_an_exposure_costs_the_frame(level: str) -> None:
    async with glasses(level) as worn:
        for frame, fraction in [(1, 0.5), (3, 0.02), (5, 0.98)]:
            worn.world.during_exposure(frame, fraction, worn.world.led.cut)
            told = await worn.press()
            worn.world.led.mend()
            assert told["code"] == "light_lost"
            assert worn.world.exposures_in_dark == 0


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("absent", "camera_absent"),
        ("enomem", "camera_failed"),
        ("none", "camera_no_frame"),
        ("half", "camera_bad_frame"),
        ("raise", "camera_failed"),
    ],
)
async def test_a_camera_that_fails(kind: str, code: str) -> None:
    async with glasses("optical") as worn:
        opening = kind in ("absent", "enomem")
        worn.world.camera.timeout_ms = 200
        worn.world.camera.fail(kind, 20, skip=0 if opening else 1)
        assert (await worn.press())["code"] == code
        assert worn.world.exposures_in_dark == 0
        assert (await worn.press())["code"] == "taken"
