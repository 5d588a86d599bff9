"""Things drawn on a picture as they lie about in front of glasses: turned, in several fonts, sizes and colours."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono", "STIXGeneral")
_FOLDER = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_INKS = (((250, 248, 240), (20, 20, 25)), ((30, 60, 140), (245, 245, 245)), ((235, 205, 60), (20, 20, 20)))
Colour = tuple[int, int, int]


def font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """A font of matplotlib's wheel: the same on every computer."""
    return ImageFont.truetype(str(_FOLDER / f"{name}.ttf"), size_px)


def background(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """Light that falls off to one side, some plain shapes, the grain of a sensor."""
    width, height = size
    grain = np.random.default_rng(chance.randrange(1 << 30))
    base = np.array([chance.randint(70, 200) for _ in range(3)], dtype=np.float32)
    slope = np.linspace(-30, 30, width, dtype=np.float32)[None, :, None] * chance.choice((-1, 1))
    levels = base + slope + grain.normal(0, 4, (height, width, 3)).astype(np.float32)
    picture = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(chance.randint(2, 5)):
        left, top = chance.randrange(width), chance.randrange(height)
        colour = tuple(chance.randint(40, 220) for _ in range(3))
        draw.rectangle((left, top, left + width // 4, top + height // 5), fill=colour)
    return picture


def board(
    chance: random.Random, lines: Sequence[str], text_px: int, *, face: str | None = None, ink: int | None = None
) -> Image.Image:
    """Lines of text on a plate of one colour, as large as they need."""
    ground, colour = _INKS[chance.randrange(len(_INKS)) if ink is None else ink]
    letters = font(face or chance.choice(_FONTS), text_px)
    boxes = [letters.getbbox(line) for line in lines]
    width = round(max(box[2] for box in boxes) + 2 * text_px)
    height = round((1.5 * len(lines) + 1) * text_px)
    plate = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(plate)
    for row, line in enumerate(lines):
        draw.text((text_px, (1.5 * row + 0.6) * text_px), line, font=letters, fill=colour)
    return plate


def screen(content: Image.Image) -> Image.Image:
    """The content, lit, in a dark frame."""
    edge = max(6, content.width // 25)
    framed = Image.new("RGB", (content.width + 2 * edge, content.height + 2 * edge), (15, 15, 18))
    framed.paste(content, (edge, edge))
    return framed


def put(chance: random.Random, picture: Image.Image, thing: Image.Image, degrees: float, part: int, of: int) -> None:
    """Paste `thing`, turned, somewhere in part `part` of `of` columns; what is too large is made smaller."""
    turned = thing.convert("RGBA").rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)
    room = (picture.width // of - 8, picture.height - 8)
    if turned.width > room[0] or turned.height > room[1]:
        turned.thumbnail(room, Image.Resampling.LANCZOS)
    left = part * picture.width // of + 4 + chance.randint(0, max(0, room[0] - turned.width))
    top = 4 + chance.randint(0, max(0, room[1] - turned.height))
    picture.paste(turned, (left, top), turned)


def exposed(chance: random.Random, picture: Image.Image) -> bytes:
    """A JPEG as a small camera makes it: a little soft, compressed more or less."""
    out = io.BytesIO()
    soft = picture.filter(ImageFilter.GaussianBlur(chance.choice((0.0, 0.4, 0.7))))
    soft.save(out, "JPEG", quality=chance.choice((75, 85, 92)), subsampling=chance.choice((0, 1, 2)))
    return out.getvalue()
