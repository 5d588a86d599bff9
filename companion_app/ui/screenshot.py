"""The window as a picture, for documents and tests."""

from __future__ import annotations

from pathlib import Path

from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Fbo
from PIL import Image


def grab() -> Image.Image:
    """The window's present state, RGB, drawn anew.

    Drawn into a buffer of its own: the window's may still have its old size, or lie behind another window.
    """
    width, height = (int(side) for side in Window.system_size)
    buffer = Fbo(size=(width, height), with_stencilbuffer=True)
    with buffer:
        ClearColor(*Window.clearcolor)
        ClearBuffers(clear_color=True, clear_depth=True, clear_stencil=True)
    buffer.add(Window.canvas)
    buffer.draw()
    pixels = buffer.pixels
    buffer.remove(Window.canvas)
    picture = Image.frombytes("RGBA", (width, height), pixels)
    return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


def save(path: Path) -> Path:
    """Write the window's present state to `path` as PNG, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grab().save(path)
    return path
