"""Finding codes a second time: OpenCV's detectors, which need not decode to see one, and another copy for zxing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.codes import quad_of
from companion_app.seeing.geometry import Quad, hull
from companion_app.seeing.opencv_codes import Detector, bars, qr
from companion_app.seeing.packages import load

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_MAX_CODES = 50
_SCALE = 0.75


class SecondCodeFinder:
    """QR codes by other code than CodeFinder's; the others by zxing in a smaller copy, one threshold for all of it.

    Not for two threads at once.
    """

    def __init__(self) -> None:
        self._cv2: Any = None
        self._zxing: Any = None
        self._detectors: tuple[Detector, ...] = ()

    def find(self, pixels: Pixels) -> list[Quad]:
        """Places of codes in RGB `pixels`. Raises AnswersNotInstalled, DetectorFailed."""
        if not self._detectors:
            self._cv2, self._zxing = load("cv2"), load("zxingcpp")
            self._detectors = (qr(), bars())
        grey = self._cv2.cvtColor(pixels, self._cv2.COLOR_RGB2GRAY)
        seen = [quad for detector in self._detectors for quad in detector.find(grey)]
        return _bounded(seen + self._decoded(grey))

    def _decoded(self, grey: Any) -> list[Quad]:
        copy = self._cv2.resize(grey, None, fx=_SCALE, fy=_SCALE, interpolation=self._cv2.INTER_AREA)
        codes = self._zxing.read_barcodes(copy, binarizer=self._zxing.Binarizer.GlobalHistogram)
        return [quad_of(code).moved(0, 0, 1 / _SCALE) for code in codes]


def _bounded(quads: list[Quad]) -> list[Quad]:
    """At most `_MAX_CODES` and one box around all the others."""
    rest = [quad.box for quad in quads[_MAX_CODES:]]
    return [*quads[:_MAX_CODES], Quad.upright(hull(rest))] if rest else quads
