"""The whole device on CPython with a board of wood: what its own tasks do when nobody is connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from plainsight import beacon, identity
from plainsight.chain.segments import Segments
from plainsight.crashes import STEADY_MS
from plainsight.errors import Refused
from plainsight.failures import RECORD_EVERY_MS
from plainsight.glasses import Glasses
from plainsight.pairing_window import WINDOW_MS
from plainsight.parts import Parts
from plainsight.tasks import TaskFailed

from tests.unit.firmware_link import glasses_side
from tests.unit.firmware_link.glasses_side import GLASSES, SECRET
from tests.unit.firmware_link.manual_clock import ManualClock
from tests.unit.firmware_link.test_bearer_ble import Radio


class WoodenRadio(Radio):
    """A radio that shows what it advertises."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[int, bool]] = []

    def advertise(self, data: bytes, response: bytes, connectable: bool) -> None:
        self.shown.append((data[21], connectable))

    def renew_address(self) -> None:
        pass

    def stop(self) -> None:
        pass


class WoodenBoard(glasses_side.TestBoard):
    """A button, a status light, a radio; its watchdog counts how often it is fed."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = False
        self.fed = 0
        self.watched = False
        self.radio = WoodenRadio()
        self.time_s = 1_800_000_000

    def gatt_radio(self) -> WoodenRadio:
        return self.radio

    def watchdog(self, timeout_ms: int) -> WoodenBoard:
        assert timeout_ms >= 10_000, "the camera's driver can block for four seconds"
        self.watched = True
        return self

    def feed(self) -> None:
        self.fed += 1

    def button_pressed(self) -> bool:
        return self.pressed

    def status_light(self, on: bool) -> None:
        pass

    def reset_cause(self) -> str:
        return "power_on"


class Stage:
    def __init__(self, folder: Path, mode: str = "locked") -> None:
        identity.provision(
            str(folder), cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="software", mode=mode
        )
        self.clock = ManualClock()
        self.board = WoodenBoard()
        board: Any = self.board
        self.glasses: Any = Glasses(board, self.clock, str(folder))
        self.task = asyncio.create_task(self.glasses.run())

    @property
    def parts(self) -> Parts:
        return self.glasses._parts

    async def hold(self) -> None:
        self.board.pressed = True
        await self.clock.until(self.parts.window.is_open, 8000)
        self.board.pressed = False


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    await stage.clock.advance(1000)
    yield stage
    stage.task.cancel()


async def test_a_hand_on_the_button_opens_the_window_and_everybody_can_see_it(stage: Stage) -> None:
    radio, light = stage.board.radio, stage.parts.signals.status
    assert radio.shown[-1] == (0, True)
    assert light.showing != "pairing"
    await stage.hold()
    await stage.clock.advance(500)
    assert radio.shown[-1] == (beacon.WINDOW_OPEN, True)
    assert light.showing == "pairing"
    await stage.clock.advance(WINDOW_MS + 500)
    assert radio.shown[-1] == (0, True)
    assert light.showing != "pairing"


async def test_a_press_that_cannot_be_served_is_told_to_the_phone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(stage.glasses._door, "post", lambda name, fields: told.append((name, fields)))
    stage.board.pressed = True
    await stage.clock.advance(750)  # three polls of a clock that goes by quarters of a second
    stage.board.pressed = False
    await stage.clock.until(lambda: bool(told), 3000)
    assert told == [("refusal", {"reason": "no_owner", "trigger": "button", "detail": {}})]


async def test_what_strangers_tried_is_recorded_in_time_with_nobody_there(stage: Stage) -> None:
    stage.parts.failures.count("knock")
    count = stage.parts.journal.count
    await stage.clock.advance(RECORD_EVERY_MS + 1000)
    assert stage.parts.journal.count == count + 1


@pytest.fixture
def forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was told to forget what they heard, while the glasses do not listen by themselves."""
    told: list[str] = []
    monkeypatch.setattr(stage.parts.listener, "step", lambda: 100)
    monkeypatch.setattr(stage.parts.listener, "rest", told.append)
    monkeypatch.setattr(stage.parts.ears, "all_leave", lambda: told.append("ears"))
    return told


@pytest.mark.promise(6)
async def test_what_was_heard_is_forgotten_before_a_restart(stage: Stage, forgotten: list[str]) -> None:
    """Memory outlives a restart: the shelf and an update close the books before."""
    for close_books in (stage.parts.power.close_books, stage.parts.updates.close_books):
        close_books()
    assert forgotten == ["ears", "resting"] * 2


