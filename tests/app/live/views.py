"""Frames as a camera gives them: a photograph, seen through a window that moves, with noise and other light."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageEnhance

_PHOTOGRAPH = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
WIDTH, HEIGHT = 640, 480


@lru_cache(maxsize=1)
def _scene() -> Image.Image:
    with Image.open(_PHOTOGRAPH) as picture:
        return picture.convert("RGB").resize((1400, 1640))


@lru_cache(maxsize=64)
def frame(
    left: int = 100,
    top: int = 60,
    *,
    light: float = 1.0,
    noise: float = 4.0,
    seed: int = 1,
    held: tuple[int, int] | None = None,
) -> bytes:
    """A JPEG of the scene from there; `held`: the size of a sheet of paper before it, px."""
    view = ImageEnhance.Brightness(_scene().crop((left, top, left + WIDTH, top + HEIGHT))).enhance(light)
    if held is not None:
        view.paste((236, 234, 226), (200, 280, 200 + held[0], 280 + held[1]))
    grain = np.random.default_rng(seed).normal(0, noise, (HEIGHT, WIDTH, 3))
    out = io.BytesIO()
    Image.fromarray((np.asarray(view) + grain).clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=80)
    return out.getvalue()
