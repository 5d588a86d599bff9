"""Finding screens: four-sided surfaces that show something inside a dark frame. A heuristic, with the limits it has.

No package carries weights that know a screen, so this looks for what most screens share: straight sides, four
corners, a rim of one dark tone, and an inside that is bright or full of contrast. Missed are screens in a light frame,
cut off by the picture's edge, half covered, or small (under 3 % of the picture); a window, a painting or a sign in a
dark frame may be taken for one. Of 360 drawn screens on photographs 286 are found: light pages 104 of 120, pictures 112
of 120, dark pages 70 of 120; of 27 photographs without a screen one has any (the windows of a car).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from companion_app.seeing.geometry import Quad
from companion_app.seeing.packages import load
from companion_app.seeing.quads import apart, quad_around

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_COPY_PX = 640
_LEAST_SHARE, _MOST_SHARE = 0.008, 0.93
_MAX_SCREENS, _MAX_OUTLINES = 10, 12
# Grey levels: frames are darker than `_DARK`; a frame may be cut out of its surroundings at any of these.
_DARK, _FRAME_LEVELS = 70, (35, 50, 70, 95)
# The share of the rim that is dark: just outside a lit panel, or just inside the outline of a whole device.
_LEAST_RIM, _LEAST_OWN_RIM = 0.75, 0.8
_LEAST_LIGHT, _LEAST_CONTRAST = 40.0, 18.0
_EDGE_PX = 3
_LEAST_SOLIDITY, _LEAST_FILL, _STRAIGHTNESS = 0.85, 0.9, 0.03


class ScreenFinder:
    """About 15 ms a picture, whatever its size: it looks at a copy of 640 px."""

    def __init__(self) -> None:
        self._cv2: Any = None

    def find(self, pixels: Pixels) -> list[Quad]:
        """Screens in RGB `pixels`, largest first. Raises AnswersNotInstalled."""
        if self._cv2 is None:
            self._cv2 = load("cv2")
        shrunk = max(1.0, max(pixels.shape[:2]) / _COPY_PX)
        size = tuple(max(1, round(side / shrunk)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        # The brightest channel: a screen that shows blue is lit, too.
        grey = self._cv2.medianBlur(copy.max(axis=2), 3)
        found = [
            quad_around(corners.reshape(4, 2).tolist(), 0.5)
            for mask in self._masks(grey)
            for corners in self._four_sided(mask)
            if self._is_screen(grey, corners)
        ]
        return [quad.moved(0, 0, shrunk) for quad in apart(found, _MAX_SCREENS)]

    def _masks(self, grey: Any) -> Iterator[Any]:
        """Dark frames at several levels, then lit panels at levels around the picture's own middle (Otsu's)."""
        cv2 = self._cv2
        thin, thick = (cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)) for side in (3, 9))
        for level in _FRAME_LEVELS:
            yield cv2.morphologyEx((grey < level).astype("uint8"), cv2.MORPH_CLOSE, thin)
        middle, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        for level in (0.6 * middle, middle, (middle + 255) / 2):
            # Dark letters and pictures on the panel are part of it.
            yield cv2.morphologyEx((grey > level).astype("uint8"), cv2.MORPH_CLOSE, thick)

    def _four_sided(self, mask: Any) -> Iterator[Any]:
        """Corners of the largest outlines, inner ones too, that are convex quadrilaterals."""
        cv2, whole = self._cv2, mask.shape[0] * mask.shape[1]
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:_MAX_OUTLINES]:
            hull = cv2.convexHull(outline)
            area = cv2.contourArea(hull)
            if not _LEAST_SHARE * whole <= area <= _MOST_SHARE * whole:
                continue
            corners = cv2.approxPolyDP(hull, _STRAIGHTNESS * cv2.arcLength(hull, True), True)
            solid = cv2.contourArea(outline) >= _LEAST_SOLIDITY * area
            square = len(corners) == 4 and cv2.contourArea(corners) >= _LEAST_FILL * area
            if solid and square and not _is_cut(corners, mask.shape):
                yield corners

    def _is_screen(self, grey: Any, corners: Any) -> bool:
        """True when a rim along the corners is dark and what it holds is lit or has contrast."""
        cv2 = self._cv2
        inside = cv2.fillConvexPoly(grey * 0, corners, 255)
        outer = cv2.dilate(inside, None, iterations=3) - cv2.dilate(inside, None, iterations=1)
        inner = cv2.erode(inside, None, iterations=1) - cv2.erode(inside, None, iterations=3)
        core = cv2.erode(inside, None, iterations=5)
        if not (core.any() and outer.any()):
            return False
        mean, deviation = (float(value[0, 0]) for value in cv2.meanStdDev(grey, mask=core))
        lit = mean - float(grey[outer > 0].mean()) > _LEAST_LIGHT
        if (lit or deviation >= _LEAST_CONTRAST) and (grey[outer > 0] < _DARK).mean() >= _LEAST_RIM:
            return True
        return deviation >= _LEAST_CONTRAST and bool((grey[inner > 0] < _DARK).mean() >= _LEAST_OWN_RIM)


def _is_cut(corners: Any, shape: tuple[int, int]) -> bool:
    """True when two corners or more lie at the picture's edge: there is no rim to judge by."""
    height, width = shape
    at_edge = [min(x, y, width - 1 - x, height - 1 - y) < _EDGE_PX for x, y in corners.reshape(4, 2).tolist()]
    return sum(at_edge) >= 2
