"""Shows one JPEG whole, decoded off the main thread; the newest request wins, and a broken file says so."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget
from PIL import Image, UnidentifiedImageError

from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.text import Text as Text  # named in picture_view.kv

_LONGEST_SIDE_PX = 1280  # more than any window shows here; keeps textures within what small GPUs take


@dataclass(frozen=True)
class Pixels:
    """A decoded picture: RGB rows from the top."""

    width: int
    height: int
    rgb: bytes


def decode(jpeg: bytes) -> Pixels | None:
    """Decode and, where needed, scale down; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (_LONGEST_SIDE_PX, _LONGEST_SIDE_PX))
            image.thumbnail((_LONGEST_SIDE_PX, _LONGEST_SIDE_PX))
            shown = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return Pixels(shown.width, shown.height, shown.tobytes())


class PictureView(Widget):
    """`show(jpeg)` replaces the picture; `message` stands in for one; `shown` counts pictures drawn."""

    texture = ObjectProperty(None, allownone=True)
    message = StringProperty("")
    aspect = NumericProperty(0.75)  # height to width
    broken = BooleanProperty(False)
    shown = NumericProperty(0)
    tallest = NumericProperty("420dp")

    _newest = 0

    async def show(self, jpeg: bytes) -> None:
        """Draw `jpeg`; with something that is no picture, `broken` becomes True and the message says so."""
        self._newest += 1
        ticket = self._newest
        pixels = await asyncio.to_thread(decode, jpeg)
        if ticket != self._newest:
            return
        self.broken = pixels is None
        self.texture = None if pixels is None else self._texture_of(pixels)
        if pixels is not None:
            self.aspect = pixels.height / pixels.width
            self.shown += 1

    def _texture_of(self, pixels: Pixels) -> Texture:
        """Into the texture that is there, where it has the size: a stream brings many frames a second."""
        texture = self.texture
        if texture is None or texture.size != (pixels.width, pixels.height):
            texture = Texture.create(size=(pixels.width, pixels.height), colorfmt="rgb")
            texture.flip_vertical()
        texture.blit_buffer(pixels.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self.canvas.ask_update()
        return texture

    def clear(self, *, broken: bool = False) -> None:
        """Show no picture."""
        self._newest += 1
        self.texture = None
        self.broken = broken


load_beside(__file__)
