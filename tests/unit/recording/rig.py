"""The whole recording side on the bench, on a real folder: camera, light, shutter, store, journal, recorder."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from plainsight.capture import Capture
from plainsight.errors import Refused
from plainsight.journal import Journal
from plainsight.listening import VoicePolicy
from plainsight.recording.burst import Burst
from plainsight.recording.cut_clips import CutClips
from plainsight.recording.policy import Policy
from plainsight.recording.recorder import Recorder
from plainsight.recording.refusals import Refusals
from plainsight.settings import Settings
from plainsight.shutter import Shutter
from plainsight.store import Store
from plainsight.wire import ERRORS

from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.test_store import OWNER, OWNER_PUBLIC

_FRAME = 2
_AUDIO = 3


@dataclass(frozen=True)
class Unsealed:
    """What the owner finds in an item: (time in ms, body) of each frame and piece of sound."""

    meta: dict[str, Any]
    end: dict[str, Any] | None
    frames: list[tuple[int, bytes]]
    audio: list[tuple[int, bytes]]
    media_sha256: str


class TurningClock(BenchClock):
    """The bench's time, and other tasks get their turn whenever one sleeps."""

    async def sleep_ms(self, duration_ms: int) -> None:
        await super().sleep_ms(duration_ms)
        await asyncio.sleep(0)


class FakePower:
    """Says what the test wants."""

    def __init__(self) -> None:
        self.against: Refused | None = None
        self.ending: Refused | None = None
        self.asked: list[tuple[str, str]] = []
        self.uses = 0

    def used(self) -> None:
        self.uses += 1

    def may_expose(self, trigger: str, kind: str = "photo") -> Refused | None:
        self.asked.append((trigger, kind))
        return self.against

    def must_end(self) -> Refused | None:
        return self.ending


class FakeEar:
    """Hears `samples` at each turn, counted up in its bytes; `fault` is what opening it raises."""

    def __init__(self) -> None:
        self.is_open = False
        self.fault: Refused | None = None
        self.heard = 0
        self.block = memoryview(bytearray(2 * 384))
        self.ready: list[int] = []  # samples of the next blocks; each 0 ends a pump

    def open(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.is_open = True

    def next(self) -> int:
        samples = self.ready.pop(0) if self.ready and self.is_open else 0
        for index in range(samples * 2):
            self.block[index] = (self.heard + index) % 256
        self.heard += samples * 2
        return samples

    def skip(self) -> None:
        while self.next():
            pass

    def close(self) -> None:
        self.is_open = False


class Rig:
    """Everything from trigger to store, with `power` and `ear` in the test's hand."""

    def __init__(self, folder: Path, *, level: str = "optical", owner: bool = True):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.bench = Bench()
        self.clock = TurningClock(self.bench)
        self.settings = Settings(str(folder / "settings.json"))
        self.settings.load(lambda _: None)
        self.store = Store(str(folder / "media"), values=self.settings.values)
        self.journal = Journal(str(folder / "journal"), self.clock.unix_s, bytes(32))
        self.journal.open()
        self.store.open()
        if owner:
            self.store.set_owner(OWNER_PUBLIC)
        self.power = FakePower()
        self.ear = FakeEar()
        self.voice = VoicePolicy(self.settings)
        self.shutter = Shutter(self.bench, self.clock, level)
        self.capture = Capture(self.clock, self.shutter, self.store, self.journal)
        self.logged: list[str] = []
        self.refusals = Refusals(self.journal, self.clock)
        self.policy = Policy(self.settings, self.store, self.journal, self.power)
        self.recorder = Recorder(
            self.clock,
            self.policy,
            self.refusals,
            self.capture,
            Burst(self.bench, self.clock, self.shutter, self.store, self.capture),
            CutClips(self.store, self.journal, self.logged.append),
            self.shutter,
            self.store,
            self.journal,
            self.settings,
            self.voice,
            self.ear,
            self.logged.append,
            self._survived,
        )
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.recorder.post = lambda name, fields: self.posted.append((name, fields))

    def refuse_to_record(self, monkeypatch: pytest.MonkeyPatch, *, state: str) -> None:
        """Let the journal refuse every record that says this state."""
        append = self.journal.append

        def fail(record: str, **data: Any) -> None:
            if data.get("state") == state:
                raise Refused("journal_failed")
            append(record, **data)

        monkeypatch.setattr(self.journal, "append", fail)

    def _survived(self, task: str, error: Exception) -> None:
        raise AssertionError(task) from error

    def photo(self, trigger: str = "button") -> dict[str, Any]:
        return asyncio.run(self.recorder.photo(trigger))

    def refused(self, trigger: str = "button") -> Refused:
        with pytest.raises(Refused) as caught:
            self.photo(trigger)
        assert caught.value.code in ERRORS
        return caught.value

    def unsealed(self, number: int, part: str = "item") -> Unsealed:
        """An item, or its thumbnail, opened with the owner's key."""
        item = self.store.item(number)
        data = bytearray(item["sealed_bytes" if part == "item" else "thumb_bytes"])
        self.store.read_into(number, 0, data, part)
        opened = opener.unseal(OWNER, bytes(data))
        frames = [(time_ms, body) for kind, time_ms, body in opened.media if kind == _FRAME]
        audio = [(time_ms, body) for kind, time_ms, body in opened.media if kind == _AUDIO]
        return Unsealed(opened.meta, opened.end, frames, audio, opened.media_sha256)

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of each record."""
        return [(kind, data) for _, _, kind, data in map(json.loads, self.journal.lines(0, 10_000)[0])]

    async def until_idle(self) -> None:
        """Let clip and time-lapse run to their ends."""
        for _ in range(200_000):
            if self.recorder.doing == "nothing":
                return
            await asyncio.sleep(0)
        raise AssertionError("it never ended")

    def told(self, name: str) -> list[dict[str, Any]]:
        """The fields of the events of this name."""
        return [fields for posted, fields in self.posted if posted == name]

    def assert_dark_and_closed(self) -> None:
        """Nothing runs, nothing shines, and nothing that was taken in the dark is left or stored."""
        for item in self.store.list(0, 10_000)[0]:
            for _, jpeg in self.unsealed(item["id"]).frames:
                self.bench.keep(jpeg)
        assert (self.bench.driven, self.bench.camera) == (None, None)
        assert self.bench.in_the_dark() == []
        assert not self.recorder.camera_in_use
