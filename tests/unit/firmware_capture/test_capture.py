"""From trigger to item: what is asked first, what is recorded before anybody is told, what a failure leaves."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.recording.rig import Rig


@pytest.mark.parametrize(("level", "verdict"), [("software", "unproven"), ("current", "proven"), ("optical", "proven")])
def test_a_photograph_is_sealed_recorded_and_told(tmp_path: Path, level: str, verdict: str) -> None:
    rig = Rig(tmp_path, level=level)
    told = rig.photo("app")
    item = told["item"]
    assert item == rig.store.item(1)
    assert (item["kind"], item["trigger"], item["light"]["level"], item["light"]["verdict"]) == (
        "photo", "app", level, verdict,
    )  # fmt: skip
    opened = rig.unsealed(1)
    [(_, jpeg)] = opened.frames
    assert opened.end is not None
    assert told["media_sha256"] == opened.end["media_sha256"] == hashlib.sha256(jpeg).hexdigest()
    assert told["media_bytes"] == len(jpeg)
    assert opened.end["light"] == item["light"]
    commit = hmac.digest(bytes.fromhex(opened.meta["salt"]), hashlib.sha256(jpeg).digest(), hashlib.sha256).hex()
    [(kind, data)] = rig.records()
    assert kind == "exposure"
    assert data == {
        "item": 1, "kind": "photo", "commit": commit, "level": level, "verdict": verdict, "trigger": "app",
    }  # fmt: skip
    assert told["media_sha256"] not in (tmp_path / "journal" / "00000000.log").read_text()
    rig.assert_dark_and_closed()


def test_the_thumbnail_is_a_small_frame_under_the_same_light(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.photo()
    assert rig.bench.sizes == ["xga", "qvga"]
    assert rig.bench.calls.count("light_on") == 1
    [(_, thumb)] = rig.unsealed(1, "thumb").frames
    assert len(thumb) == 300
    assert rig.bench.exposures[thumb[2] - 1].size == "qvga"


def test_without_the_setting_there_is_no_thumbnail(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change({"thumbnails": False, "photo_size": "svga"})
    assert rig.photo()["item"]["thumb_bytes"] == 0
    assert rig.bench.sizes == ["svga"]


def test_each_photograph_has_a_salt_of_its_own(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    salts = {rig.unsealed(rig.photo()["item"]["id"]).meta["salt"] for _ in range(2)}
    assert len(salts) == 2
    assert {len(salt) for salt in salts} == {32}


def test_memory_is_collected_when_the_camera_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    collected: list[bool] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(rig.bench.driven is None))
    rig.photo()
    assert collected == [True]


def test_without_an_owner(tmp_path: Path) -> None:
    rig = Rig(tmp_path, owner=False)
    assert rig.refused().code == "no_owner"
    assert rig.bench.calls == []


@pytest.mark.parametrize("code", ["battery_low", "too_hot", "asleep"])
def test_what_power_forbids(tmp_path: Path, code: str) -> None:
    rig = Rig(tmp_path)
    rig.power.against = Refused(code, {"percent": 3})
    error = rig.refused()
    assert (error.code, error.detail) == (code, {"percent": 3})
    assert rig.bench.calls == []


@pytest.mark.parametrize(("free_bytes", "refused"), [(262_143, True), (262_144, False)])
def test_a_full_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, refused: bool) -> None:
    rig = Rig(tmp_path)
    monkeypatch.setattr(rig.store, "free_bytes", lambda: free_bytes)
    if refused:
        error = rig.refused()
        assert (error.code, error.detail) == ("storage_full", {"free_bytes": free_bytes})
        assert rig.bench.calls == []
    else:
        rig.photo()


def test_every_refusal_is_recorded(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.bench.cut = True
    error = rig.refused()
    [(kind, data)] = rig.records()
    assert (kind, error.code) == ("refusal", "light_unseen")
    assert data == {"reason": "light_unseen", "trigger": "button", "detail": error.detail}
    assert rig.store.count == 0


def test_one_at_a_time(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def two() -> list[Any]:
        return await asyncio.gather(rig.recorder.photo("app"), second(), return_exceptions=True)

    async def second() -> object:
        assert (rig.recorder.doing, rig.recorder.camera_in_use) == ("photo", True)
        return await rig.recorder.photo("button")

    told, refused = asyncio.run(two())
    assert told["item"]["id"] == 1
    assert isinstance(refused, Refused)
    assert (refused.code, refused.detail) == ("busy", {"doing": "photo"})
    assert [kind for kind, _ in rig.records()] == ["refusal", "exposure"]
    assert rig.recorder.doing == "nothing"
    assert rig.photo()["item"]["id"] == 2


@pytest.mark.parametrize("error", [Refused("light_lost"), KeyError("a bug"), asyncio.CancelledError()])
def test_it_is_free_again_after_any_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    rig = Rig(tmp_path)

    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(rig.shutter, "photograph", fail)
    with pytest.raises(type(error)):
        rig.photo()
    assert not rig.recorder.camera_in_use
    assert left_in(tmp_path) == set()
    monkeypatch.undo()
    rig.photo()


def left_in(folder: Path) -> set[str]:
    """Files of items, whole or half."""
    return {path.name for path in (folder / "media").iterdir() if path.name[:8].isdigit()}


def failing_journal(rig: Rig, monkeypatch: pytest.MonkeyPatch, fails: Callable[[str, dict[str, Any]], bool]) -> None:
    append = rig.journal.append

    def but_some(record: str, **data: object) -> None:
        if fails(record, data):
            raise Refused("journal_failed")
        append(record, **data)

    monkeypatch.setattr(rig.journal, "append", but_some)


def test_a_photograph_that_cannot_be_recorded_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    failing_journal(rig, monkeypatch, lambda record, _: record == "exposure")
    assert rig.refused().code == "journal_failed"
    [(kind, data)] = rig.records()
    assert (kind, data["reason"]) == ("refusal", "journal_failed")
    assert rig.store.count == 0
    assert left_in(tmp_path) == set()


def test_a_refusal_that_cannot_be_recorded_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path, owner=False)
    failing_journal(rig, monkeypatch, lambda *_: True)
    assert rig.refused().code == "journal_failed"


def test_a_photograph_that_cannot_be_stored(tmp_path: Path, power: Power) -> None:
    rig = Rig(tmp_path)
    power.failing = OSError(28, "full")
    power.cut(1)
    assert rig.refused().code == "storage_full"
    [(kind, data)] = rig.records()
    assert (kind, data["reason"]) == ("refusal", "storage_full")
    assert rig.store.count == 0


@pytest.mark.parametrize(("error", "errno"), [(OSError(5, "flash"), 5), (MemoryError(), 0)])
def test_a_failure_that_nobody_foresaw_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, errno: int
) -> None:
    rig = Rig(tmp_path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(rig.store, "begin", fail)
    assert rig.refused().code == "storage_failed"
    [(kind, data)] = rig.records()
    assert (kind, data["reason"], data["detail"]) == ("refusal", "storage_failed", {"errno": errno})
    assert rig.store.count == 0


def test_a_store_that_cannot_say_how_full_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def fail() -> int:
        raise OSError(5, "flash")

    monkeypatch.setattr(rig.store, "free_bytes", fail)
    error = rig.refused()
    assert (error.code, error.detail) == ("storage_failed", {"errno": 5})
    assert rig.bench.calls == []


def test_no_item_without_its_record_whenever_the_power_goes(tmp_path: Path, power: Power) -> None:
    cuts = 0
    for operation in range(1, 40):
        folder = tmp_path / str(operation)
        rig = Rig(folder)
        power.cut(operation)
        try:
            rig.photo()
        except PowerCut:
            cuts += 1
        else:
            break
        finally:
            power.cut(None)
        after = Rig(folder)
        recorded = {data["item"] for kind, data in after.records() if kind == "exposure"}
        assert {item["id"] for item in after.store.list(0, 9)[0]} <= recorded
        assert left_in(folder) == set() or after.store.count == 1
    assert 7 <= cuts < 39
