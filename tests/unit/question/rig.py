"""A question with everything around it in the test's hand: time, policy, switch, session, record."""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from plainsight.channel import Ended
from plainsight.errors import Refused
from plainsight.question import Question

BLOCK = 384
BLOCK_MS = 24
_TURNS = 40

SPEECH = struct.pack(f"<{BLOCK}h", *(round(6000 * math.sin(at / 3)) for at in range(BLOCK)))
ROOM = struct.pack(f"<{BLOCK}h", *(at % 7 - 3 for at in range(BLOCK)))


@dataclass(frozen=True)
class Phone:
    """Who is at the other end."""

    number: int = 1


@dataclass
class Session:
    """What left, in order: an event's fields, or a piece of sound. Pieces wait while `room` is not set."""

    phone: Phone | None = field(default_factory=Phone)
    left: list[dict[str, Any] | bytes] = field(default_factory=list)
    room: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    asked: int = 0  # how often the question was asked whether a piece may leave

    def __post_init__(self) -> None:
        self.room.set()

    async def say(self, name: str, fields: dict[str, Any]) -> None:
        if self.ended:
            raise Ended
        assert name == "question"
        self.left.append(dict(fields))

    async def send_voice(self, sound: memoryview, wanted: Callable[[], bool]) -> bool:
        await self.room.wait()
        if self.ended:
            raise Ended
        self.asked += 1
        if not wanted():
            return False
        self.left.append(bytes(sound))
        return True

    @property
    def events(self) -> list[dict[str, Any]]:
        return [one for one in self.left if isinstance(one, dict)]

    @property
    def samples(self) -> int:
        """How much sound left."""
        return sum(2 * (len(one) - 4) for one in self.left if isinstance(one, bytes))


class Rig:
    """Is the board, the clock, the voice policy and the journal of its question. Make it inside a running loop."""

    def __init__(self) -> None:
        self.now_ms = 1000
        self.muted_now = False
        self.allowed = True
        self.full = False  # the journal
        self.records: list[dict[str, Any]] = []
        self.survived: list[Exception] = []
        self.session: Session | None = Session()
        self.question = Question(self, self, self, self, lambda _, error: self.survived.append(error))
        self.question.connected = lambda: self.session

    def ms(self) -> int:
        return self.now_ms

    def diff(self, end: int, start: int) -> int:
        return end - start

    async def sleep_ms(self, duration_ms: int) -> None:
        until_ms = self.now_ms + duration_ms
        await asyncio.sleep(0)
        while self.now_ms < until_ms:  # noqa: ASYNC110 - time moves in turns, not by waiting
            await asyncio.sleep(0)

    def muted(self) -> bool:
        return self.muted_now

    def may_send(self) -> bool:
        return self.allowed

    def append(self, record: str, **data: Any) -> None:
        assert record == "question"
        if self.full:
            raise Refused("journal_failed")
        self.records.append(data)

    async def hear(self, block: bytes, blocks: int) -> None:
        """So many blocks of it in their time, the other tasks in between."""
        for _ in range(blocks):
            self.question.take(memoryview(block), BLOCK)
            await self.wait(BLOCK_MS)

    async def wait(self, duration_ms: int) -> None:
        """Time passes, and the tasks have their turns."""
        self.now_ms += duration_ms
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    @property
    def traces(self) -> bool:
        """Something that was heard still lies in the backlog."""
        backlog = self.question._backlog
        return backlog is not None and any(any(piece) for piece in backlog._pieces)
