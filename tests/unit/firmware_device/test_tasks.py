"""Every task is known: one that hangs is named before the watchdog bites, one that ends ends the boot."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from plainsight import glasses
from plainsight.health import Health
from plainsight.tasks import Ended, TaskFailed, Tasks

from tests.unit.firmware_link.manual_clock import ManualClock


class Dog:
    """A watchdog that counts its meals."""

    def __init__(self) -> None:
        self.meals = 0

    def feed(self) -> None:
        self.meals += 1


class Stage:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.dog = Dog()
        self.late: list[str] = []
        self.health = Health(self.dog, self.clock, self.late.append)
        self.tasks = Tasks(self.health)

    async def works(self, alive: Callable[[], None]) -> None:
        while True:
            alive()
            await self.clock.sleep_ms(250)

    async def hangs(self, alive: Callable[[], None]) -> None:
        await asyncio.Event().wait()


async def test_a_task_that_hangs_is_named_once_and_the_dog_goes_hungry() -> None:
    stage = Stage()
    stage.tasks.add("works", 2000, stage.works)
    stage.tasks.add("hangs", 2000, stage.hangs)
    stage.tasks.add_waiting("health", stage.health.run)
    running = asyncio.create_task(stage.tasks.run())
    await stage.clock.advance(1800)
    assert stage.late == []
    assert stage.dog.meals > 0
    await stage.clock.advance(1500)
    assert stage.late == ["hangs"]
    meals = stage.dog.meals
    await stage.clock.advance(20_000)
    assert (stage.dog.meals, stage.late) == (meals, ["hangs"])
    running.cancel()


async def test_a_sleep_of_the_whole_chip_makes_nobody_late() -> None:
    stage = Stage()
    stage.tasks.add("works", 2000, stage.works)
    stage.tasks.add_waiting("health", stage.health.run)
    running = asyncio.create_task(stage.tasks.run())
    await stage.clock.advance(1000)
    stage.clock.now_ms += 60_000
    await stage.clock.advance(3000)
    assert stage.late == []
    running.cancel()


async def _return() -> None:
    await asyncio.sleep(0)


async def _fail() -> None:
    await asyncio.sleep(0)
    raise KeyError("x")


@pytest.mark.parametrize(("run", "kind"), [(_return, Ended), (_fail, KeyError)])
async def test_a_task_that_ends_ends_the_boot_by_its_name(run: Callable[[], object], kind: type[Exception]) -> None:
    stage = Stage()
    stage.tasks.add("works", 2000, stage.works)
    stage.tasks.add_waiting("door", run)  # type: ignore[arg-type]
    with pytest.raises(TaskFailed) as caught:
        await stage.tasks.run()
    assert caught.value.name == "door"
    assert isinstance(caught.value.error, kind)


async def test_a_passing_task_may_end_but_not_fail() -> None:
    stage = Stage()
    stage.tasks.add_passing("updates", _return)
    await stage.tasks.run()
    stage.tasks.add_passing("updates", _fail)
    with pytest.raises(TaskFailed):
        await stage.tasks.run()


def test_the_glasses_start_no_task_but_through_tasks() -> None:
    """A gather or create_task of their own would be a task that the health supervisor does not know."""
    tree = ast.parse(Path(glasses.__file__).read_text())
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {"create_task", "gather", "ensure_future", "run_until_complete"}
