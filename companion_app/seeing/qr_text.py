"""The texts of QR codes in one grey picture: by zxing-cpp, else by OpenCV, which phones have."""

from __future__ import annotations

from typing import Any

from companion_app.plain_text import plain_text
from companion_app.seeing.errors import AnswersNotInstalled
from companion_app.seeing.packages import load

_MAX_TEXT_CHARACTERS = 1000


def qr_texts(grey: bytes, width: int, height: int) -> tuple[str, ...]:
    """Whole codes only; `grey` holds width × height bytes of brightness. Raises AnswersNotInstalled, ValueError."""
    numpy = load("numpy")
    pixels = numpy.frombuffer(grey, numpy.uint8).reshape(height, width)
    try:
        found = _by_zxing(load("zxingcpp"), pixels)
    except AnswersNotInstalled:
        found = _by_opencv(load("cv2"), pixels)
    return tuple(plain_text(text, _MAX_TEXT_CHARACTERS) for text in found if text)


def _by_zxing(zxing: Any, pixels: Any) -> list[str]:
    return [str(code.text) for code in zxing.read_barcodes(pixels, formats=zxing.BarcodeFormat.QRCode) if code.valid]


def _by_opencv(cv2: Any, pixels: Any) -> list[str]:
    try:
        seen, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(pixels)
    except cv2.error:  # its detector stumbles over some pictures; the next frame is another one
        return []
    return [str(text) for text in texts] if seen else []
