"""A phone that looks live through the glasses on the bench: begins, pulls frames in pieces, keeps what it was told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plainsight import wire
from plainsight.recording.live_frame import LiveFrame

from tests.unit.recording.rig import Rig

PIECE = 256  # bytes that leave at a time


@dataclass
class Pulled:
    """One frame as it came."""

    fields: dict[str, Any]
    jpeg: bytes

    @property
    def serial(self) -> int:
        """Which exposure of the bench it is."""
        return self.jpeg[2]


class Looking:
    """`session` stands for the link; None: it is lost."""

    def __init__(self, folder: Path, *, level: str = "optical") -> None:
        self.rig = Rig(folder, level=level)
        self.session: object | None = object()
        self.ended_us = 0
        self.rig.recorder.post = self._post
        self.rig.recorder.connected = lambda: self.session  # type: ignore[assignment,return-value]
        self.begun: dict[str, Any] = {}
        self.frames: list[Pulled] = []
        self.copies: list[memoryview] = []

    async def begin(self, seconds: int = 10, size: str = "vga") -> None:
        self.begun = await self.rig.recorder.begin_live("app", 3, seconds, size)
        wire.check_fields(self.begun, wire.OPERATIONS["live"][2])

    def ask(self) -> LiveFrame:
        """A frame on its way, not asked for yet."""
        return LiveFrame(self.rig.recorder.live())

    async def pull(self, *, pause: Callable[[int], Awaitable[None]] | None = None) -> Pulled:
        """One frame, read in pieces; `pause(offset)` comes before each. Raises Refused."""
        frame = self.ask()
        try:
            fields = await frame.answer(bytearray(4096))
            wire.check_fields(fields, wire.OPERATIONS["live_frame"][2])
            frame.leaves()
            jpeg = b""
            while len(jpeg) < frame.size:
                if pause is not None:
                    await pause(len(jpeg))
                copy = memoryview(bytearray(min(PIECE, frame.size - len(jpeg))))
                assert frame.read_into(len(jpeg), copy) == len(copy)
                jpeg += bytes(copy)
                frame.sent(copy)
                self.copies.append(copy)
        finally:
            frame.close()
        pulled = Pulled(fields, jpeg)
        self.frames.append(pulled)
        self.rig.bench.keep(jpeg)
        return pulled

    async def wait(self, duration_ms: int) -> None:
        """Time passes, and everybody has a turn."""
        until_ms = self.rig.clock.ms() + duration_ms
        while self.rig.clock.diff(until_ms, self.rig.clock.ms()) > 0:
            await self.rig.clock.sleep_ms(1)

    async def end(self) -> dict[str, Any]:
        """What the phone is told of the end, once it is over."""
        await self.rig.until_idle()
        await asyncio.sleep(0)
        [told] = self.rig.told("live")
        wire.check_fields(told, wire.EVENTS["live"][0])
        return told

    def records(self) -> list[dict[str, Any]]:
        """What the journal says of live sessions."""
        return [data for kind, data in self.rig.records() if kind == "live"]

    def digest(self) -> str:
        """The chain over what came, computed here."""
        salt = bytes.fromhex(self.begun["salt"])
        link = hmac.digest(salt, b"plainsight-live-v1", "sha256")
        for pulled in self.frames:
            link = hmac.digest(salt, link + hashlib.sha256(pulled.jpeg).digest(), "sha256")
        return link.hex()

    def _post(self, name: str, fields: dict[str, Any]) -> None:
        if name == "live":
            self.ended_us = self.rig.bench.now_us
        self.rig.posted.append((name, fields))

    def assert_over(self) -> None:
        """Dark, closed, nothing of a picture in memory, nothing stored."""
        self.rig.assert_dark_and_closed()
        assert not any(exposure.left_behind for exposure in self.rig.bench.exposures)
        assert not any(any(copy) for copy in self.copies)
        assert self.rig.store.list(0, 9)[0] == []
