"""Pictures with a known truth for the finders: real faces, drawn lines, codes and screens."""

from __future__ import annotations

from pathlib import Path

import cv2
import matplotlib
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]

DATA = Path(matplotlib.get_data_path())
HOPPER = DATA / "sample_data" / "grace_hopper.jpg"
# The face in that photograph of 512 × 600 px, as wide as a finder draws it.
HOPPER_FACE = (179, 94, 353, 307)
MONO = DATA / "fonts" / "ttf" / "DejaVuSansMono.ttf"


def wall(width: int = 640, height: int = 480) -> Image.Image:
    """A wall that is neither flat nor structured: soft light with camera noise."""
    light = np.linspace(120, 190, width)[None, :, None] + np.linspace(-20, 20, height)[:, None, None]
    noise = np.random.default_rng(1).normal(0, 4, (height, width, 3))
    return Image.fromarray(np.clip(light + noise, 0, 255).astype(np.uint8))


def people(scene: Image.Image, places: list[tuple[int, int]], face_px: int) -> list[tuple[float, float]]:
    """Paste the photograph at each place so that its face is `face_px` wide; the middles of the faces."""
    left, top, right, bottom = HOPPER_FACE
    scale = face_px / (right - left)
    person = Image.open(HOPPER).convert("RGB")
    person = person.resize((round(person.width * scale), round(person.height * scale)), Image.Resampling.LANCZOS)
    for place in places:
        scene.paste(person, place)
    return [(x + (left + right) / 2 * scale, y + (top + bottom) / 2 * scale) for x, y in places]


def note(*lines: str, px: int, degrees: float = 0) -> tuple[Image.Image, Image.Image]:
    """A paper with black letters of `px`, turned; and its mask."""
    font = ImageFont.truetype(str(MONO), px)
    width = max(round(font.getlength(text)) for text in lines) + 2 * px
    paper = Image.new("RGB", (width, round(px * (1.4 * len(lines) + 1))), "white")
    draw = ImageDraw.Draw(paper)
    for row, text in enumerate(lines):
        draw.text((px, px * (0.5 + 1.4 * row)), text, font=font, fill="black")
    whole = Image.new("L", paper.size, 255)
    turn = {"expand": True, "resample": Image.Resampling.BICUBIC}
    return paper.rotate(degrees, **turn), whole.rotate(degrees, **turn)


def posted(paper: tuple[Image.Image, Image.Image], at: tuple[int, int], scene: Image.Image) -> Image.Image:
    scene.paste(paper[0], at, paper[1])
    return scene


def qr(text: str, scale: int = 5) -> Image.Image:
    return Image.fromarray(
        255 * (1 - np.array([list(row) for row in segno.make_qr(text).matrix_iter(scale, 4)], np.uint8))
    )


def printed_code(text: str, kind: str, size: tuple[int, int]) -> Image.Image:
    """Another symbology, with a white edge, `size` px."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    inner = Image.fromarray(np.array(code.to_image(scale=4))).convert("L").resize(size, Image.Resampling.LANCZOS)
    out = Image.new("L", (size[0] + 24, size[1] + 24), 255)
    out.paste(inner, (12, 12))
    return out


def screen(scene: Image.Image, box: tuple[int, int, int, int], lit: tuple[int, int, int]) -> Image.Image:
    """A device with a black frame of 10 px and a page of lines on it."""
    draw = ImageDraw.Draw(scene)
    left, top, right, bottom = box
    draw.rectangle((left - 10, top - 10, right + 10, bottom + 10), fill=(14, 14, 16))
    draw.rectangle(box, fill=lit)
    for row in range(6):
        y = top + 20 + row * (bottom - top - 40) // 6
        draw.rectangle((left + 20, y, right - 20 - 30 * (row % 3), y + 6), fill=(90, 120, 200))
    return scene


def blurred(pixels: Pixels, sigma_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), np.uint8)
