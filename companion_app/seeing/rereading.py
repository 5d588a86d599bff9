"""Is there still something to read? Places by the text finder at another scale and by a finder without any network,
and of those only what the reader then makes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.believing import is_legible
from companion_app.seeing.geometry import Line, Quad
from companion_app.seeing.packages import load
from companion_app.seeing.reading import LineReader
from companion_app.seeing.strokes import StrokeFinder
from companion_app.seeing.text import TextFinder

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

# Letters that the first look's scale just missed stand elsewhere in the network's view at this one.
_SCALE = 0.8
_SAME = 0.5
_PLAIN_SCORE, _PLAIN_LETTERS = 0.85, 3


class Rereader:
    """Not for two threads at once."""

    def __init__(self) -> None:
        self._finder = TextFinder()
        self._strokes = StrokeFinder()
        self._reader = LineReader()
        self._cv2: Any = None

    def find(self, pixels: Pixels) -> list[Line]:
        """Lines in RGB `pixels` that can be read. Raises AnswersNotInstalled, DetectorFailed."""
        if self._cv2 is None:
            self._cv2 = load("cv2")
        size = tuple(max(1, round(side * _SCALE)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        quads = [quad.moved(0, 0, 1 / _SCALE) for quad in self._finder.find(copy)]
        strokes = [place for place in self._strokes.find(pixels) if not _is_one_of(place, quads)]
        lines = self._reader.read(pixels, [*quads, *strokes])
        whole_px = pixels.shape[0] * pixels.shape[1]
        return [
            line
            for place, line in enumerate(lines)
            if is_legible(line, whole_px) and (place < len(quads) or _is_plainly_text(line))
        ]


def _is_one_of(place: Quad, quads: list[Quad]) -> bool:
    return any(place.box.covered_by(quad.box) >= _SAME for quad in quads)


def _is_plainly_text(line: Line) -> bool:
    """What only strokes suggest must be read well: on leaves and fabric the reader sees a letter or two."""
    return line.score >= _PLAIN_SCORE and sum(map(str.isalnum, line.text)) >= _PLAIN_LETTERS
