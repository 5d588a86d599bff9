"""A store on a folder with an owner whose private key the test holds, and items for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from plainsight.storage.card import Card
from plainsight.storage.draft import Draft
from plainsight.store import Store

from tests.unit.firmware_capture import opener

OWNER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OWNER_PUBLIC = OWNER.public_key().public_bytes_raw()
JPEG = b"\xff\xd8" + b"a picture of something private " * 200 + b"\xff\xd9"
THUMB = b"\xff\xd8" + b"something private, small " * 20 + b"\xff\xd9"
LIGHT = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 7}}


def opened(folder: Path, card: Card | None = None, values: Mapping[str, object] | None = None) -> Store:
    store = Store(str(folder), card=card, values=values)
    store.open()
    return store


def owned(folder: Path, card: Card | None = None, values: Mapping[str, object] | None = None) -> Store:
    store = opened(folder, card, values)
    store.set_owner(OWNER_PUBLIC)
    return store


def staged(store: Store, jpeg: bytes = JPEG, *, thumb: bool = True) -> dict[str, Any]:
    """A finished photograph that waits for its commit."""
    draft = store.begin("photo", "button", 1_800_000_000)
    draft.frame(jpeg, 0)
    if thumb:
        draft.thumb(THUMB)
    return draft.finish("done", LIGHT)


def photo(store: Store, jpeg: bytes = JPEG, *, thumb: bool = True) -> dict[str, Any]:
    """A photograph that is there."""
    item = staged(store, jpeg, thumb=thumb)
    store.commit(item)
    return item


def clip(store: Store, frames: int = 12, size: int = 6000) -> Draft:
    """A clip under way: 10 frames a second, sound between them."""
    draft = store.begin("clip", "app", 1_800_000_000)
    for number in range(frames):
        draft.frame(frame(number, size), number * 100)
        draft.audio(sound(number), number * 100 + 50)
    return draft


def frame(number: int, size: int = 6000) -> bytes:
    """The JPEG with this number in a clip."""
    return b"\xff\xd8" + bytes([number]) * (size - 4) + b"\xff\xd9"


def sound(number: int) -> bytes:
    """What was heard after it."""
    return bytes([255 - number, number]) * 100


def blob(store: Store, number: int, part: str = "item") -> bytes:
    """All sealed bytes of an item."""
    item = store.item(number)
    buffer = bytearray(item["sealed_bytes" if part == "item" else "thumb_bytes"] + 10)
    return bytes(buffer[: store.read_into(number, 0, buffer, part)])


def check_whole(store: Store, number: int) -> opener.Opened:
    """What lies there is what the index says, and its owner opens it."""
    item = store.item(number)
    data = blob(store, number)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (item["sealed_bytes"], item["sealed_sha256"])
    if item["thumb_bytes"]:
        small = blob(store, number, "thumb")
        assert (len(small), hashlib.sha256(small).hexdigest()) == (item["thumb_bytes"], item["thumb_sha256"])
        assert opener.unseal(OWNER, small).media[0][2] == THUMB
    return opener.unseal(OWNER, data)
