"""The window as a picture, for documents and tests."""

from __future__ import annotations

from pathlib import Path

from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image


def grab() -> Image.Image:
    """Draw the window's present state and read it back, RGB."""
    Window.dispatch("on_draw")
    width, height = Window.system_size
    rows = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    upside_down = Image.frombytes("RGBA", (width, height), bytes(rows))
    return upside_down.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


def save(path: Path) -> Path:
    """Write the window's present state to `path` as PNG, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grab().save(path)
    return path
