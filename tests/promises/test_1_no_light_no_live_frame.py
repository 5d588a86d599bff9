"""Promise 1 for a phone that looks live: the light fails anywhere, and what was seen by then was seen in the light.

The shutter alone (real board driver, real MicroPython) is swept at sampled steps; then the whole system: frames that
crossed the link were each exposed after their request, under a light that people saw.
"""

from __future__ import annotations

import asyncio

import pytest

from companion_app.link.errors import GlassesRefused, LiveOver
from companion_app.link.live import LiveEnd, LiveFrame, LiveView
from tests.promises.light_faults import LEVELS, Fault, steps_of, sweep
from tests.promises.rig import Home, Worn, until, worn
from tests.promises.test_1_no_light_no_clip import assert_lit, records_of

pytestmark = [pytest.mark.promise(1), pytest.mark.simulated]

LIVE_FRAMES = 3  # what a press asks for: on_micropython/press_main.py
SAMPLED = {"cut": 8, "short": 4}


@pytest.mark.parametrize(("level", "fault"), [("optical", "cut"), ("current", "short")])
async def test_a_sensed_fault_at_sampled_steps_of_a_live_session(level: str, fault: str) -> None:
    steps, _ = await steps_of(level, "live")
    sampled = steps[:: max(1, len(steps) // SAMPLED[fault])]

    for planned, told in await sweep(level, [Fault(fault, step) for step in sampled], "live"):
        assert told["code"].startswith("light_"), (planned, told)
        assert len(told["kept"]) < LIVE_FRAMES, "what it fell on was shown to nobody"


async def look(both: Worn, view: LiveView, frames: int) -> list[LiveFrame]:
    """So many frames; what came is held against what the world exposed."""
    pulled: list[LiveFrame] = []
    for _ in range(frames):
        before = len(both.world.exposures)
        frame = await view.next()
        both.world.keep(frame.sha256)
        exposed = both.world.exposures[before:]
        assert frame.sha256 in [exposure.sha256 for exposure in exposed], "a frame from before it was asked for"
        pulled.append(frame)
    return pulled


def assert_seen_in_light(both: Worn, pulled: list[LiveFrame]) -> None:
    assert_lit(both.world, [frame.sha256 for frame in pulled])
    assert both.world.exposures_in_dark == 0
    assert not both.world.led.commanded
    assert not both.world.camera.running


async def lose_it_while_nobody_asks(both: Worn) -> None:
    """Nothing is exposed then, and yet the session ends, and the camera is closed."""
    async with both.app.live_frames(60) as view:
        pulled = await look(both, view, 1)
        exposed = len(both.world.exposures)
        both.world.led.cut()
        end: LiveEnd = await asyncio.wait_for(asyncio.shield(view.ended), 20)
    assert (end.reason, end.frames, end.agrees) == ("light_lost", 1, True)
    await until(lambda: not both.world.camera.running, "the camera is closed")
    assert len(both.world.exposures) == exposed
    assert_seen_in_light(both, pulled)


@pytest.mark.parametrize("level", LEVELS)
async def test_every_live_frame_is_lit_younger_than_its_request_and_says_what_its_light_is_worth(
    home: Home, level: str
) -> None:
    async with worn(home, level=level, connect=True) as both:
        verdict = "unproven" if level == "software" else "proven"
        async with both.app.live_frames(60) as view:
            assert view.begun.level == level
            pulled = await look(both, view, 3)
            assert both.world.led.commanded, "lit also while nobody asks"
            for frame in pulled:
                assert (frame.light["level"], frame.light["verdict"]) == (level, verdict)
            if level == "software":
                both.world.led.cut()
                pulled += await look(both, view, 1)
                assert pulled[-1].light["verdict"] == "unproven"
                assert (await view.stop()).reason == "app"
                return
            both.world.during_exposure(1, 0.5, both.world.led.cut)
            with pytest.raises(LiveOver) as over:
                await view.next()
            assert over.value.ended == "light_lost"
            end = await view.stop()
        assert (end.reason, end.frames, end.agrees) == ("light_lost", 3, True)
        begun, ended = await records_of(both, "live")
        assert (begun["state"], begun["level"], ended["state"], ended["reason"]) == (
            "begun",
            level,
            "ended",
            "light_lost",
        )
        assert (ended["frames"], ended["digest"], ended["verdict"]) == (3, end.digest, verdict)
        assert_seen_in_light(both, pulled)
        with pytest.raises(GlassesRefused, match="light_"):
            async with both.app.live_frames(60):
                pytest.fail("it began without light")
        both.world.led.mend()
        await lose_it_while_nobody_asks(both)
