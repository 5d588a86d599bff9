"""Detectors that find what a test tells them to, in both looks."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from companion_app.redaction import Area, Kind, Redactor, Seen


@dataclass
class Script:
    """`shown` is found by the first look; the second look calls `again` with the picture, and finds nothing without."""

    shown: Sequence[Seen] = ()
    again: Callable[[Image.Image], Sequence[Seen]] | None = None
    read: list[bool] = field(default_factory=list)

    def first(self, image: Image.Image, *, reading: bool) -> Sequence[Seen]:
        self.read.append(reading)
        return self.shown

    def second(self, image: Image.Image) -> Sequence[Seen]:
        return self.again(image) if self.again is not None else ()


def seen(kind: Kind, left: int, top: int, right: int, bottom: int) -> Seen:
    return Seen(kind, Area(left, top, right, bottom), 0.9)


def redactor(*shown: Seen, again: Callable[[Image.Image], Sequence[Seen]] | None = None) -> Redactor:
    return Redactor(Script(shown, again))


def png(image: Image.Image) -> bytes:
    """Lossless: no compression blocks, so that areas stay as they are."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def decoded(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image.convert("RGB")
