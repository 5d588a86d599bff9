"""Says sentences one after the other, and falls silent at once when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

# An answer that is longer than this in the air has been overtaken by the next one.
_MAX_WAITING = 8


class Voice(Protocol):
    """Something that can say a sentence on this device."""

    async def say(self, sentence: str) -> None:
        """Returns when it was said, or could not be."""
        ...

    def hush(self) -> None:
        """Be silent now: synchronous, and safe at any time."""
        ...


class Speaker:
    """Sentences wait in order; with too many the oldest that waits is left out. Needs a running event loop."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._waiting: deque[str] = deque(maxlen=_MAX_WAITING)
        self._speaking: asyncio.Task[None] | None = None
        self._falling_silent: set[asyncio.Task[None]] = set()

    def say(self, sentence: str) -> None:
        """Say it after what is being said."""
        self._waiting.append(sentence)
        if self._speaking is None or self._speaking.done():
            self._speaking = asyncio.create_task(self._speak())

    def hush(self) -> None:
        """Silent at once, in mid-word; what waited is forgotten."""
        self._waiting.clear()
        self._voice.hush()
        speaking, self._speaking = self._speaking, None
        if speaking is not None and speaking.cancel():
            self._falling_silent.add(speaking)
            speaking.add_done_callback(self._falling_silent.discard)

    async def close(self) -> None:
        """Hush, and wait until nothing of it runs."""
        self.hush()
        await asyncio.gather(*self._falling_silent, return_exceptions=True)

    async def _speak(self) -> None:
        while self._waiting:
            await self._voice.say(self._waiting.popleft())
