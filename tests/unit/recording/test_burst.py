"""Bursts: photographs at the sensor's rate in one session of light, each an item with its own record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused

from tests.unit.recording.rig import Rig

SENSED = {"current": ("cut", "short"), "optical": ("cut", "short", "covered")}


def burst(rig: Rig, frames: int = 4) -> tuple[list[dict[str, Any]], str]:
    return asyncio.run(rig.recorder.burst(frames, "app"))


@pytest.mark.parametrize("frames", [2, 8])
def test_a_burst_is_so_many_photographs_under_one_light(tmp_path: Path, frames: int) -> None:
    rig = Rig(tmp_path)
    taken, reason = burst(rig, frames)
    assert reason == "done"
    assert [one["item"]["id"] for one in taken] == list(range(1, frames + 1))
    assert rig.bench.calls.count("light_on") == rig.bench.calls.count("open_camera") == 1
    serials = [rig.unsealed(number).frames[0][1][2] for number in range(1, frames + 1)]
    assert serials == list(range(serials[0], serials[0] + frames)), "consecutive exposures, each another one"
    for one in taken:
        assert one["media_sha256"] == rig.unsealed(one["item"]["id"]).media_sha256
        assert (one["item"]["trigger"], one["item"]["kind"]) == ("burst", "photo")
        assert one["item"]["light"]["verdict"] == "proven"
    windows = [one["item"]["light"]["evidence"]["windows"] for one in taken]
    assert windows == list(range(1, frames + 1))
    assert [data["item"] for kind, data in rig.records() if kind == "exposure"] == list(range(1, frames + 1))
    rig.assert_dark_and_closed()


def test_between_two_frames_of_a_burst_nothing_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    begin, drivens = rig.store.begin, list[str | None]()

    def watched(*args: Any) -> Any:
        drivens.append(rig.bench.driven)
        return begin(*args)

    monkeypatch.setattr(rig.store, "begin", watched)
    burst(rig)
    assert drivens == [None] * 4


def test_the_copies_are_zeroed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for fails in (False, True):
        rig = Rig(tmp_path / str(fails))
        wiped: list[bytearray] = []
        wipe = rig.bench.wipe

        def watched(view: Any, wipe: Any = wipe, wiped: list[bytearray] = wiped) -> None:
            wipe(view)
            if isinstance(view, bytearray):
                wiped.append(view)

        monkeypatch.setattr(rig.bench, "wipe", watched)
        if fails:
            rig.store.begin = failing
            with pytest.raises(Refused, match="storage_failed"):
                burst(rig)
        else:
            burst(rig)
        assert len(wiped) == 4
        assert not any(map(any, wiped))


def failing(*_: object) -> None:
    raise OSError(5, "flash")


@pytest.mark.parametrize("level", SENSED)
def test_a_light_that_fails_in_mid_burst_costs_the_rest(tmp_path: Path, level: str) -> None:
    healthy = Rig(tmp_path / "healthy", level=level)
    burst(healthy)
    calls = [number for number, name in enumerate(healthy.bench.calls, 1) if name != "frame_available"]
    for offset, fault in enumerate(SENSED[level]):
        for number in calls[9 * offset :: 36]:
            rig = Rig(tmp_path / f"{fault}{number}", level=level)
            rig.bench.before_call[number] = lambda rig=rig, fault=fault: setattr(rig.bench, fault, True)
            try:
                taken, reason = burst(rig)
            except Refused as refused:
                taken, reason = [], refused.code
            assert reason.startswith("light_") or (reason == "done" and len(taken) == 4)
            assert rig.store.count == len(taken)
            rig.assert_dark_and_closed()
            refusals = [data["reason"] for kind, data in rig.records() if kind == "refusal"]
            assert refusals == ([] if reason == "done" else [reason])


def test_a_store_that_fills_up_keeps_what_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    begin = rig.store.begin

    def almost_full(*args: Any) -> Any:
        if rig.store.count == 2:
            raise Refused("storage_full", {"free_bytes": 0})
        return begin(*args)

    monkeypatch.setattr(rig.store, "begin", almost_full)
    taken, reason = burst(rig)
    assert (len(taken), reason, rig.store.count) == (2, "storage_full", 2)
    [(_, data)] = [record for record in rig.records() if record[0] == "refusal"]
    assert (data["reason"], data["detail"]) == ("storage_full", {"frames": 2})


def test_where_not_one_can_be_stored_the_burst_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def full(*_: object) -> None:
        raise Refused("storage_full")

    monkeypatch.setattr(rig.store, "begin", full)
    with pytest.raises(Refused, match="storage_full"):
        burst(rig)
    assert [kind for kind, _ in rig.records()] == ["refusal"]
    rig.assert_dark_and_closed()


def test_without_memory_there_is_no_light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def none(_: int) -> None:
        raise MemoryError

    monkeypatch.setattr("plainsight.recording.burst.bytearray", none, raising=False)
    with pytest.raises(Refused) as caught:
        burst(rig)
    assert (caught.value.code, caught.value.detail) == ("storage_failed", {"errno": 12})
    assert rig.bench.calls == []


def test_a_burst_takes_the_size_of_photographs(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change({"photo_size": "vga"})
    burst(rig)
    assert rig.bench.sizes == ["vga"]
