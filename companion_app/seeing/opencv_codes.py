"""OpenCV's detectors of QR codes and of bars: they say where a code is without having to decode it."""

from __future__ import annotations

from typing import Any

from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.geometry import Quad
from companion_app.seeing.packages import load


class Detector:
    """One of them, by the name of its class in cv2; not for two threads at once."""

    def __init__(self, *name: str) -> None:
        """Raises AnswersNotInstalled."""
        made: Any = load("cv2")
        self._failure = made.error
        for part in name:
            made = getattr(made, part)
        self._detector = made()

    def find(self, grey: Any) -> list[Quad]:
        """Places of codes in one grey plane. Raises DetectorFailed."""
        try:
            seen, places = self._detector.detectMulti(grey)
        except self._failure as error:
            raise DetectorFailed("codes", "OpenCV") from error
        return [_quad(corners) for corners in places.tolist()] if seen else []


def bars() -> Detector:
    """Bar codes of one row, turned any way."""
    return Detector("barcode", "BarcodeDetector")


def qr() -> Detector:
    """QR codes by their three corners."""
    return Detector("QRCodeDetector")


def _quad(corners: list[list[float]]) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return Quad((a, b, c, d))
