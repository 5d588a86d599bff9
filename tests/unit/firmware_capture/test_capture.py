"""From trigger to item: what is asked first, what is recorded before anybody is told, what a failure leaves."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from plainsight.capture import Capture
from plainsight.errors import Refused
from plainsight.journal import Journal
from plainsight.shutter import Exposure, Shutter
from plainsight.store import Store
from plainsight.wire import ERRORS

from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.test_store import OWNER, OWNER_PUBLIC


class Rig:
    """A whole capture side on the bench, on a real folder."""

    def __init__(self, folder: Path, *, level: str = "optical", owner: bool = True):
        self.bench = Bench()
        clock = BenchClock(self.bench)
        self.store = Store(str(folder / "media"))
        self.store.open()
        if owner:
            self.store.set_owner(OWNER_PUBLIC)
        self.journal = Journal(str(folder / "journal"), clock.unix_s, bytes(32))
        self.journal.open()
        self.shutter = Shutter(self.bench, clock, level)
        self.capture = Capture(self.bench, clock, self.shutter, self.store, self.journal)

    def take(self, trigger: str = "button") -> dict[str, Any]:
        return asyncio.run(self.capture.take(trigger))

    def refused(self) -> Refused:
        with pytest.raises(Refused) as caught:
            self.take()
        assert caught.value.code in ERRORS
        return caught.value

    def records(self) -> list[list[Any]]:
        return [json.loads(line) for line in self.journal.lines(0, 1000)[0]]


@pytest.mark.parametrize(("level", "verdict"), [("software", "unproven"), ("current", "proven"), ("optical", "proven")])
def test_a_photograph_is_sealed_recorded_and_told(tmp_path: Path, level: str, verdict: str) -> None:
    rig = Rig(tmp_path, level=level)
    told = rig.take("app")
    item = told["item"]
    assert item == rig.store.item(1)
    assert (item["trigger"], item["light"]["level"], item["light"]["verdict"]) == ("app", level, verdict)
    blob = bytearray(item["sealed_bytes"])
    rig.store.read_into(1, 0, blob)
    meta, jpeg = opener.unseal(OWNER, bytes(blob))
    assert told["jpeg_sha256"] == meta["jpeg_sha256"] == hashlib.sha256(jpeg).hexdigest()
    assert told["jpeg_bytes"] == len(jpeg)
    assert meta["light"] == item["light"]
    commit = hmac.digest(bytes.fromhex(meta["salt"]), hashlib.sha256(jpeg).digest(), hashlib.sha256).hex()
    [[_, time_s, kind, data]] = rig.records()
    assert kind == "exposure"
    assert data == {"item": 1, "commit": commit, "level": level, "verdict": verdict, "trigger": "app"}
    assert time_s == meta["time_s"]
    assert meta["jpeg_sha256"] not in (tmp_path / "journal" / "00000000.log").read_text()


def test_each_photograph_has_a_salt_of_its_own(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    salts: set[str] = set()
    for number in (1, 2):
        blob = bytearray(rig.take()["item"]["sealed_bytes"])
        rig.store.read_into(number, 0, blob)
        salts.add(opener.unseal(OWNER, bytes(blob))[0]["salt"])
    assert len(salts) == 2
    assert {len(salt) for salt in salts} == {32}


def test_the_frame_is_given_back_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    collected: list[bool] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(rig.bench.driven is None))
    rig.take()
    assert collected == [True]


def test_without_an_owner(tmp_path: Path) -> None:
    rig = Rig(tmp_path, owner=False)
    assert rig.refused().code == "no_owner"
    assert rig.bench.calls == []


@pytest.mark.parametrize(("battery_mv", "refused"), [(3399, True), (3400, False), (0, True)])
def test_a_weak_battery(tmp_path: Path, battery_mv: int, refused: bool) -> None:
    rig = Rig(tmp_path)
    rig.bench.battery = battery_mv
    if refused:
        error = rig.refused()
        assert (error.code, error.detail) == ("battery_low", {"battery_mv": battery_mv})
        assert "light_on" not in rig.bench.calls
    else:
        rig.take()


@pytest.mark.parametrize(("free_bytes", "refused"), [(262_143, True), (262_144, False)])
def test_a_full_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, refused: bool) -> None:
    rig = Rig(tmp_path)
    monkeypatch.setattr(rig.store, "free_bytes", lambda: free_bytes)
    if refused:
        error = rig.refused()
        assert (error.code, error.detail) == ("storage_full", {"free_bytes": free_bytes})
        assert "light_on" not in rig.bench.calls
    else:
        rig.take()


def test_every_refusal_is_recorded(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.bench.cut = True
    error = rig.refused()
    [[_, _, kind, data]] = rig.records()
    assert (kind, error.code) == ("refusal", "light_unseen")
    assert data == {"reason": "light_unseen", "trigger": "button", "detail": error.detail}
    assert rig.store.count == 0


def test_one_at_a_time(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def two() -> list[Any]:
        return await asyncio.gather(rig.capture.take("app"), second(), return_exceptions=True)

    async def second() -> object:
        assert rig.capture.busy
        return await rig.capture.take("button")

    class Slow:
        async def take(self) -> Exposure:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return await rig.shutter.take()

    rig.capture._shutter = Slow()
    told, refused = asyncio.run(two())
    assert told["item"]["id"] == 1
    assert isinstance(refused, Refused)
    assert refused.code == "busy"
    assert [record[2] for record in rig.records()] == ["refusal", "exposure"]
    assert not rig.capture.busy
    assert rig.take()["item"]["id"] == 2


@pytest.mark.parametrize("error", [Refused("light_lost"), KeyError("a bug"), asyncio.CancelledError()])
def test_it_is_free_again_after_any_failure(tmp_path: Path, error: BaseException) -> None:
    rig = Rig(tmp_path)

    class Failing:
        async def take(self) -> Exposure:
            raise error

    rig.capture._shutter = Failing()
    with pytest.raises(type(error)):
        rig.take()
    assert not rig.capture.busy


def test_a_photograph_that_cannot_be_recorded_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    append = rig.journal.append

    def append_all_but_exposures(kind: str, **data: object) -> None:
        if kind == "exposure":
            raise Refused("journal_failed")
        append(kind, **data)

    monkeypatch.setattr(rig.journal, "append", append_all_but_exposures)
    assert rig.refused().code == "journal_failed"
    [[_, _, kind, data]] = rig.records()
    assert (kind, data["reason"]) == ("refusal", "journal_failed")
    assert rig.store.count == 0
    assert [path.name for path in (tmp_path / "media").iterdir()] == ["owner.key"]


def test_a_refusal_that_cannot_be_recorded_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path, owner=False)

    def append(kind: str, **_: object) -> None:
        raise Refused("journal_failed", {"kind": kind})

    monkeypatch.setattr(rig.journal, "append", append)
    assert rig.refused().code == "journal_failed"


def test_a_photograph_that_cannot_be_stored(tmp_path: Path, power: Power) -> None:
    rig = Rig(tmp_path)
    power.failing = OSError(28, "full")
    power.cut(1)
    assert rig.refused().code == "storage_full"
    [[_, _, kind, data]] = rig.records()
    assert (kind, data["reason"]) == ("refusal", "storage_full")
    assert rig.store.count == 0


@pytest.mark.parametrize(("error", "errno"), [(OSError(5, "flash"), 5), (MemoryError(), 0)])
@pytest.mark.parametrize("method", ["free_bytes", "stage"])
def test_a_failure_that_nobody_foresaw_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, error: Exception, errno: int
) -> None:
    rig = Rig(tmp_path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(rig.store, method, fail)
    assert rig.refused().code == "storage_failed"
    [[_, _, kind, data]] = rig.records()
    assert (kind, data["reason"], data["detail"]) == ("refusal", "storage_failed", {"errno": errno})
    assert rig.store.count == 0


def test_no_item_without_its_record_whenever_the_power_goes(tmp_path: Path, power: Power) -> None:
    cuts = 0
    for operation in range(1, 20):
        folder = tmp_path / str(operation)
        rig = Rig(folder)
        power.cut(operation)
        try:
            rig.take()
        except PowerCut:
            cuts += 1
        power.cut(None)
        after = Rig(folder)
        recorded = {data["item"] for _, _, kind, data in after.records() if kind == "exposure"}
        assert {item["id"] for item in after.store.list(0, 9)[0]} <= recorded
    assert cuts == 7
