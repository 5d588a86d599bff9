"""Cuts the plaintext of an item into its records: `kind u8 | time_ms u32 | length u32 | bytes`, little-endian."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from plainsight import wire

from companion_app.gallery.errors import CannotOpen

_HEADER = struct.Struct("<BII")
_META, _FRAME, _AUDIO, _END = 1, 2, 3, 4
_MAX_TEXT_BYTES = 4096
_MAX_FRAME_BYTES = 4 * 1024 * 1024
_MAX_AUDIO_BYTES = 64 * 1024
_SAMPLE_BYTES = 2
MAX_CLIP_MS = 600_000  # twice the longest clip of the settings

_LENGTHS = {
    _META: (2, _MAX_TEXT_BYTES),
    _FRAME: (1, _MAX_FRAME_BYTES),
    _AUDIO: (_SAMPLE_BYTES, _MAX_AUDIO_BYTES),
    _END: (2, _MAX_TEXT_BYTES),
}
_META_FIELDS = (
    ("id", "int", 1, 0x7FFFFFFF),
    ("kind", "choice", "photo", "clip", "thumb"),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("salt", "hex", 16),
)
_END_FIELDS = (
    ("reason", "str", 1, 40),
    ("frames", "int", 0, 0xFFFFFF),
    ("duration_ms", "int", 0, MAX_CLIP_MS),
    ("media_sha256", "hex", 32),
    ("light", "obj"),
)


@dataclass(frozen=True)
class Piece:
    """One JPEG, or PCM s16le 16 kHz mono whose first sample is of `time_ms` after the item began."""

    time_ms: int
    data: bytes


@dataclass
class Records:
    """What lies in one item; `end` is None where the power went before it was written."""

    meta: dict[str, Any]
    frames: list[Piece] = field(default_factory=list[Piece])
    sound: list[Piece] = field(default_factory=list[Piece])
    media: list[bytes] = field(default_factory=list[bytes])  # the bodies of both, in their order
    end: dict[str, Any] | None = None


def parse_records(plain: bytes, *, ended: bool) -> Records:
    """The records of an item. `ended` False: a power cut may have torn the last one, which is left out.

    Raises CannotOpen: `bad_records`, `bad_description`.
    """
    records: Records | None = None
    at = 0
    while at < len(plain):
        kind, time_ms, end = _bounds(plain, at)
        if end > len(plain):
            if ended:
                raise CannotOpen("bad_records")
            break
        body = plain[at + _HEADER.size : end]
        at = end
        if records is None:
            records = Records(_text(body, _META_FIELDS)) if kind == _META else None
            if records is None:
                raise CannotOpen("bad_records")
        else:
            _take(records, kind, Piece(time_ms, body))
    if records is None or (records.end is not None) is not ended:
        raise CannotOpen("bad_records")
    return records


def _bounds(plain: bytes, at: int) -> tuple[int, int, int]:
    """Kind, time and end of the record at `at`; an end past `plain` where its header is torn."""
    if at + _HEADER.size > len(plain):
        return 0, 0, len(plain) + 1
    kind, time_ms, length = _HEADER.unpack_from(plain, at)
    least, most = _LENGTHS.get(kind, (1, 0))
    if not least <= length <= most or time_ms > MAX_CLIP_MS:
        raise CannotOpen("bad_records")
    return kind, time_ms, at + _HEADER.size + length


def _take(records: Records, kind: int, piece: Piece) -> None:
    """One record after the first. Raises CannotOpen where it may not stand here."""
    if kind == _META or records.end is not None:
        raise CannotOpen("bad_records")
    if kind == _END:
        records.end = _text(piece.data, _END_FIELDS)
        return
    before = records.frames if kind == _FRAME else records.sound
    if before and piece.time_ms < before[-1].time_ms:
        raise CannotOpen("bad_records")
    if kind == _AUDIO and len(piece.data) % _SAMPLE_BYTES:
        raise CannotOpen("bad_records")
    before.append(piece)
    records.media.append(piece.data)


def _text(body: bytes, table: tuple[Any, ...]) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = wire.parse_json(body)
        wire.check_fields(fields, table, strict=False)
    except wire.BadBody as error:
        raise CannotOpen("bad_description") from error
    return fields
