"""Clips: what they hold, what ends them, what is recorded around them, and what a failure or a power cut leaves."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused

from tests.unit.recording.rig import Rig

LEVELS = ("software", "current", "optical")
SENSED = {"current": ("cut", "short"), "optical": ("cut", "short", "covered")}


def record(rig: Rig, *, seconds: int | None = 1, audio: bool | None = None, trigger: str = "app") -> str:
    """Record a clip to its end; why it ended, as the phone is told."""

    async def whole() -> None:
        rig.recorder.begin_clip(trigger, seconds, audio)
        await rig.until_idle()

    asyncio.run(whole())
    [*_, (name, fields)] = rig.posted
    assert (name, fields["on"], fields["trigger"]) == ("recording", False, trigger)
    return fields["reason"]


def exposures(rig: Rig) -> list[dict[str, Any]]:
    return [data for kind, data in rig.records() if kind == "exposure"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_clip_is_sealed_recorded_and_told(tmp_path: Path, level: str) -> None:
    rig = Rig(tmp_path, level=level)
    assert record(rig) == "done"
    verdict = "unproven" if level == "software" else "proven"
    item = rig.store.item(1)
    opened = rig.unsealed(1)
    assert opened.end is not None
    assert (opened.meta["kind"], opened.meta["trigger"], opened.end["reason"]) == ("clip", "app", "done")
    assert len(opened.frames) == item["frames"] == opened.end["frames"] > 10
    times = [time_ms for time_ms, _ in opened.frames]
    assert times[0] == 0
    assert times == sorted(set(times))
    assert 1000 <= times[-1] == item["duration_ms"] < 1100
    assert opened.end["light"] == item["light"]
    assert (item["light"]["level"], item["light"]["verdict"]) == (level, verdict)
    commit = hmac.digest(bytes.fromhex(opened.meta["salt"]), bytes.fromhex(opened.media_sha256), hashlib.sha256).hex()
    assert exposures(rig) == [
        {"item": 1, "kind": "clip", "state": "begun", "level": level, "trigger": "app"},
        {
            "item": 1, "kind": "clip", "state": "ended", "commit": commit, "verdict": verdict, "reason": "done",
            "frames": len(times),
        },
    ]  # fmt: skip
    [told] = rig.told("item")
    assert (told["item"], told["media_sha256"], told["reason"]) == (item, opened.media_sha256, "done")
    assert told["media_bytes"] == sum(len(jpeg) for _, jpeg in opened.frames)
    assert [name for name, _ in rig.posted] == ["recording", "item", "recording"]
    rig.assert_dark_and_closed()


def test_every_frame_of_a_clip_is_another_exposure_and_none_is_an_unsettled_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    record(rig)
    serials = [jpeg[2] for _, jpeg in rig.unsealed(1).frames]
    assert serials == list(range(serials[0], serials[0] + len(serials)))
    assert serials[0] == 5  # the constructor's and three that the exposure settles on


def test_the_first_frame_is_the_thumbnail_and_only_where_it_is_wanted(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    record(rig)
    assert rig.unsealed(1, "thumb").frames == rig.unsealed(1).frames[:1]
    rig.settings.change({"thumbnails": False, "clip_size": "vga"})
    record(rig)
    assert rig.store.item(2)["thumb_bytes"] == 0
    assert rig.bench.sizes == ["qvga", "vga"]


@pytest.mark.parametrize(("asked", "setting", "seconds"), [(None, 2, 2), (1, 2, 1), (5, 2, 2)])
def test_the_setting_limits_every_clip(tmp_path: Path, asked: int | None, setting: int, seconds: int) -> None:
    rig = Rig(tmp_path)
    rig.settings.change({"clip_seconds": setting})

    async def whole() -> None:
        assert rig.recorder.begin_clip("button", asked) == (1, seconds, False)
        await rig.until_idle()

    asyncio.run(whole())
    assert seconds * 1000 <= rig.store.item(1)["duration_ms"] < seconds * 1000 + 100


def test_a_stop_ends_it_and_says_who(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def stopped() -> None:
        rig.recorder.begin_clip("app", 30)
        assert (rig.recorder.doing, rig.recorder.camera_in_use) == ("clip", True)
        while rig.bench.calls.count("capture") < 12:
            await rig.clock.sleep_ms(0)
        assert rig.recorder.stop("button") == "clip"
        assert rig.recorder.stop("app") == "clip"
        await rig.until_idle()

    asyncio.run(stopped())
    assert rig.told("item")[0]["reason"] == "button"
    assert rig.recorder.stop("app") == "nothing"
    assert 5 < rig.store.item(1)["frames"] < 20


@pytest.mark.parametrize("code", ["battery_low", "too_hot", "asleep"])
def test_what_power_forbids_ends_it(tmp_path: Path, code: str) -> None:
    rig = Rig(tmp_path)
    asked: list[int] = []

    def must_end() -> Refused | None:
        asked.append(1)
        return Refused(code) if len(asked) == 4 else None

    rig.power.must_end = must_end
    assert record(rig) == code
    assert rig.store.item(1)["frames"] == 4


def test_no_clip_is_larger_than_an_item_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    monkeypatch.setattr("plainsight.recording.clip._MOST_BYTES", 20_000)
    rig.bench.small_bytes = [1900]
    assert record(rig, seconds=30) == "too_large"
    assert 20_000 < rig.store.item(1)["sealed_bytes"] < 45_000


def test_a_full_store_ends_it_and_what_was_recorded_stays(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    begin = rig.store.begin

    def almost_full(*args: Any) -> Any:
        draft = begin(*args)
        frame, frames = draft.frame, [0]

        def limited(view: memoryview, time_ms: int) -> None:
            frames[0] += 1
            if frames[0] == 6:
                raise Refused("storage_full")
            frame(view, time_ms)

        draft.frame = limited
        return draft

    rig.store.begin = almost_full
    assert record(rig) == "storage_full"
    assert rig.store.item(1)["frames"] == 5
    assert exposures(rig)[-1]["reason"] == "storage_full"
    assert rig.told("refusal") == []
    rig.assert_dark_and_closed()


@pytest.mark.parametrize("fault", ["none", "half", "garbage", "raise"])
def test_a_frame_that_fails_is_left_out_and_a_camera_that_fails_ends_it(tmp_path: Path, fault: str) -> None:
    rig = Rig(tmp_path)
    rig.bench.frame_faults = [None] * 6 + [fault, None, fault, fault] + [None] * 2 + [fault] * 3
    code = {"none": "camera_no_frame", "raise": "camera_failed"}.get(fault, "camera_bad_frame")
    assert record(rig) == code
    assert rig.store.item(1)["frames"] == 6
    assert all(jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9" for _, jpeg in rig.unsealed(1).frames)
    rig.assert_dark_and_closed()


def test_a_light_that_fails_from_the_start_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.bench.cut = True
    assert record(rig) == "light_unseen"
    assert rig.bench.exposures == []
    assert (rig.store.count, rig.store.unfinished) == (0, [])
    assert [data["reason"] for kind, data in rig.records() if kind == "refusal"] == ["light_unseen"]
    assert exposures(rig) == []
    assert rig.told("refusal")[0]["reason"] == "light_unseen"
    assert rig.told("item") == []
    rig.assert_dark_and_closed()


@pytest.mark.parametrize("level", SENSED)
def test_a_fault_at_any_call_costs_the_frame_it_falls_on_and_no_other(tmp_path: Path, level: str) -> None:
    """The light fails right before board calls all over a clip, each kind of fault before others."""
    healthy = Rig(tmp_path / "healthy", level=level)
    healthy.settings.change({"thumbnails": False})
    assert short_clip(healthy) == "app"
    calls = len(healthy.bench.calls)
    for offset, fault in enumerate(SENSED[level]):
        for number in range(1 + 7 * offset, calls + 1, 28):
            rig = Rig(tmp_path / f"{fault}{number}", level=level)
            rig.bench.before_call[number] = lambda rig=rig, fault=fault: setattr(rig.bench, fault, True)
            reason = short_clip(rig)
            assert reason == "app" or reason.startswith("light_")
            rig.assert_dark_and_closed()
            if rig.store.count:
                serials = [jpeg[2] for _, jpeg in rig.unsealed(1).frames]
                assert all(rig.bench.exposures[serial - 1].lit for serial in serials)
                assert rig.unsealed(1).end == {**rig.unsealed(1).end, "reason": reason, "frames": len(serials)}
                assert rig.store.item(1)["light"]["verdict"] == "proven"
                assert exposures(rig)[-1]["reason"] == reason
            else:
                assert exposures(rig) == []


def short_clip(rig: Rig) -> str:
    """Four frames, unless the light fails before."""
    frames = 0

    def must_end() -> None:
        nonlocal frames
        frames += 1
        if frames == 4:
            rig.recorder.stop("app")

    rig.power.must_end = must_end
    return record(rig, seconds=30)


@pytest.mark.parametrize("moment_ms", range(900, 1500, 37))
def test_a_short_blackout_costs_the_rest_of_the_clip(tmp_path: Path, moment_ms: int) -> None:
    rig = Rig(tmp_path)
    begin = rig.bench.now_us + moment_ms * 1000

    def switch(out: bool) -> Callable[[], None]:
        return lambda: setattr(rig.bench, "cut", out)

    rig.bench.schedule = [(begin, switch(True)), (begin + 8000, switch(False))]
    assert record(rig, seconds=2) == "light_lost"
    assert all(rig.bench.exposures[jpeg[2] - 1].lit for _, jpeg in rig.unsealed(1).frames)
    rig.assert_dark_and_closed()


def test_while_a_clip_is_recorded_everything_else_is_busy_at_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def crowd() -> None:
        rig.recorder.begin_clip("app", 1)
        asked = len(rig.bench.calls)
        acts: list[Callable[[], Any]] = [
            lambda: rig.recorder.begin_clip("button"),
            lambda: rig.recorder.begin_timelapse(1, 2, "button"),
        ]
        for act in acts:
            with pytest.raises(Refused, match="busy"):
                act()
        for slow in (rig.recorder.photo("button"), rig.recorder.burst(2, "button")):
            with pytest.raises(Refused, match="busy"):
                await slow
        assert len(rig.bench.calls) == asked
        rig.recorder.mark("button")
        await rig.until_idle()

    asyncio.run(crowd())
    assert rig.store.count == 1
    assert [data["doing"] for kind, data in rig.records() if kind == "mark"] == ["clip"]


def test_the_record_stands_before_the_first_frame_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def fail(_: str, **__: Any) -> None:
        raise Refused("journal_failed")

    begin, written = rig.store.begin, list[int]()

    def watched(*args: Any) -> Any:
        draft = begin(*args)
        draft.frame = lambda view, _: written.append(len(view))
        return draft

    rig.store.begin = watched
    monkeypatch.setattr(rig.journal, "append", fail)
    assert record(rig) == "journal_failed"
    assert written == []
    assert rig.store.count == 0
    rig.assert_dark_and_closed()


def test_a_clip_whose_end_cannot_be_recorded_waits_for_the_next_boot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path)
    rig.refuse_to_record(monkeypatch, state="ended")
    assert record(rig) == "journal_failed"
    assert (rig.store.count, rig.store.unfinished) == (0, [])
    assert rig.photo()["item"]["id"] == 2  # the store is not busy for good
    rig.store.tend()
    assert rig.store.count == 1
    again = Rig(tmp_path)
    again.recorder.keep_house()
    assert [data["state"] for data in exposures(again) if data["kind"] == "clip"] == ["begun", "cut"]
    assert again.unsealed(1).end is not None


def test_a_first_frame_that_cannot_be_written_ends_on_record(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    begin = rig.store.begin

    def failing(*args: Any) -> Any:
        draft = begin(*args)

        def fail(*_: object) -> None:
            raise Refused("card_absent")

        draft.frame = fail
        return draft

    rig.store.begin = failing
    assert record(rig) == "card_absent"
    assert [(data["state"], data.get("reason")) for data in exposures(rig)] == [
        ("begun", None), ("ended", "card_absent"),
    ]  # fmt: skip
    assert (rig.store.count, rig.store.unfinished) == (0, [])


def test_a_clip_whose_end_cannot_be_written_is_found_at_the_next_boot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path)
    rig.bench.small_bytes = [1900]

    def fail(*_: object) -> None:
        raise Refused("storage_failed")

    monkeypatch.setattr("plainsight.storage.draft.Draft.finish", fail)
    assert record(rig, seconds=2) == "storage_failed"
    monkeypatch.undo()
    assert rig.store.count == 0
    rig.photo()  # the store is not busy for good
    again = Rig(tmp_path)
    again.recorder.keep_house()
    assert again.records()[-1] == ("exposure", {"item": 1, "kind": "clip", "state": "cut", "kept": True})
    assert again.store.item(1)["whole"] is False
    assert len(again.unsealed(1).frames) > 5


@pytest.mark.parametrize("kind", ["clip", "timelapse"])
def test_a_phone_that_cannot_be_told_of_the_beginning_stops_nothing(tmp_path: Path, kind: str) -> None:
    rig = Rig(tmp_path)

    def full_heap(name: str, fields: dict[str, Any]) -> None:
        rig.recorder.post = lambda name, fields: rig.posted.append((name, fields))
        raise MemoryError

    async def whole() -> None:
        rig.recorder.post = full_heap
        begin = rig.recorder.begin_clip if kind == "clip" else rig.recorder.begin_timelapse
        with pytest.raises(MemoryError):
            begin(*(("app", 1) if kind == "clip" else (1, 1, "app")))
        await rig.until_idle()

    asyncio.run(whole())
    assert (rig.told("recording")[-1]["reason"], rig.store.count) == ("done", 1)
    rig.assert_dark_and_closed()
