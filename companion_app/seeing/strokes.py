"""Finding where letters may be without any network: short sharp strokes, close together, in a row. It shares nothing
with TextFinder. Much of what it finds is no text; whoever uses it believes only what can be read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.geometry import Quad
from companion_app.seeing.packages import load
from companion_app.seeing.quads import quad_around

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_SCALES = (1.0, 0.5)
# How far apart, at each scale, the strokes of one line may stand.
_GAPS_PX = (7, 15)
_LEAST_SLOPE = 30
# Straight edges as long as this are of frames, shelves and masks.
_EDGE_PX = 41
_LEAST_HEIGHT_PX, _LEAST_LENGTH, _MOST_HEIGHT = 8, 1.2, 0.4
_LEAST_FILL, _LEAST_STROKES = 0.45, 0.15
_GROWTH = 0.15
_SAME = 0.7
_MOST_PLACES = 8


class StrokeFinder:
    """About 10 ms at 800 × 600."""

    def __init__(self) -> None:
        self._cv2: Any = None

    def find(self, pixels: Pixels) -> list[Quad]:
        """At most `_MOST_PLACES` places in RGB `pixels`, likeliest first. Raises AnswersNotInstalled."""
        if self._cv2 is None:
            self._cv2 = load("cv2")
        grey = self._cv2.cvtColor(pixels, self._cv2.COLOR_RGB2GRAY)
        places = [place for scale in _SCALES for place in self._at(grey, scale)]
        kept: list[Quad] = []
        for place in sorted(places, key=lambda place: -place.score):
            if all(place.box.overlap(other.box) < _SAME for other in kept):
                kept.append(place)
            if len(kept) == _MOST_PLACES:
                break
        return kept

    def _at(self, grey: Any, scale: float) -> list[Quad]:
        """Places at a share of the picture's size, for letters of about 8 to 40 px there."""
        cv2 = self._cv2
        small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        strokes = self._strokes(small)
        places: list[Quad] = []
        for gap in _GAPS_PX:
            around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
            joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, around)
            outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
            places += [place for outline in outlines if (place := self._line(outline, strokes)) is not None]
        return [place.moved(0, 0, 1 / scale) for place in places]

    def _strokes(self, grey: Any) -> Any:
        """255 where brightness changes sharply within 3 px, but for long straight edges."""
        cv2 = self._cv2
        near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        strokes = (cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, near) > _LEAST_SLOPE).astype("uint8") * 255
        for size in ((_EDGE_PX, 1), (1, _EDGE_PX)):
            edges = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
            strokes[cv2.dilate(edges, near) > 0] = 0
        return strokes

    def _line(self, outline: Any, strokes: Any) -> Quad | None:
        """A turned box around joined strokes, where they fill it as letters do; its score is how well."""
        cv2 = self._cv2
        middle, (across, down), degrees = cv2.minAreaRect(outline)
        low, long = min(across, down), max(across, down)
        if low < _LEAST_HEIGHT_PX or long < _LEAST_LENGTH * low or low > _MOST_HEIGHT * min(strokes.shape):
            return None
        fill = cv2.contourArea(outline) / (across * down)
        left, top, width, height = cv2.boundingRect(outline)
        inside = strokes[top : top + height, left : left + width]
        if fill < _LEAST_FILL or cv2.countNonZero(inside) < _LEAST_STROKES * width * height:
            return None
        grown = 2 * _GROWTH * low
        corners = cv2.boxPoints((middle, (across + grown, down + grown), degrees))
        return quad_around(corners.tolist(), min(1.0, fill))
