"""From a sealed blob to a photograph, a clip or a thumbnail that is what its description says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.jpeg import jpeg_size
from companion_app.gallery.records import Piece, Records, parse_records
from companion_app.gallery.sealed import open_seal
from companion_app.keys.owner import OwnerKey


@dataclass(frozen=True)
class Unsealed:
    """What was sealed; `media_sha256` (hex) is of all frames and sound in their order and was checked.

    A clip that a power cut ended has `whole` False, all the whole frames that were written, and neither light nor a
    hash that anybody else knows.
    """

    item: int
    kind: str
    time_s: int
    trigger: str
    salt: str
    frames: tuple[Piece, ...]
    sound: tuple[Piece, ...]
    media_sha256: str
    light: dict[str, Any]
    reason: str
    duration_ms: int
    whole: bool

    @property
    def jpeg(self) -> bytes:
        """The photograph, the thumbnail, or the first frame of a clip."""
        return self.frames[0].data


def unseal(blob: bytes, owner: OwnerKey, *, cut: bool = False) -> Unsealed:
    """Open one sealed blob; `cut`: the glasses say that a power cut ended it, see `open_seal`. Raises CannotOpen."""
    plain, ended = open_seal(blob, owner, cut=cut)
    records = parse_records(plain, ended=ended)
    kind = records.meta["kind"]
    if not records.frames:
        raise CannotOpen("no_frame")
    if kind != "clip" and (records.end is None or len(records.frames) != 1 or records.sound):
        raise CannotOpen("cut_short" if records.end is None else "bad_records")
    if kind == "clip":
        jpeg_size(records.frames[0].data)
    digest = hashlib.sha256(b"".join(records.media)).hexdigest()
    return _describe(records, digest, records.end or _cut_end(records, digest))


def _cut_end(records: Records, digest: str) -> dict[str, Any]:
    """What can still be said of a clip without an end."""
    return {
        "reason": "power_cut",
        "frames": len(records.frames),
        "duration_ms": records.frames[-1].time_ms,
        "media_sha256": digest,
        "light": {},
    }


def _describe(records: Records, digest: str, end: dict[str, Any]) -> Unsealed:
    if (end["frames"], end["media_sha256"]) != (len(records.frames), digest):
        raise CannotOpen("picture_changed")
    return Unsealed(
        item=records.meta["id"],
        kind=records.meta["kind"],
        time_s=records.meta["time_s"],
        trigger=records.meta["trigger"],
        salt=records.meta["salt"],
        frames=tuple(records.frames),
        sound=tuple(records.sound),
        media_sha256=digest,
        light=end["light"],
        reason=end["reason"],
        duration_ms=end["duration_ms"],
        whole=records.end is not None,
    )
