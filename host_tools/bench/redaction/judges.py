"""Who looks at what would leave: our own reader, tesseract where it is there, a decoder, BlazeFace."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterable

import numpy as np
import zxingcpp
from PIL import Image

from companion_app.seeing.reading import LineReader
from companion_app.seeing.second_codes import SecondCodeFinder
from companion_app.seeing.second_faces import SecondFaceFinder
from companion_app.seeing.text import TextFinder

_LEAST_LETTERS = 3
_TESSERACT_S = 60


def words_of(text: str) -> list[str]:
    """Runs of letters and digits in capitals, long enough to mean something."""
    return [word for word in re.findall(r"[A-Z0-9]+", text.upper()) if len(word) >= _LEAST_LETTERS]


def characters_of(lines: Iterable[str], read: Iterable[str]) -> int:
    """How many characters of `lines` were read: those of every word read that stands in them."""
    truth = "".join(re.sub(r"[^A-Z0-9]", "", line.upper()) + "\n" for line in lines)
    return sum(len(word) for line in read for word in words_of(line) if word in truth)


class Judges:
    """Load once; `read` and the counts look at a JPEG."""

    def __init__(self) -> None:
        self._text, self._reader = TextFinder(), LineReader()
        self._faces, self._codes = SecondFaceFinder(), SecondCodeFinder()
        self.tesseract = shutil.which("tesseract")

    def read(self, jpeg: bytes) -> list[str]:
        """Every line our reader makes out, whatever its score."""
        pixels = _pixels(jpeg)
        return [line.text for line in self._reader.read(pixels, self._text.find(pixels)) if line.text]

    def read_by_tesseract(self, jpeg: bytes) -> list[str]:
        """Every line of tesseract's sparse reading; [] where it is not installed."""
        if self.tesseract is None:
            return []
        out = io.BytesIO()
        Image.open(io.BytesIO(jpeg)).save(out, "PNG")
        read = subprocess.run(
            [self.tesseract, "-", "-", "--psm", "11"],
            input=out.getvalue(),
            capture_output=True,
            timeout=_TESSERACT_S,
            check=True,
        )
        return read.stdout.decode(errors="replace").splitlines()

    def faces(self, jpeg: bytes) -> int:
        """Faces that the second detector finds."""
        return len(self._faces.find(_pixels(jpeg)))

    def codes(self, jpeg: bytes) -> int:
        """Codes that zxing-cpp decodes."""
        return len(zxingcpp.read_barcodes(_pixels(jpeg)))


def _pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
