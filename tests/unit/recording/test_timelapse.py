"""Time-lapses: on a grid that does not drift, through the whole policy, ended by a hand, the count or the battery."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.recording.refusals import SINGLY
from plainsight.recording.timelapse import TimeLapse

from tests.unit.recording.rig import Rig


class Stage:
    """A time-lapse whose photographs take as long as the test says."""

    def __init__(self, folder: Path, photo_ms: int = 0):
        self.rig = Rig(folder)
        self.photo_ms = photo_ms
        self.begun_us = self.rig.bench.now_us
        self.moments_ms: list[int] = []
        self.missed = 0
        self.refusal: Refused | None = None
        self.ending = ""
        self.lapse = TimeLapse(self.rig.clock, self._photograph, self._missed, lambda: self.ending)

    async def _photograph(self) -> None:
        self.moments_ms.append((self.rig.bench.now_us - self.begun_us) // 1000)
        await self.rig.clock.sleep_ms(self.photo_ms)
        if self.refusal is not None:
            raise self.refusal

    def _missed(self, refused: Refused) -> None:
        assert refused.code == "busy"
        self.missed += 1

    def run(self, every_s: int, frames: int) -> str:
        return asyncio.run(self.lapse.run(every_s, frames))


@pytest.mark.parametrize(("every_s", "photo_ms"), [(1, 0), (1, 700), (7, 3001), (60, 1234)])
def test_the_grid_does_not_drift(tmp_path: Path, every_s: int, photo_ms: int) -> None:
    stage = Stage(tmp_path, photo_ms)
    assert stage.run(every_s, 200) == "done"
    late_ms = [moment_ms - number * every_s * 1000 for number, moment_ms in enumerate(stage.moments_ms)]
    assert len(late_ms) == 200
    assert min(late_ms) >= 0
    assert max(late_ms) <= 5
    assert stage.missed == 0


def test_the_ticks_may_wrap_and_an_hour_may_pass_between_two(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.rig.bench.now_us = stage.begun_us = (2**30 - 4_000_000) * 1000
    assert stage.run(3600, 4) == "done"
    assert [moment_ms // 1000 for moment_ms in stage.moments_ms] == [0, 3600, 7200, 10_800]


def test_what_takes_too_long_misses_moments_and_does_not_pile_up(tmp_path: Path) -> None:
    stage = Stage(tmp_path, 2500)
    assert stage.run(1, 20) == "done"
    gaps = [later - earlier for earlier, later in zip(stage.moments_ms, stage.moments_ms[1:], strict=False)]
    assert min(gaps) >= 2500
    assert len(stage.moments_ms) + stage.missed == 20
    assert stage.moments_ms[-1] <= 20_500


def test_a_refusal_does_not_end_it_but_an_empty_battery_does(tmp_path: Path) -> None:
    for code in ("too_hot", "busy", "light_lost", "storage_full", "card_absent", "journal_failed"):
        stage = Stage(tmp_path / code)
        stage.refusal = Refused(code)
        assert stage.run(1, 5) == "done"
        assert (stage.lapse.taken, stage.lapse.refused) == (0, 5)
    for code in ("battery_low", "asleep"):
        stage = Stage(tmp_path / code)
        stage.refusal = Refused(code)
        assert stage.run(1, 5) == code
        assert len(stage.moments_ms) == 1


@pytest.mark.parametrize(
    ("ending", "reason", "photographs"), [("battery_low", "battery_low", 0), ("too_hot", "done", 3)]
)
def test_a_battery_that_must_be_spared_is_not_even_tried(
    tmp_path: Path, ending: str, reason: str, photographs: int
) -> None:
    stage = Stage(tmp_path)
    stage.ending = ending
    assert stage.run(1, 3) == reason
    assert len(stage.moments_ms) == photographs


def lapse(rig: Rig, every_s: int = 1, frames: int = 4) -> None:
    async def whole() -> None:
        rig.recorder.begin_timelapse(every_s, frames, "app")
        assert rig.recorder.doing == "timelapse"
        await rig.until_idle()

    asyncio.run(whole())


def test_each_photograph_is_an_item_recorded_and_told(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    lapse(rig)
    items = rig.store.list(0, 9)[0]
    assert [item["trigger"] for item in items] == ["interval"] * 4
    assert [kind for kind, _ in rig.records()] == ["timelapse", *["exposure"] * 4, "timelapse"]
    assert rig.records()[0][1] == {"state": "begun", "every_s": 1, "frames": 4, "trigger": "app"}
    assert rig.records()[-1][1] == {"state": "ended", "reason": "done", "taken": 4, "refused": 0}
    assert [name for name, _ in rig.posted] == ["recording", *["item"] * 4, "recording"]
    assert rig.posted[0][1] == {"what": "timelapse", "on": True, "trigger": "app"}
    assert rig.posted[-1][1] == {"what": "timelapse", "on": False, "trigger": "app", "reason": "done"}
    times = [item["time_s"] for item in items]
    assert [later - times[0] for later in times] == [0, 1, 2, 3]
    rig.assert_dark_and_closed()


def test_every_photograph_passes_the_policy_and_refusals_are_counted(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    asked: list[str] = []

    def may_expose(trigger: str, kind: str = "photo") -> Refused | None:
        asked.append(trigger + " " + kind)
        return Refused("too_hot") if 3 < len(asked) < 3 + SINGLY + 5 else None

    rig.power.may_expose = may_expose
    lapse(rig, frames=SINGLY + 9)
    assert asked == ["app timelapse", *["interval photo"] * (SINGLY + 9)]
    refused = SINGLY + 4
    refusals = [data for kind, data in rig.records() if kind == "refusal"]
    assert [data.get("count", 1) for data in refusals] == [1] * SINGLY + [refused - SINGLY]
    assert rig.records()[-1][1] == {
        "state": "ended",
        "reason": "done",
        "taken": SINGLY + 9 - refused,
        "refused": refused,
    }


def test_a_hand_ends_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def stopped() -> None:
        rig.recorder.begin_timelapse(3600, 100, "app")
        while rig.store.count == 0:
            await rig.clock.sleep_ms(0)
        assert rig.recorder.stop("button") == "timelapse"
        await rig.until_idle()

    asyncio.run(stopped())
    assert rig.records()[-1][1] == {"state": "ended", "reason": "button", "taken": 1, "refused": 0}
    assert rig.bench.now_us < 2**31


def test_between_two_of_its_photographs_the_camera_is_free(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def between() -> None:
        rig.recorder.begin_timelapse(60, 2, "app")
        while rig.store.count == 0 or rig.recorder.camera_in_use:
            await rig.clock.sleep_ms(0)
        await rig.recorder.photo("app")
        with pytest.raises(Refused, match="busy"):
            rig.recorder.begin_clip("app")
        with pytest.raises(Refused, match="busy"):
            rig.recorder.begin_timelapse(1, 1, "app")
        assert rig.recorder.doing == "timelapse"
        await rig.until_idle()

    asyncio.run(between())
    assert [item["trigger"] for item in rig.store.list(0, 9)[0]] == ["interval", "app", "interval"]


def test_what_cannot_be_recorded_does_not_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def fail(_: str, **__: Any) -> None:
        raise Refused("journal_failed")

    monkeypatch.setattr(rig.journal, "append", fail)
    with pytest.raises(Refused, match="journal_failed"):
        rig.recorder.begin_timelapse(1, 2, "app")
    assert (rig.recorder.doing, rig.posted) == ("nothing", [])


def test_an_end_that_cannot_be_recorded_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.refuse_to_record(monkeypatch, state="ended")
    lapse(rig)
    assert rig.posted[-1][1]["on"] is False
    assert rig.logged == ["end of the time-lapse not recorded: journal_failed"]
