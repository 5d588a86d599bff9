"""Refusals on record: all of those by hand, and never a flood."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.recording.refusals import RECORD_EVERY_MS, SINGLY

from tests.unit.recording.rig import Rig


def refusals(rig: Rig) -> list[dict[str, Any]]:
    return [data for kind, data in rig.records() if kind == "refusal"]


def repeat(rig: Rig, trigger: str, times: int, code: str = "too_hot") -> None:
    for _ in range(times):
        refused = Refused(code, {"temperature_c": 71})
        assert rig.refusals.record(refused, trigger) is refused


def test_by_hand_each_one_stands_in_the_journal(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "button", 40)
    assert refusals(rig) == [{"reason": "too_hot", "trigger": "button", "detail": {"temperature_c": 71}}] * 40


@pytest.mark.parametrize("trigger", ["interval", "app", "keyword"])
def test_an_hour_of_a_hot_board_is_a_few_records(tmp_path: Path, trigger: str) -> None:
    rig = Rig(tmp_path)
    for _ in range(3600):
        repeat(rig, trigger, 1)
        rig.bench.advance(1_000_000)
        rig.refusals.write_if_due()
    rig.refusals.write()
    kept = refusals(rig)
    assert len(kept) <= 6 * (SINGLY + 1) + 1
    assert sum(data.get("count", 1) for data in kept) == 3600


def test_the_first_ones_are_recorded_at_once_with_their_detail(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "interval", SINGLY + 3)
    assert refusals(rig) == [{"reason": "too_hot", "trigger": "interval", "detail": {"temperature_c": 71}}] * SINGLY
    rig.refusals.write()
    assert refusals(rig)[SINGLY:] == [{"reason": "too_hot", "trigger": "interval", "count": 3}]
    rig.refusals.write()
    assert len(refusals(rig)) == SINGLY + 1
    repeat(rig, "interval", 1)
    assert len(refusals(rig)) == SINGLY + 2  # the counts have begun anew


def test_reasons_and_triggers_are_counted_apart(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for trigger in ("interval", "app"):
        for code in ("too_hot", "busy"):
            repeat(rig, trigger, SINGLY + 2, code)
    rig.refusals.write()
    assert [(data["trigger"], data["reason"], data["count"]) for data in refusals(rig) if "count" in data] == [
        ("app", "busy", 2), ("app", "too_hot", 2), ("interval", "busy", 2), ("interval", "too_hot", 2),
    ]  # fmt: skip


def test_counts_are_written_when_their_time_has_come(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "interval", 1)
    rig.bench.advance((RECORD_EVERY_MS - 10) * 1000)
    repeat(rig, "interval", SINGLY)
    rig.refusals.write_if_due()
    assert not any("count" in data for data in refusals(rig))
    rig.bench.advance(20_000)
    rig.recorder.keep_house()
    assert refusals(rig)[-1] == {"reason": "too_hot", "trigger": "interval", "count": 1}


def test_before_the_memory_is_lost_the_counts_are_written(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "interval", SINGLY + 1)
    rig.recorder.close_books()
    assert refusals(rig)[-1]["count"] == 1


def test_where_the_journal_fails_that_is_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "interval", SINGLY + 4)

    def fail(_: str, **__: Any) -> None:
        raise Refused("journal_failed")

    monkeypatch.setattr(rig.journal, "append", fail)
    assert rig.refusals.record(Refused("busy"), "button").code == "journal_failed"
    rig.refusals.write()  # nothing is lost
    monkeypatch.undo()
    rig.refusals.write()
    assert refusals(rig)[-1] == {"reason": "too_hot", "trigger": "interval", "count": 4}


@pytest.mark.parametrize("kind", ["photo", "burst", "clip"])
def test_a_bug_of_ours_in_mid_exposure_is_on_record_before_it_is_told(tmp_path: Path, kind: str) -> None:
    rig = Rig(tmp_path)
    rig.recorder._survived = lambda task, error: rig.logged.append(task)
    rig.recorder.post = lambda name, fields: rig.posted.append((name, {"on record": len(refusals(rig))}))

    def bug(_: int) -> bool:
        raise KeyError("bug")

    for number in range(100, 400):  # a look for a frame, well within the session
        rig.bench.before_call[number] = lambda number=number: bug(number)

    async def whole() -> None:
        if kind == "clip":
            rig.recorder.begin_clip("app", 1)
            await rig.until_idle()
        else:
            await (rig.recorder.photo("app") if kind == "photo" else rig.recorder.burst(2, "app"))

    with contextlib.suppress(KeyError):
        asyncio.run(whole())
    assert [(row["reason"], row["trigger"]) for row in refusals(rig)] == [("internal", "app")]
    assert rig.told("refusal") == ([{"on record": 1}] if kind == "clip" else [])
    assert rig.recorder.doing == "nothing"


def test_counts_that_cannot_be_written_wait_their_time_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    repeat(rig, "app", SINGLY + 2)
    tries: list[str] = []

    def fail(kind: str, **_: Any) -> None:
        tries.append(kind)
        raise Refused("journal_failed")

    with monkeypatch.context() as patch:
        patch.setattr(rig.journal, "append", fail)
        for _ in range(2 * RECORD_EVERY_MS // 250 + 1):
            rig.bench.advance(250_000)
            rig.refusals.write_if_due()
    assert len(tries) == 2
    rig.refusals.write()
    assert refusals(rig)[-1]["count"] == 2
