"""Finding codes with other eyes: OpenCV's QR and bar code detectors. They need not decode to see one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.geometry import Quad
from companion_app.seeing.packages import load

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_MAX_CODES = 50


class SecondCodeFinder:
    """Shares no code with CodeFinder; sees QR codes and EAN/UPC bars only; not for two threads at once."""

    def __init__(self) -> None:
        self._cv2: Any = None
        self._detectors: tuple[Any, ...] = ()

    def find(self, pixels: Pixels) -> list[Quad]:
        """Places of codes in RGB `pixels`. Raises AnswersNotInstalled, DetectorFailed."""
        if not self._detectors:
            self._cv2 = load("cv2")
            self._detectors = (self._cv2.QRCodeDetector(), self._cv2.barcode.BarcodeDetector())
        grey = self._cv2.cvtColor(pixels, self._cv2.COLOR_RGB2GRAY)
        try:
            found = [detector.detectMulti(grey) for detector in self._detectors]
        except self._cv2.error as error:
            raise DetectorFailed("second codes", "OpenCV") from error
        return [_quad(corners) for seen, places in found if seen for corners in places.tolist()][:_MAX_CODES]


def _quad(corners: list[list[float]]) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return Quad((a, b, c, d))
