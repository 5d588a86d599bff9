"""A gallery of as many pictures as are asked for: their rows, words and small pictures, as imports leave them.

The full-size files are left out: nothing here opens one, and a thousand of them would only fill the disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from dataclasses import replace
from pathlib import Path

from PIL import Image

from companion_app.gallery.picture import Picture
from companion_app.gallery.rows import PICTURES, row_of
from companion_app.gallery.words import WORDS
from companion_app.library import open_library
from companion_app.rooms import Rooms
from companion_app.vault import KeyBeside, Vault

_FIRST_S = 1_790_000_000
_APART_S = 1800
_CLIP_EVERY = 12
_WORDS_A_PICTURE = 12
_VOCABULARY = 20_000
_THUMBS = 40  # different ones, in turn
_SIZE = (320, 240)


def fill(folder: Path, count: int, *, thumbs: bool = True) -> None:
    """Make the app's folder at `folder`, which must not be there, with `count` pictures of half an hour's distance."""
    rooms = Rooms(Vault.create(folder, KeyBeside()))
    database = open_library(rooms.paths.library, rooms.vault)
    chance = random.Random(count)
    vocabulary = [f"{_syllables(chance)}{number}" for number in range(_VOCABULARY)]
    small = [_thumb(number) for number in range(_THUMBS)]
    pictures = [_picture(rooms, number) for number in range(1, count + 1)]
    with database.transaction() as tables:
        for picture in pictures:
            tables.put(PICTURES, picture.id, row_of(picture))
            tables.put(WORDS, picture.id, json.dumps([" ".join(chance.sample(vocabulary, _WORDS_A_PICTURE))]).encode())
    database.close()
    for number, picture in enumerate(pictures if thumbs else ()):
        rooms.gallery.write(picture.thumb_name, small[number % _THUMBS])


def _picture(rooms: Rooms, number: int) -> Picture:
    sealed_sha256 = hashlib.sha256(number.to_bytes(4, "big")).hexdigest()
    photo = Picture(
        id=sealed_sha256[:16],
        files=rooms.gallery,
        sha256=hashlib.sha256(sealed_sha256.encode()).hexdigest(),
        time_s=_FIRST_S + number * _APART_S,
        trigger="button",
        light={"level": "optical", "verdict": "proven", "evidence": {"pulses": 500 + number % 20}},
        bytes=60_000,
        salt=sealed_sha256[16:48],
        item=number,
        glasses="ab" * 8,
        sealed_sha256=sealed_sha256,
        came_s=_FIRST_S + number * _APART_S,
    )
    clip = replace(photo, kind="clip", frames=100, duration_ms=10_000, media_sha256=photo.sha256)
    return photo if number % _CLIP_EVERY else clip


def _syllables(chance: random.Random) -> str:
    return "".join(chance.choice("bdfklmnprst") + chance.choice("aeiou") for _ in range(3))


def _thumb(number: int) -> bytes:
    """A small JPEG of about the size that a photograph's has."""
    chance = random.Random(number)
    noise = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3))
    out = io.BytesIO()
    noise.resize(_SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()
