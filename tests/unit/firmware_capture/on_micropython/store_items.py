"""Photographs and clips for a store under MicroPython, with keys that take no time to agree on."""

import hashlib

from plainsight import seal
from plainsight.errors import Refused

OWNER_PUBLIC = bytes(range(9, 41))
JPEG = b"\xff\xd8" + bytes(range(256)) * 20 + b"\xff\xd9"
THUMB = b"\xff\xd8" + bytes(300) + b"\xff\xd9"
FRAME = b"\xff\xd8" + bytes(5000) + b"\xff\xd9"
LIGHT = {"level": "software", "verdict": "unproven", "evidence": {}}


class QuickRatchet:
    """Keys without their agreement, which takes longer than everything else here and writes nothing."""

    public = bytes(32)

    def __init__(self, *_):
        self._step = 0

    def next(self):
        self._step += 1
        return self._step, bytearray(range(80))


seal.Ratchet = QuickRatchet


def photo(media, thumb=True):
    """Take one as the firmware does: a draft that fails is abandoned."""
    draft = media.begin("photo", "button", 1)
    try:
        draft.frame(JPEG, 0)
        if thumb:
            draft.thumb(THUMB)
        item = draft.finish("done", LIGHT)
    except Refused:
        media.abandon(draft)
        raise
    media.commit(item)
    return item


def film(media, frames=8):
    """A clip that is still under way."""
    draft = media.begin("clip", "app", 1)
    try:
        for number in range(frames):
            draft.frame(FRAME, number * 100)
    except Refused:
        media.abandon(draft)
        raise
    return draft


def hashed(media, number, size, part):
    data = bytearray(size + 1)
    count = media.read_into(number, 0, data, part)
    assert count == size, (count, size)
    return hashlib.sha256(memoryview(data)[:count]).digest().hex()


def check_items(media):
    """Every item is whole; returns their ids and whether each is imported."""
    items, more = media.list(0, 100)
    assert not more
    for item in items:
        assert hashed(media, item["id"], item["sealed_bytes"], "item") == item["sealed_sha256"]
        if item["thumb_bytes"]:
            assert hashed(media, item["id"], item["thumb_bytes"], "thumb") == item["thumb_sha256"]
    return [(item["id"], item["imported"]) for item in items]
