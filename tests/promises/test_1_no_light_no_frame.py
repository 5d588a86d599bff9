"""Promise 1, no light, no frame: the light is cut, shorted, replaced and covered at every step of a photograph.

The shutter alone (real board driver, real MicroPython) is swept step by step; then the whole system is asked what
became of a refused press: nothing in the gallery, nothing on the glasses, a record in the journal, a reason in the app.
"""

from __future__ import annotations

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from host_tools.simulator import World
from tests.promises.light_faults import (
    FAULTS,
    SAMPLED_STEPS,
    SENSED,
    Fault,
    Step,
    assert_refused,
    benches,
    is_act,
    steps_of,
    sweep,
)
from tests.promises.rig import Home, worn

pytestmark = [pytest.mark.promise(1), pytest.mark.simulated]


@pytest.mark.timeout(240)
async def test_a_fault_at_every_step_of_a_photograph() -> None:
    steps, after = await steps_of("optical")
    assert len(steps) > 30

    faults = [Fault(name, step) for name in ("cut", "cover") for step in [*steps, *after]]
    for fault, told in await sweep("optical", faults):
        # Once the last frame was handed over nothing is exposed any more, and its light was seen through.
        assert told["code"].startswith("light_") or (fault.where in after and told["code"] == "taken"), (fault, told)


@pytest.mark.parametrize(
    ("level", "fault"), [("current", "cut"), ("current", "short"), ("optical", "short"), ("optical", "replace")]
)
async def test_a_sensed_fault_at_sampled_steps(level: str, fault: str) -> None:
    steps, _ = await steps_of(level)
    sampled = steps[:: len(steps) // SAMPLED_STEPS]

    outcomes = await sweep(level, [Fault(fault, step) for step in sampled])

    assert [(fault, told) for fault, told in outcomes if not told["code"].startswith("light_")] == []


async def test_a_light_that_is_broken_from_the_start_opens_no_camera() -> None:
    for level in ("current", "optical"):
        async with benches(level, 1) as [bench]:
            for fault in SENSED[level]:
                told = await bench.press_with(Fault(fault, Step(1, 0)))
                assert told["code"] in ("light_open", "light_short", "light_unseen")
            assert bench.world.exposures == []


@pytest.mark.parametrize("level", ["current", "optical"])
async def test_a_fault_within_an_exposure_costs_the_frame(level: str) -> None:
    moments = [(1, 0.5), (4, 0.02), (5, 0.98)]

    outcomes = await sweep(level, [Fault(fault, moment) for fault in SENSED[level] for moment in moments])

    assert [(fault, told) for fault, told in outcomes if told["code"] != "light_lost"] == []


async def test_a_light_that_comes_back_within_the_exposure_is_missed_all_the_same() -> None:
    """Two looks at a light that is on do not say that it was on between them: the hardware counts through."""
    async with benches("optical", 1) as [bench]:
        bench.world.during_exposure(5, 0.45, bench.world.led.mend)
        assert (await bench.press_with(Fault("cut", (5, 0.40))))["code"] == "light_lost"


async def test_another_light_in_the_same_rhythm_proves_nothing() -> None:
    """Somebody flashes at the sensor: before the capture light is on, or only once it was proven and may go."""
    for act in (1, 3):
        async with benches("optical", 1) as [bench]:
            flash_from(bench.world, act)
            assert (await bench.press())["code"] == "light_stray"
            assert (bench.world.exposures == []) is (act == 1)
            assert bench.world.exposures_in_dark == 0


def flash_from(world: World, act: int) -> None:
    """Another 4 kHz light in front of the photodiode: at once (1), or right before a later act of a photograph."""
    own_pulses, begun_s = world.light_sense.pulses, [world.now_s] if act == 1 else []
    if not begun_s:
        world.at_call(act, lambda: begun_s.append(world.now_s), is_act)
    world.light_sense.pulses = lambda: (
        own_pulses()
        + sum(  # type: ignore[method-assign]
            round((world.now_s - start_s) * 4000) for start_s in begun_s
        )
    )


@pytest.mark.parametrize("level", ["current", "optical"])
async def test_what_the_level_senses_is_refused_through_the_whole_system(home: Home, level: str) -> None:
    async with worn(home, level=level, connect=True) as both:
        for fault in SENSED[level]:
            getattr(both.world.led, fault)()
            await assert_refused(both, both.press, "light_")
            with pytest.raises(GlassesRefused) as raised:
                await both.app.capture()
            assert raised.value.code.startswith("light_")
            both.world.led.mend()
        both.world.during_exposure(5, 0.5, both.world.led.cut)
        await assert_refused(both, both.press, "light_lost")
        both.world.led.mend()
        picture = await both.press()
        assert isinstance(picture, Picture)
        assert (picture.light["level"], picture.light["verdict"]) == (level, "proven")
        assert both.world.exposures_in_dark == 0
        [kept] = [exposure for exposure in both.world.exposures if exposure.kept]
        assert (kept.lit, kept.settled, kept.wiped, kept.sha256) == (True, True, True, picture.sha256)


@pytest.mark.parametrize(("level", "verdict"), [("software", "unproven"), ("current", "proven")])
async def test_what_the_level_cannot_sense_is_kept_and_its_verdict_says_what_it_is_worth(
    home: Home, level: str, verdict: str
) -> None:
    async with worn(home, level=level, connect=True) as both:
        for fault in [fault for fault in FAULTS if fault not in SENSED[level]]:
            getattr(both.world.led, fault)()
            picture = await both.press()
            assert isinstance(picture, Picture)
            assert (picture.light["level"], picture.light["verdict"]) == (level, verdict)
            record = next(data for kind, data in reversed(await both.journal()) if kind == "exposure")
            assert (record["level"], record["verdict"]) == (level, verdict)
            imported = next(entry.data for entry in reversed(both.app.ledger.entries()) if entry.kind == "import")
            assert imported["light"] == {"level": level, "verdict": verdict}
            both.world.led.mend()


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
async def test_a_camera_that_fails_leaves_no_picture_and_no_light(home: Home, kind: str, code: str) -> None:
    async with worn(home, connect=True) as both:
        both.world.camera.timeout_ms = 200
        both.world.camera.fail(kind, 20, skip=0 if kind in ("absent", "enomem") else 1)
        await assert_refused(both, both.press, code)
        both.world.forget_script()
        assert isinstance(await both.press(), Picture)
