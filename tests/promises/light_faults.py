"""What is done to the light, and where: faults before every act of the shutter and within its exposures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.link.events import Refusal
from host_tools.simulator import Simulator, World
from host_tools.simulator.world.script import capture_call
from tests.promises.rig import Worn, tap

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
    """One board that does nothing but one act of the shutter at each press."""

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
        for sha256 in told["kept"]:
            self.world.keep(sha256)
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
async def benches(level: str, count: int, act: str = "photo") -> AsyncIterator[list[Bench]]:
    """Boards with the sensors of `level`, running; `act`: photo, thumb or sequence, what a press asks for."""
    async with AsyncExitStack() as stack:
        made = [
            await stack.enter_async_context(
                Simulator(level=level, main=SHUTTER_MAIN, environ={"LEVEL": level, "ACT": act})
            )
            for _ in range(count)
        ]
        for sim in made:
            await sim.board.start()
            await sim.board.wait_for_log("ready")
        yield [Bench(sim) for sim in made]


async def sweep(level: str, faults: list[Fault], act: str = "photo") -> list[tuple[Fault, dict[str, Any]]]:
    """Each fault in an act of its own, and what the press led to."""
    left, outcomes = list(faults), list[tuple[Fault, dict[str, Any]]]()

    async def work(bench: Bench) -> None:
        while left:
            fault = left.pop()
            outcomes.append((fault, await bench.press_with(fault)))

    async with benches(level, BOARDS, act) as boards:
        await asyncio.gather(*map(work, boards))
    return outcomes


async def steps_of(level: str, act: str = "photo") -> tuple[list[Step], list[Step]]:
    """Every step of a healthy act up to its last capture, and the steps after that."""
    async with benches(level, 1, act) as [bench]:
        with bench.world.count_calls(capture_call) as calls:
            assert (await bench.press())["code"] == "taken"
        assert bench.world.exposures_in_dark == 0
    steps: list[Step] = []
    number = looks = last_exposed = 0
    for name in calls.names:
        if is_act(*name.split(".")):
            number, looks = number + 1, 0
        else:
            looks += 1
        if number and looks <= LOOKS_TRIED:
            steps.append(Step(number, looks))
        if name == "camera.capture":
            last_exposed = len(steps)
    return steps[:last_exposed], steps[last_exposed:]


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
