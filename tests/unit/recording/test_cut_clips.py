"""Clips and the power: cut before any write, the next boot records it and keeps what was sealed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.recording.clip import Clip

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.recording.rig import Rig


def exposures(rig: Rig) -> list[dict[str, Any]]:
    return [data for kind, data in rig.records() if kind == "exposure"]


def test_a_power_cut_at_any_write_leaves_the_clip_so_far_and_its_record(tmp_path: Path, power: Power) -> None:
    cuts = adopted = 0
    for operation in range(1, 60):
        folder = tmp_path / str(operation)
        rig = Rig(folder)
        rig.bench.small_bytes = [1900]
        power.cut(operation)
        try:
            asyncio.run(clip_until_cut(rig))
        except PowerCut:
            cuts += 1
        power.cut(None)
        after = Rig(folder)
        after.recorder.keep_house()
        states = {data["item"]: data["state"] for data in exposures(after)}
        items = after.store.list(0, 9)[0]
        assert [item["id"] for item in items] == ([1] if items else [])
        for item in items:
            assert states[item["id"]] in (("ended", "cut") if item["whole"] else ("cut",))
            assert after.unsealed(item["id"]).frames
            adopted += not item["whole"]
        assert states.get(1) != "begun"
        assert after.store.unfinished == []
        count = after.journal.count
        after.recorder.keep_house()
        assert after.journal.count == count
    assert cuts >= 10
    assert adopted >= 2


async def clip_until_cut(rig: Rig) -> None:
    """A clip in this very task, so that the cut ends it as a cut does: nobody cleans up."""
    draft = rig.store.begin("clip", "app", rig.clock.unix_s())
    clip = Clip(draft, "app", rig.clock, rig.shutter, rig.store, rig.journal, rig.policy.must_end)
    await clip.run("qvga", 2, True, None)


def test_a_journal_that_fails_at_boot_leaves_the_cut_clip_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, power: Power
) -> None:
    rig = Rig(tmp_path)
    rig.bench.small_bytes = [1900]
    power.cut(14)
    with pytest.raises(PowerCut):
        asyncio.run(clip_until_cut(rig))
    power.cut(None)
    after = Rig(tmp_path)

    def fail(_: str, **__: Any) -> None:
        raise Refused("journal_failed")

    monkeypatch.setattr(after.journal, "append", fail)
    for _ in range(3):
        after.recorder.keep_house()
    assert after.logged == ["a cut clip waits: journal_failed"]
    assert after.store.count == 0
    monkeypatch.undo()
    later = Rig(tmp_path)
    later.recorder.keep_house()
    assert later.store.count == 1


def test_a_long_clip_is_looked_through_step_by_step_and_recorded_once(tmp_path: Path) -> None:
    """In one go, a minute on the card would take longer than the watchdog waits."""
    rig = Rig(tmp_path)
    draft = rig.store.begin("clip", "app", 5)
    frames = [bytes([number]) * 60_000 for number in range(5)]
    for number, body in enumerate(frames):
        draft.frame(body, number)
    after = Rig(tmp_path)
    rounds = 0
    after.recorder._camera = "clip"
    after.recorder.keep_house()  # what is being recorded is not held up
    assert exposures(after) == []
    after.recorder._camera = "nothing"
    while after.store.count == 0:
        after.recorder.keep_house()
        rounds += 1
    assert rounds == -(-after.store.item(1)["sealed_bytes"] // 65536) == 5
    assert [body for _, body in after.unsealed(1).frames] == frames[:4]
    assert [data["state"] for data in exposures(after)] == ["cut"]


def test_a_long_clip_that_takes_several_boots_is_recorded_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    draft = rig.store.begin("clip", "app", 5)
    for number in range(5):
        draft.frame(bytes([number]) * 60_000, number)
    for _ in range(3):  # switched off again before it was looked through
        after = Rig(tmp_path)
        after.recorder.keep_house()
        assert after.store.count == 0
        assert [data["state"] for data in exposures(after)] == ["cut"]
    while after.store.count == 0:
        after.recorder.keep_house()
    assert [data["state"] for data in exposures(after)] == ["cut"]
    assert "on_record" not in after.store.item(1)
