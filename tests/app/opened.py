"""Items as they are once their seal was opened, for tests that begin there."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from companion_app.gallery.records import Piece
from companion_app.gallery.unsealing import Unsealed
from tests.app.sealing import LIGHT, jpeg

GLASSES = "ab" * 8


def seal_hash(number: int) -> str:
    """The hash of a sealed item."""
    return hashlib.sha256(bytes([number])).hexdigest()


def unsealed(number: int = 1, jpeg: bytes = b"\xff\xd8picture\xff\xd9", kind: str = "photo") -> Unsealed:
    """A photograph."""
    digest = hashlib.sha256(jpeg).hexdigest()
    time_s, frames = 1_800_000_000 + number, (Piece(0, jpeg),)
    return Unsealed(number, kind, time_s, "button", "0f" * 16, frames, (), digest, LIGHT, "done", 0, True)


def clip(number: int = 1) -> Unsealed:
    """Three frames that a power cut ended."""
    frames = tuple(Piece(100 * at, jpeg(60 * at)) for at in range(3))
    one = unsealed(number, kind="clip")
    return replace(one, frames=frames, reason="power_cut", duration_ms=200, whole=False, media_sha256="5a" * 32)
