"""Scenes with a known truth: drawn text and codes, and a real photograph with one face."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib
import segno
from PIL import Image, ImageDraw, ImageFont

HOPPER = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def blank(width: int = 800, height: int = 600) -> Image.Image:
    return Image.new("RGB", (width, height), "white")


def sign(*lines: str) -> Image.Image:
    picture = blank()
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((40, 60 + 90 * row), line, font=ImageFont.load_default(44), fill="black")
    return picture


def with_qr(picture: Image.Image, text: str, at: tuple[int, int] = (480, 300)) -> Image.Image:
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=6)
    picture.paste(Image.open(out).convert("RGB"), at)
    return picture


def hoppers(count: int) -> Image.Image:
    """`count` copies of the photograph side by side: as many faces."""
    one = Image.open(HOPPER).convert("RGB").resize((256, 300))
    picture = Image.new("RGB", (256 * count, 300))
    for place in range(count):
        picture.paste(one, (256 * place, 0))
    return picture
