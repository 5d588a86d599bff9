"""Decoding QR, Aztec, Data Matrix and bar codes with zxing-cpp."""

from __future__ import annotations

from typing import Any

from PIL import Image

from companion_app.assistant.answer import Code
from companion_app.assistant.packages import load
from companion_app.assistant.picture import pixels
from companion_app.plain_text import plain_text

_LONGEST_PX = 1600
_MAX_CODES = 20
_MAX_TEXT_CHARACTERS = 1000


class CodeReader:
    """Needs no network of neurons: about 40 ms a picture."""

    def __init__(self) -> None:
        self._zxing: Any = None

    def read(self, picture: Image.Image) -> tuple[Code, ...]:
        """Codes whose checks hold. Raises AnswersNotInstalled."""
        if self._zxing is None:
            self._zxing = load("zxingcpp")
        found = self._zxing.read_barcodes(pixels(picture, _LONGEST_PX))
        codes = [Code(str(code.format), plain_text(code.text, _MAX_TEXT_CHARACTERS)) for code in found if code.valid]
        return tuple(dict.fromkeys(codes))[:_MAX_CODES]
