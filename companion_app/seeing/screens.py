"""Finding screens: bright or evenly lit four-sided surfaces in a dark frame. A heuristic, with the limits it has.

No package carries weights that know a screen, so this looks for what most screens share: a convex quadrilateral with
straight sides, a rim of one dark tone, and an inside much brighter than that rim. A screen that is off, seen from the
side, cut by the picture's edge or framed in white is missed; a picture frame or a window may be taken for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.geometry import Quad
from companion_app.seeing.packages import load
from companion_app.seeing.quads import apart, quad_around

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_COPY_PX = 640
_LEAST_SHARE, _MOST_SHARE = 0.01, 0.9
_MAX_SCREENS = 10
# Fewer grey levels than this between rim and inside: a shadow's edge, not a lit panel's.
_LEAST_CONTRAST = 40
_DARKEST_RIM = 90
_LEAST_SOLIDITY = 0.88
_STRAIGHTNESS = 0.03


class ScreenFinder:
    """About 5 ms a picture, whatever its size: it looks at a copy of 640 px."""

    def __init__(self) -> None:
        self._cv2: Any = None

    def find(self, pixels: Pixels) -> list[Quad]:
        """Lit screens in RGB `pixels`, largest first. Raises AnswersNotInstalled."""
        if self._cv2 is None:
            self._cv2 = load("cv2")
        shrunk = max(1.0, max(pixels.shape[:2]) / _COPY_PX)
        size = tuple(max(1, round(side / shrunk)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        # The brightest channel: a screen that shows blue is lit too.
        grey = self._cv2.medianBlur(copy.max(axis=2), 5)
        found = [quad for level in _levels(self._cv2, grey) for quad in self._lit_above(grey, level)]
        return [quad.moved(0, 0, shrunk) for quad in apart(found, _MAX_SCREENS)]

    def _lit_above(self, grey: Any, level: float) -> list[Quad]:
        """Quadrilaterals brighter than `level` with a rim that is dark all round."""
        cv2 = self._cv2
        _, lit = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)
        # Dark letters and pictures on the screen are part of it.
        lit = cv2.morphologyEx(lit, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9)))
        outlines, _ = cv2.findContours(lit, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        whole = grey.shape[0] * grey.shape[1]
        quads: list[Quad] = []
        for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:_MAX_SCREENS]:
            hull = cv2.convexHull(outline)
            corners = cv2.approxPolyDP(hull, _STRAIGHTNESS * cv2.arcLength(hull, True), True)
            area = cv2.contourArea(hull)
            if len(corners) != 4 or not _LEAST_SHARE * whole <= area <= _MOST_SHARE * whole:
                continue
            if cv2.contourArea(outline) >= _LEAST_SOLIDITY * area and self._framed(grey, corners):
                quads.append(quad_around(corners.reshape(4, 2).tolist(), 0.5))
        return quads

    def _framed(self, grey: Any, corners: Any) -> bool:
        """True when a thin band just outside is dark and the inside much brighter."""
        cv2 = self._cv2
        inside = cv2.fillConvexPoly(grey * 0, corners, 255)
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3))
        near, far = cv2.dilate(inside, kernel, iterations=2), cv2.dilate(inside, kernel, iterations=5)
        rim = far - near
        dark = float(cv2.mean(grey, rim)[0])
        return dark <= _DARKEST_RIM and float(cv2.mean(grey, inside)[0]) - dark >= _LEAST_CONTRAST


def _levels(cv2: Any, grey: Any) -> tuple[float, ...]:
    """Where to cut bright from dark: the picture's own middle (Otsu's), and between that and its ends."""
    otsu, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return 0.6 * otsu, otsu, (otsu + 255) / 2
