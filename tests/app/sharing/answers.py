"""Answers read without a network: bytes in, in whatever pieces; words out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from companion_app.sharing.endpoints.reading import Dialect, read
from companion_app.sharing.endpoints.transcript import Transcript


async def arriving(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """An answer's bytes, cut where the caller cut them."""
    for part in parts:
        yield part


def run_read(answer: bytes | Iterable[bytes], dialect: Dialect, heard: list[str] | None = None) -> Transcript:
    """What `read` makes of an answer of recipient "r"; `heard` collects the pieces."""
    parts = [answer] if isinstance(answer, bytes) else answer
    pieces: list[str] = [] if heard is None else heard
    return asyncio.run(read(arriving(parts), dialect, "r", pieces.append))