@pytest.mark.promise(6)
async def test_what_was_heard_is_forgotten_when_a_task_fails(
    stage: Stage, forgotten: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise KeyError("x")

    monkeypatch.setattr(stage.parts.failures, "record_if_due", fail)
    await stage.clock.advance(1000)
    with pytest.raises(TaskFailed):
        await stage.task
    assert forgotten == ["ears", "resting"]


@pytest.mark.parametrize("name", ["beacon", "house", "button", "keyword", "power", "signals"])
async def test_the_watchdog_is_fed_only_while_every_task_lives(stage: Stage, name: str) -> None:
    await stage.clock.advance(5_000)
    assert stage.board.fed > 5
    alive = stage.glasses._health.alive
    stage.glasses._health.alive = lambda task: None if task == name else alive(task)
    await stage.clock.advance(12_000)
    fed = stage.board.fed
    await stage.clock.advance(20_000)
    assert stage.board.fed == fed
    assert [(row["cause"], row["text"]) for row in stage.parts.crashes.rows()] == [("late", name)]


def running_tasks() -> set[str]:
    """The coroutines of the firmware that run as tasks of their own now, by file and name."""
    found: set[str] = set()
    for task in asyncio.all_tasks():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and "/firmware/plainsight/" in code.co_filename:
            found.add(f"{Path(code.co_filename).stem}.{code.co_name}")
    return found


async def test_no_task_runs_that_the_health_supervisor_does_not_know(stage: Stage) -> None:
    await stage.clock.advance(2_000)
    assert running_tasks() == {"glasses.run", "tasks._last"}

    async def forgotten() -> None:
        await asyncio.Event().wait()

    stray = asyncio.create_task(beacon.Beacon.run(stage.glasses, lambda: None))
    await asyncio.sleep(0)
    assert "beacon.run" in running_tasks() or stray.done(), "this test would see one"
    stray.cancel()
    waiting = {"bearer", "door", "health", "updates", "audit"}
    assert set(stage.glasses._tasks.names) == waiting | set(stage.glasses._health._expected)


async def test_a_task_that_fails_ends_the_glasses_by_its_name(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise KeyError("x")

    monkeypatch.setattr(stage.parts.failures, "record_if_due", fail)
    await stage.clock.advance(1000)
    with pytest.raises(TaskFailed) as caught:
        await stage.task
    assert (caught.value.name, type(caught.value.error)) == ("house", KeyError)


async def test_ten_steady_minutes_end_a_row_of_bad_boots(stage: Stage) -> None:
    for _ in range(3):
        stage.parts.crashes.fatal(KeyError())
    assert stage.parts.crashes.in_loop()
    await stage.clock.advance(STEADY_MS - 5_000)
    assert stage.parts.crashes.in_loop()
    await stage.clock.advance(6_000)
    assert not stage.parts.crashes.in_loop()


async def test_development_goes_without_a_watchdog(tmp_path: Path) -> None:
    for mode in ("development", "locked"):
        stage = Stage(tmp_path, mode)
        await stage.clock.advance(1000)
        assert stage.board.watched == (mode == "locked")
        stage.task.cancel()


async def test_glasses_whose_journal_cannot_be_written_stay_up_and_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(Segments, "append", full)
    stage = Stage(tmp_path)
    await stage.clock.advance(1000)
    assert not stage.task.done()
    with pytest.raises(Refused) as caught:
        await stage.parts.recorder.photo("button")
    assert caught.value.code == "journal_failed"
    assert stage.parts.journal.count == 0
    monkeypatch.undo()
    await stage.clock.until(lambda: stage.parts.boot_on_record, 61_000)
    [first] = stage.parts.journal.lines(0, 9)[0]
    assert '"boot",{' in first
    assert '"journal":"new"' in first
    stage.task.cancel()


async def test_glasses_without_an_identity_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(identity.NotProvisioned):
        await Glasses(WoodenBoard(), ManualClock(), str(tmp_path)).run()


@pytest.mark.parametrize("part", ["updates", "power"])
async def test_what_only_memory_counts_is_written_before_every_planned_end(stage: Stage, part: str) -> None:
    stage.parts.failures.count("knock")
    getattr(stage.parts, part).close_books()
    assert '"pairing_failures",{"knock":1}' in stage.parts.journal.lines(0, 99)[0][-1]
