"""The whole device on CPython with a board of wood: what its own tasks do when nobody is connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from plainsight import beacon, identity
from plainsight.errors import Refused
from plainsight.failures import RECORD_EVERY_MS
from plainsight.glasses import Glasses
from plainsight.journal import Journal
from plainsight.pairing_window import WINDOW_MS

from tests.unit.firmware_link import glasses_side
from tests.unit.firmware_link.glasses_side import GLASSES, SECRET
from tests.unit.firmware_link.manual_clock import ManualClock
from tests.unit.firmware_link.test_bearer_ble import Radio


class WoodenBoard(glasses_side.TestBoard):
    """A button, a status light, a radio; its watchdog counts how often it is fed."""

    light_hz = 4000
    light_sense_nominal_mv = 200

    def __init__(self) -> None:
        super().__init__()
        self.pressed = False
        self.status: list[bool] = []
        self.fed = 0
        self.radio = Radio()
        self.shown: list[tuple[int, bool]] = []
        self.radio.advertise = self._advertise  # type: ignore[attr-defined]

    def _advertise(self, data: bytes, response: bytes, connectable: bool) -> None:
        self.shown.append((data[21], connectable))

    def gatt_radio(self) -> Radio:
        return self.radio

    def watchdog(self, timeout_ms: int) -> WoodenBoard:
        assert timeout_ms >= 10_000, "the camera's driver can block for four seconds"
        return self

    def feed(self) -> None:
        self.fed += 1

    def button_pressed(self) -> bool:
        return self.pressed

    def status_light(self, on: bool) -> None:
        self.status.append(on)

    def now_s(self) -> int:
        return 1_800_000_000


class Stage:
    def __init__(self, folder: Path) -> None:
        identity.provision(str(folder), cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="software")
        self.clock = ManualClock()
        self.board: Any = WoodenBoard()
        self.glasses: Any = Glasses(self.board, self.clock, str(folder))
        self.task = asyncio.create_task(self.glasses.run())

    async def hold(self) -> None:
        self.board.pressed = True
        await self.clock.until(lambda: self.board.status[-1], 6000)
        self.board.pressed = False


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    await stage.clock.advance(1000)
    yield stage
    stage.task.cancel()


async def test_a_hand_on_the_button_opens_the_window_and_everybody_can_see_it(stage: Stage) -> None:
    assert stage.board.shown[-1] == (0, True)
    assert not stage.board.status[-1]
    await stage.hold()
    await stage.clock.advance(500)
    assert stage.board.shown[-1] == (beacon.WINDOW_OPEN, True)
    await stage.clock.advance(WINDOW_MS + 500)
    assert stage.board.shown[-1] == (0, True)
    assert not stage.board.status[-1]


async def test_a_press_that_cannot_be_served_is_told_to_the_phone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(stage.glasses._door, "post", lambda name, fields: told.append((name, fields)))
    stage.board.pressed = True
    await stage.clock.advance(1500)
    stage.board.pressed = False
    await stage.clock.until(lambda: bool(told), 3000)
    assert told == [("refusal", {"reason": "no_owner", "trigger": "button", "detail": {}})]


async def test_what_strangers_tried_is_recorded_in_time_with_nobody_there(stage: Stage) -> None:
    stage.glasses._failures.count("knock")
    count = stage.glasses._service._journal.count
    await stage.clock.advance(RECORD_EVERY_MS + 1000)
    assert stage.glasses._service._journal.count == count + 1


async def test_the_watchdog_is_fed_only_while_the_tasks_live(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.clock.advance(20_000)
    fed = stage.board.fed
    assert fed > 20

    async def stuck(duration_ms: int) -> None:
        await asyncio.Event().wait()

    button_ms = 10
    sleep_ms = stage.clock.sleep_ms
    monkeypatch.setattr(
        stage.clock, "sleep_ms", lambda duration: stuck(duration) if duration == button_ms else sleep_ms(duration)
    )
    await stage.clock.advance(12_000)
    fed = stage.board.fed
    await stage.clock.advance(20_000)
    assert stage.board.fed == fed


async def test_glasses_whose_journal_cannot_be_written_stay_up_and_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(Journal, "_write_line", full)
    stage = Stage(tmp_path)
    await stage.clock.advance(1000)
    assert not stage.task.done()
    with pytest.raises(Refused) as caught:
        await stage.glasses._capture.take("button")
    assert caught.value.code == "journal_failed"
    stage.task.cancel()


async def test_glasses_without_an_identity_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(identity.NotProvisioned):
        await Glasses(WoodenBoard(), ManualClock(), str(tmp_path)).run()
