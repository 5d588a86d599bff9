"""Updates on the glasses: on record before they count, one at a time, confirmed when all is well, told to a phone."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from loader import record
from plainsight import compat, files
from plainsight.errors import Refused
from plainsight.update import upload
from plainsight.update.slots import Slots
from plainsight.update.updates import Updates

from tests.unit.update.making import BOARD, FILES, PUBLIC, release

PHONE: Any = SimpleNamespace(number=1)
NEW = release()


class Restarted(BaseException):
    """The chip was reset."""


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now_ms = 0

    def ms(self) -> int:
        return self.now_ms

    def diff(self, end: int, start: int) -> int:
        return end - start

    async def sleep_ms(self, duration_ms: int) -> None:
        self.now_ms += duration_ms
        await asyncio.sleep(0)


class Journal:
    """Records in memory; `full` refuses them."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.full = False

    def append(self, kind: str, **data: Any) -> None:
        assert kind == "update"
        if self.full:
            raise Refused("journal_failed")
        self.records.append(data)

    @property
    def states(self) -> list[str]:
        return [data["state"] for data in self.records]


class Bench:
    """Updates on a folder; `boot` is a restart."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.clock = Clock()
        self.journal = Journal()
        self.events: list[dict[str, Any]] = []
        self.log: list[str] = []
        self.recording = False
        self.resets = 0
        self.key = PUBLIC
        self.boot()

    def boot(self, running: str = "", trial: bool = False) -> None:
        board = SimpleNamespace(name=BOARD, reset=self._reset)
        identity: Any = SimpleNamespace(release_key=self.key)
        self.slots = Slots(self.root, running, trial)
        self.updates = Updates(
            self.root,
            board,
            self.clock,  # type: ignore[arg-type]
            identity,
            self.journal,  # type: ignore[arg-type]
            self.slots,
            lambda: self.recording,
            self.log.append,
        )
        self.updates.post = lambda name, fields: self.events.append(fields)
        self.updates.close_books = lambda: self.log.append("books closed")
        self.updates.boot()

    def _reset(self) -> None:
        self.resets += 1
        assert self.log[-1] == "books closed"  # what only memory counts is forgotten now
        raise Restarted

    async def take(self, data: bytes = NEW) -> str:
        sink = await self.updates.take(len(data), PHONE)
        for at in range(0, len(data), 4080):
            sink.write(memoryview(data)[at : at + 4080])
        answer = sink.finish()
        assert answer == {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return answer["sha256"]

    async def refused(self, act: Any) -> str:
        with pytest.raises(Refused) as caught:
            await act
        return caught.value.code

    def record(self) -> dict[str, Any]:
        return record.read(self.root)[0]

    def on_trial(self) -> None:
        """As the loader leaves things that starts 0.2.0 in slot a."""
        self.slots.switch("0.2.0", "0.2.0")
        self.boot("a", trial=True)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def restarted(bench: Bench) -> None:
    """Let the restart that an installation plans come."""
    with pytest.raises(Restarted):
        await asyncio.gather(*[task for task in asyncio.all_tasks() if task is not asyncio.current_task()])


async def turns(until: Callable[[], bool]) -> None:
    """Let the other tasks run until something holds."""
    for _ in range(10_000):
        if until():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to pass")


async def test_from_the_first_byte_to_the_restart(bench: Bench) -> None:
    assert await bench.updates.install(await bench.take(), PHONE) == "0.2.0"
    assert bench.journal.records == [
        {"state": "begin", "phone": 1, "size": len(NEW)},
        {"state": "installed", "version": "0.2.0", "phone": 1},
    ]
    assert bench.events == [{"version": "0.2.0", "state": "installed"}]
    assert bench.record() == record.empty() | {
        "slot": "a",
        "trial": True,
        "version": "0.2.0",
        "floor": "0.1.0",
        "next_floor": "0.2.0",
    }
    for path, content in FILES.items():
        assert Path(bench.root, "slots/a", path).read_bytes() == content
    assert bench.resets == 0  # the answer must leave first
    await restarted(bench)
    assert bench.clock.now_ms >= 1000


async def test_the_free_slot_is_the_one_that_does_not_run(bench: Bench) -> None:
    bench.boot("a")
    await bench.updates.install(await bench.take(), PHONE)
    assert (bench.record()["slot"], bench.record()["before"]) == ("b", "a")


async def test_no_restart_cuts_a_picture(bench: Bench) -> None:
    sha256 = await bench.take()
    bench.recording = True
    assert await bench.refused(bench.updates.install(sha256, PHONE)) == "busy"
    bench.recording = False
    await bench.updates.install(sha256, PHONE)
    bench.recording = True
    for _ in range(50):
        await asyncio.sleep(0)
    assert bench.resets == 0
    bench.recording = False
    await restarted(bench)
    assert bench.resets == 1


async def test_a_switch_that_fails_is_taken_back_on_record(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(record, "write", fail)
    with pytest.raises(OSError, match="full"):
        await bench.updates.install(await bench.take(), PHONE)
    assert bench.journal.states == ["begin", "installed", "refused"]
    assert (bench.record(), bench.events, bench.updates.installing) == (record.empty(), [], False)


async def test_nothing_is_taken_or_switched_off_the_record(bench: Bench) -> None:
    sha256 = await bench.take()
    bench.journal.full = True
    assert await bench.refused(bench.updates.install(sha256, PHONE)) == "journal_failed"
    assert bench.record() == record.empty()
    assert await bench.refused(bench.updates.take(len(NEW), PHONE)) == "journal_failed"
    assert Path(upload.path(bench.root)).read_bytes() == NEW
    bench.on_trial()
    with pytest.raises(Restarted):
        await bench.updates.run(lambda: True, lambda: True)
    assert bench.record()["trial"]
    assert bench.record()["floor"] == "0.1.0"


async def test_a_refusal_is_on_record_and_nothing_switches(bench: Bench) -> None:
    bench.boot()
    old = release(version="0.0.9")
    assert await bench.refused(bench.updates.install(await bench.take(old), PHONE)) == "update_older"
    assert bench.journal.records[-1] == {"state": "refused", "reason": "update_older", "phone": 1}
    assert bench.record() == record.empty()
    assert await bench.updates.install(await bench.take(), PHONE) == "0.2.0"


async def test_glasses_without_a_release_key_take_nothing(bench: Bench) -> None:
    bench.key = b""
    bench.boot()
    assert await bench.refused(bench.updates.install(await bench.take(), PHONE)) == "update_untrusted"


async def test_one_upload_or_installation_at_a_time(bench: Bench) -> None:
    sink = await bench.updates.take(10, PHONE)
    assert await bench.refused(bench.updates.take(10, PHONE)) == "busy"
    assert await bench.refused(bench.updates.install("ab" * 32, PHONE)) == "busy"
    sink.abandon()
    sha256 = await bench.take()
    installing = asyncio.create_task(bench.updates.install(sha256, PHONE))
    await asyncio.sleep(0)
    assert await bench.refused(bench.updates.take(10, PHONE)) == "busy"
    await installing
    assert await bench.refused(bench.updates.take(10, PHONE)) == "busy"  # about to restart


async def test_a_drop_leaves_nothing_behind_and_the_next_upload_begins_anew(bench: Bench) -> None:
    sink = await bench.updates.take(len(NEW), PHONE)
    sink.write(memoryview(NEW)[:5000])
    sink.abandon()
    sink.abandon()
    assert os.listdir(Path(bench.root, "update")) == []
    await bench.updates.install(await bench.take(), PHONE)


async def test_an_upload_is_on_the_medium_before_it_has_its_name(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    for module, name in ((compat, "flush"), (files, "rename")):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, name=name, real=real: (happened.append(name), real(*given)))
    await bench.take()
    assert happened == ["flush", "rename"]


async def test_a_new_upload_takes_the_place_of_the_one_before(bench: Bench) -> None:
    first = await bench.take()
    sink = await bench.updates.take(len(NEW), PHONE)
    sink.abandon()
    assert await bench.refused(bench.updates.install(first, PHONE)) == "update_missing"


async def test_room_is_checked_after_old_things_went(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.take()
    stale = Path(bench.root, "slots/a/plainsight/x.py")
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"x")
    free = 2 * len(NEW) + 256 * 1024

    def statvfs(path: str) -> Any:
        assert not stale.exists()
        assert not Path(upload.path(bench.root)).exists()
        return (1, 0, 0, free)

    monkeypatch.setattr(os, "statvfs", statvfs)
    await bench.take()
    free -= 1
    assert await bench.refused(bench.updates.take(len(NEW), PHONE)) == "storage_full"
    free += 1
    await bench.take()


@pytest.mark.parametrize(("number", "code"), [(28, "storage_full"), (5, "storage_failed")])
async def test_flash_that_fails_under_an_upload(bench: Bench, number: int, code: str) -> None:
    sink = await bench.updates.take(10, PHONE)
    sink._file = SimpleNamespace(write=_failing(number), close=lambda: None)  # type: ignore[assignment]
    with pytest.raises(Refused, match=code):
        sink.write(memoryview(b"x"))
    sink.abandon()
    await bench.take()


def _failing(number: int) -> Callable[[memoryview], int]:
    def write(_: memoryview) -> int:
        raise OSError(number, "flash")

    return write


async def test_a_release_confirms_itself_after_ten_good_seconds(bench: Bench) -> None:
    bench.on_trial()
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    while not bench.events:
        assert bench.journal.states == [] or not bench.record()["trial"]
        await asyncio.sleep(0)
    running.cancel()
    assert 10_000 <= bench.clock.now_ms <= 12_000
    assert bench.journal.records == [{"state": "running", "version": "0.2.0"}]
    assert bench.events == [{"version": "0.2.0", "state": "running"}]
    assert (bench.record()["slot"], bench.record()["trial"], bench.record()["floor"]) == ("a", False, "0.2.0")
    assert bench.resets == 0
    assert not bench.updates.trial


async def test_one_bad_moment_begins_the_ten_seconds_anew(bench: Bench) -> None:
    bench.on_trial()
    running = asyncio.create_task(bench.updates.run(lambda: not 8_000 <= bench.clock.now_ms < 8_500, lambda: True))
    await turns(lambda: bool(bench.events))
    running.cancel()
    assert bench.clock.now_ms >= 18_000


async def test_a_release_that_is_never_well_restarts_within_a_minute(bench: Bench) -> None:
    bench.on_trial()
    with pytest.raises(Restarted):
        await bench.updates.run(lambda: bench.clock.now_ms % 9_000 < 8_000, lambda: True)
    assert bench.record()["trial"]
    assert bench.clock.now_ms <= 61_000
    assert bench.journal.records == []


async def test_nothing_new_is_taken_while_the_way_back_is_needed(bench: Bench) -> None:
    bench.on_trial()
    assert await bench.refused(bench.updates.take(10, PHONE)) == "busy"
    assert await bench.refused(bench.updates.install("ab" * 32, PHONE)) == "busy"


async def test_a_phone_hears_of_it_when_it_comes(bench: Bench) -> None:
    bench.on_trial()
    here = False
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: here))
    await turns(lambda: not bench.updates.trial)
    for _ in range(20):
        await asyncio.sleep(0)
    assert bench.events == []
    here = True
    for _ in range(5):
        await asyncio.sleep(0)
    assert bench.events == [{"version": "0.2.0", "state": "running"}]
    assert not running.done()
    running.cancel()


async def test_once_all_is_well_nothing_of_an_update_takes_up_room(bench: Bench) -> None:
    await bench.updates.install(await bench.take(), PHONE)
    await restarted(bench)
    assert os.listdir(Path(bench.root, "update")) == []
    bench.boot("a", trial=True)
    old = Path(bench.root, "slots/b/plainsight/old.py")
    old.parent.mkdir(parents=True)
    old.write_bytes(b"of the release before")
    bench.clock.now_ms = 0
    bench.events.clear()
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    await turns(lambda: bench.clock.now_ms > 9_000)
    assert old.exists()  # the way back is still needed
    await turns(lambda: bool(bench.events))
    running.cancel()
    assert sorted(os.listdir(Path(bench.root, "slots"))) == ["a", "record"]


async def test_an_upload_waits_until_the_old_slot_is_cleared(bench: Bench) -> None:
    for number in range(20):
        path = Path(bench.root, f"slots/a/plainsight/{number}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    await asyncio.sleep(0)
    assert Path(bench.root, "slots/a").exists()
    await bench.updates.install(await bench.take(), PHONE)
    running.cancel()


async def test_an_installation_that_is_under_way_is_not_tidied_away(bench: Bench) -> None:
    sha256 = await bench.take()
    installing = asyncio.create_task(bench.updates.install(sha256, PHONE))
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    assert await installing == "0.2.0"
    running.cancel()
    for path, content in FILES.items():
        assert Path(bench.root, "slots/a", path).read_bytes() == content


async def test_a_roll_back_is_put_on_record_once_and_told(bench: Bench) -> None:
    bench.on_trial()
    record.write(bench.root, bench.record() | {"slot": "", "trial": False, "news": "rolled_back"})
    bench.journal.full = True
    bench.boot()
    assert bench.log
    bench.journal.full = False
    bench.boot()
    assert bench.journal.records == [{"state": "rolled_back", "version": "0.2.0", "reason": "boot"}]
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    await turns(lambda: bool(bench.events))
    running.cancel()
    assert bench.events == [{"version": "0.2.0", "state": "rolled_back"}]
    bench.boot()
    assert len(bench.journal.records) == 1
    assert bench.record()["floor"] == "0.1.0"


async def test_a_damaged_record_is_named_and_mended(bench: Bench) -> None:
    bench.on_trial()
    Path(bench.root, "slots/record").write_bytes(b"noise")
    bench.boot()
    assert bench.journal.records == [{"state": "rolled_back", "version": "unknown", "reason": "record"}]
    assert record.read(bench.root)[1] == "ok"
    bench.boot()
    assert len(bench.journal.records) == 1
    assert await bench.updates.install(await bench.take(), PHONE) == "0.2.0"


async def test_what_a_cable_brought_is_put_on_record_once_and_told_to_nobody(bench: Bench) -> None:
    files.make_folder(bench.root + "/slots")
    deployed = {"slot": "b", "version": "0.3.0", "news": "deployed", "sha256": "ab" * 32}
    record.write(bench.root, record.empty() | deployed)
    bench.journal.full = True
    bench.boot("b")
    bench.journal.full = False
    bench.boot("b")
    bench.boot("b")
    assert bench.journal.records == [{"state": "deployed", "version": "0.3.0", "sha256": "ab" * 32}]
    running = asyncio.create_task(bench.updates.run(lambda: True, lambda: True))
    asked = bench.clock.now_ms
    for _ in range(100):
        await asyncio.sleep(0)
    running.cancel()
    assert (bench.events, bench.clock.now_ms) == ([], asked), "nothing waits for a phone"
    assert bench.record() == record.empty() | deployed | {"news": ""}


async def test_a_deploy_does_not_hide_a_roll_back_that_nobody_recorded(bench: Bench) -> None:
    files.make_folder(bench.root + "/slots")
    told = {"version": "0.3.0", "news": "rolled_back deployed", "sha256": "ab" * 32}
    record.write(bench.root, record.empty() | told)
    bench.boot()
    assert bench.journal.records == [
        {"state": "rolled_back", "version": "unknown", "reason": "boot"},
        {"state": "deployed", "version": "0.3.0", "sha256": "ab" * 32},
    ]


async def test_a_record_that_is_mended_names_the_slot_that_runs(bench: Bench) -> None:
    """Where a cable filled a slot, nothing else is there to run."""
    files.make_folder(bench.root + "/slots")
    Path(bench.root, "slots/record").write_bytes(b"noise")
    bench.boot("b")
    assert bench.record()["slot"] == "b"
    assert bench.slots.folder.endswith("/slots/a")


async def test_the_floor_rises_with_a_confirmation_and_never_falls(bench: Bench) -> None:
    bench.slots.switch("0.5.0", "0.4.0")
    assert Slots(bench.root, "a", True).floor == "0.1.0"
    Slots(bench.root, "a", True).confirm()
    bench.boot("a")
    assert await bench.refused(bench.updates.install(await bench.take(), PHONE)) == "update_older"
    modest = release(version="0.6.0", floor="0.2.0")
    await bench.updates.install(await bench.take(modest), PHONE)
    Slots(bench.root, "b", True).confirm()
    assert Slots(bench.root, "b").floor == "0.4.0"


async def test_what_was_flashed_is_the_first_floor(bench: Bench) -> None:
    assert bench.slots.floor == "0.1.0"
    same = release(version="0.1.0")
    assert await bench.updates.install(await bench.take(same), PHONE) == "0.1.0"
