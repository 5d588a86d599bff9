"""Promise 1, no light, no frame: the light is cut, shorted, replaced and covered at every step of a photograph.

The shutter alone (real board driver, real MicroPython) is swept step by step; then the whole system is asked what
became of a refused press: nothing in the gallery, nothing on the glasses, a record in the journal, a reason in the app.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import Refusal
from host_tools.simulator import Simulator, World
from host_tools.simulator.world.script import capture_call
from tests.promises.rig import Home, Worn, tap, worn

pytestmark = [pytest.mark.promise(1), pytest.mark.simulated]

SHUTTER_MAIN = Path(__file__).parents[1] / "unit" / "firmware_capture" / "on_micropython" / "press_main.py"
LEVELS = ("software", "current", "optical")
FAULTS = ("cut", "short", "replace", "cover")
# docs/threat-model.md: what each level catches. A resistor in the light's place draws the right current.
SENSED = {"software": (), "current": ("cut", "short"), "optical": FAULTS}
BOARDS = 4  # that sweep side by side: a photograph is mostly waiting for frames
SAMPLED_STEPS = 6
LOOKS = (("pcnt", "pulses"), ("adc", "microvolts"), ("camera", "available"))
LOOKS_TRIED = 4  # after each act


def is_act(service: str, method: str) -> bool:
    """Calls that do something: light, camera, but not the looks at them while a frame is awaited."""
    return capture_call(service, method) and (service, method) not in LOOKS


@dataclass(frozen=True)
class Step:
    """A place in a photograph: right before its `act`-th call that is not part of a wait, or `looks` calls later.

    While a frame is awaited the board looks at camera and light in turn, as often as the time allows; so the calls of a
    wait have no fixed number, but the first ones after each act do.
    """

    act: int
    looks: int


@dataclass(frozen=True)
class Fault:
    """What happens to the light, and where: at a step, or at a fraction of the readout of a frame (from 1)."""

    name: str
    where: Step | tuple[int, float]

    def plan(self, world: World) -> None:
        """Let it happen in the next photograph."""
        damage = getattr(world.led, self.name)
        if not isinstance(self.where, Step):
            world.during_exposure(*self.where, damage)
            return
        later = self.where.looks + 1
        world.at_call(
            self.where.act, damage if later == 1 else lambda: world.at_call(later, damage, capture_call), is_act
        )


@dataclass
class Bench:
    """One board that does nothing but take a photograph at each press."""

    sim: Simulator

    @property
    def world(self) -> World:
        """Its physics."""
        return self.sim.world

    async def press(self) -> dict[str, Any]:
        """What one press led to. A photograph that was taken counts as kept; light and camera are off afterwards."""
        seen = len(self.sim.board.log)
        tap(self.world)
        told = json.loads(await self.sim.board.wait_for_log('"code"', after=seen))
        if told["code"] == "taken":
            self.world.keep(told["sha256"])
        self.world.forget_script()
        assert not self.world.led.commanded
        assert not self.world.camera.running
        return told

    async def press_with(self, fault: Fault) -> dict[str, Any]:
        """One press with this fault planned. None of its exposures was in the dark, and the light is mended."""
        exposed = len(self.world.exposures)
        fault.plan(self.world)
        told = await self.press()
        self.world.led.mend()
        assert self.world.exposures_in_dark == 0, (fault, told, self.world.exposures[exposed:])
        return told


@asynccontextmanager
async def benches(level: str, count: int) -> AsyncIterator[list[Bench]]:
    """Boards with the sensors of `level`, running."""
    async with AsyncExitStack() as stack:
        made = [
            await stack.enter_async_context(Simulator(level=level, main=SHUTTER_MAIN, environ={"LEVEL": level}))
            for _ in range(count)
        ]
        for sim in made:
            await sim.board.start()
            await sim.board.wait_for_log("ready")
        yield [Bench(sim) for sim in made]


async def sweep(level: str, faults: list[Fault]) -> list[tuple[Fault, dict[str, Any]]]:
    """Each fault in a photograph of its own, and what the press led to."""
    left, outcomes = list(faults), list[tuple[Fault, dict[str, Any]]]()

    async def work(bench: Bench) -> None:
        while left:
            fault = left.pop()
            outcomes.append((fault, await bench.press_with(fault)))

    async with benches(level, BOARDS) as boards:
        await asyncio.gather(*map(work, boards))
    return outcomes


async def steps_of_a_photograph(level: str) -> tuple[list[Step], list[Step]]:
    """Every step of a healthy photograph up to its last capture, and the steps after that."""
    async with benches(level, 1) as [bench]:
        with bench.world.count_calls(capture_call) as calls:
            assert (await bench.press())["code"] == "taken"
        assert bench.world.exposures_in_dark == 0
    steps: list[Step] = []
    act = looks = last_exposed = 0
    for name in calls.names:
        if is_act(*name.split(".")):
            act, looks = act + 1, 0
        else:
            looks += 1
        if act and looks <= LOOKS_TRIED:
            steps.append(Step(act, looks))
        if name == "camera.capture":
            last_exposed = len(steps)
    return steps[:last_exposed], steps[last_exposed:]


@pytest.mark.timeout(240)
async def test_a_fault_at_every_step_of_a_photograph() -> None:
    steps, after = await steps_of_a_photograph("optical")
    assert len(steps) > 30

    faults = [Fault(name, step) for name in ("cut", "cover") for step in [*steps, *after]]
    for fault, told in await sweep("optical", faults):
        # Once the last frame was handed over nothing is exposed any more, and its light was seen through.
        assert told["code"].startswith("light_") or (fault.where in after and told["code"] == "taken"), (fault, told)


@pytest.mark.parametrize(
    ("level", "fault"), [("current", "cut"), ("current", "short"), ("optical", "short"), ("optical", "replace")]
)
async def test_a_sensed_fault_at_sampled_steps(level: str, fault: str) -> None:
    steps, _ = await steps_of_a_photograph(level)
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


async def assert_refused(both: Worn, act: Callable[[], Any], prefix: str) -> None:
    """`act` yields no picture anywhere; the refusal is the journal's last record but those of reading it."""
    exposed, items = both.world.exposures_in_dark, await both.app.glasses.items()
    outcome = await act()
    assert isinstance(outcome, Refusal), outcome
    assert outcome.reason.startswith(prefix)
    assert both.app.gallery.pictures() == []
    assert await both.app.glasses.items() == items == []
    kind, data = (await both.journal())[-1]
    assert (kind, data["reason"]) == ("refusal", outcome.reason)
    assert both.world.exposures_in_dark == exposed == 0
    assert not both.world.led.commanded
    assert not both.world.camera.running


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
