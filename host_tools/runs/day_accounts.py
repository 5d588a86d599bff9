"""At the end of the day: every exposure that was kept, every record of one, every item, and where each of them is."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from companion_app.gallery import Picture
from companion_app.gallery.errors import PictureGone
from companion_app.link.answers import Item
from host_tools.simulator.world.exposures import Exposure

_JPEG = re.compile(rb"00dc(.{4})", re.DOTALL)


@dataclass
class Accounts:
    """`gaps`: what can't be accounted for, in words. All counts are of items, but for `frames`."""

    recorded: int = 0
    in_gallery: int = 0
    deleted: int = 0  # and never imported
    erased: int = 0  # the deletion on the glasses is on record, imported or not
    on_glasses: int = 0
    cut_before_shown: int = 0  # recorded, and the power went before it could be seen: gone, and said so
    lost_clips: int = 0  # begun, and of which not one whole chunk was left
    frames: int = 0
    gaps: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class _Record:
    kind: str
    data: dict[str, object]


def settle(
    lines: Sequence[str], pictures: Sequence[Picture], items: Iterable[Item], exposures: Sequence[Exposure]
) -> Accounts:
    """`lines`: the glasses' whole journal; `pictures`: what the app imported, those deleted since included."""
    records = [_Record(row[2], row[3]) for row in map(json.loads, lines)]
    accounts = Accounts()
    _items(accounts, records, {picture.item: picture for picture in pictures}, {item.id for item in items})
    _frames(accounts, pictures, exposures)
    return accounts


def _items(accounts: Accounts, records: list[_Record], gallery: dict[int, Picture], there: set[int]) -> None:
    """Each item on record is in one place, and nothing is in a place without its record."""
    commits = {_number(record): record.data["commit"] for record in records if "commit" in record.data}
    begun = Counter(_number(record) for record in records if record.kind == "exposure")
    deleted = {_number(record) for record in records if record.kind == "delete"}
    cut = _cut_off(records)
    accounts.recorded = len(begun)
    accounts.erased = len(deleted & set(begun))
    for number in sorted(begun):
        if number in gallery:
            accounts.in_gallery += 1
            if number in commits and commits[number] != gallery[number].commitment:
                accounts.gaps.append(f"item {number}: the record is of another picture")
        elif number in deleted:
            accounts.deleted += 1
        elif number in there:
            accounts.on_glasses += 1
        elif number in cut:
            accounts.cut_before_shown += 1
        elif _is_lost_clip(records, number):
            accounts.lost_clips += 1
        else:
            accounts.gaps.append(f"item {number} is on record and nowhere")
    for number in sorted({*gallery, *there} - set(begun)):
        accounts.gaps.append(f"item {number} has no record")


def _cut_off(records: list[_Record]) -> set[int]:
    """Items whose record is the last thing that the glasses wrote before they started anew."""
    found: set[int] = set()
    for record, following in pairwise(records):
        if record.kind == "exposure" and following.kind == "boot":
            found.add(_number(record))
    return found


def _is_lost_clip(records: list[_Record], number: int) -> bool:
    return any(_number(record) == number and record.data.get("kept") is False for record in records)


def _frames(accounts: Accounts, pictures: Sequence[Picture], exposures: Sequence[Exposure]) -> None:
    """Each frame that was imported is one that the camera exposed, in the light."""
    exposed = {exposure.sha256: exposure for exposure in exposures if exposure.sha256 is not None}
    for picture in pictures:
        for sha256 in frame_hashes(picture):
            accounts.frames += 1
            if sha256 not in exposed:
                accounts.gaps.append(f"item {picture.item}: a frame that the camera never gave")
            else:
                exposed[sha256].kept = True


def frame_hashes(picture: Picture) -> list[str]:
    """SHA-256 of each JPEG in a photograph or a clip; [] where the file is gone, which a deletion explains."""
    if picture.kind == "photo":
        return [picture.sha256]
    try:
        content = picture.read()
    except PictureGone:
        return []
    hashes: list[str] = []
    for match in _JPEG.finditer(content):
        size = int.from_bytes(match.group(1), "little")
        frame = content[match.end() : match.end() + size]
        if frame[:2] == b"\xff\xd8" and len(frame) == size:
            hashes.append(hashlib.sha256(frame).hexdigest())
    return hashes


def _number(record: _Record) -> int:
    value = record.data.get("item", 0)
    return value if isinstance(value, int) else 0
