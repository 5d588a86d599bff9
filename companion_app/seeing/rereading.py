"""Is there still something to read? The text finder at another scale, and only what the reader then makes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.believing import is_legible
from companion_app.seeing.geometry import Line
from companion_app.seeing.packages import load
from companion_app.seeing.reading import LineReader
from companion_app.seeing.text import TextFinder

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

# Letters that the first look's scale just missed stand elsewhere in the network's view at this one.
_SCALE = 0.8


class Rereader:
    """Not for two threads at once."""

    def __init__(self) -> None:
        self._finder = TextFinder()
        self._reader = LineReader()
        self._cv2: Any = None

    def find(self, pixels: Pixels) -> list[Line]:
        """Lines in RGB `pixels` that can be read. Raises AnswersNotInstalled, DetectorFailed."""
        if self._cv2 is None:
            self._cv2 = load("cv2")
        size = tuple(max(1, round(side * _SCALE)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        quads = [quad.moved(0, 0, 1 / _SCALE) for quad in self._finder.find(copy)]
        lines = self._reader.read(pixels, quads)
        return [line for line in lines if is_legible(line, pixels.shape[0] * pixels.shape[1])]
