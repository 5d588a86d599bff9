"""Finding and decoding QR, Aztec, Data Matrix, PDF417 and bar codes with zxing-cpp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from companion_app.plain_text import plain_text
from companion_app.seeing.geometry import Quad, hull
from companion_app.seeing.opencv_codes import Detector, bars
from companion_app.seeing.packages import load
from companion_app.seeing.stripes import StripeFinder

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_MAX_CODES = 50
_MAX_TEXT_CHARACTERS = 1000
# zxing sees the ends of a stacked code in far-apart edges: what it cannot read and is large is not one.
_MOST_SHARE_UNREAD = 0.1
_SAME = 0.8


@dataclass(frozen=True)
class FoundCode:
    """A machine-readable code: its symbology ("QR Code"), its text ("" where it was only seen), where it is."""

    kind: str
    text: str
    quad: Quad


class CodeFinder:
    """Needs no network of neurons: about 30 ms at 640 × 480."""

    def __init__(self) -> None:
        self._zxing: Any = None
        self._cv2: Any = None
        self._bars: Detector | None = None
        self._stripes = StripeFinder()

    def find(self, pixels: Pixels) -> list[FoundCode]:
        """Codes in RGB `pixels`; without text what was only seen: checks that fail, bars that cannot be decoded.

        Raises AnswersNotInstalled, DetectorFailed.
        """
        if self._bars is None:
            self._zxing, self._cv2, self._bars = load("zxingcpp"), load("cv2"), bars()
        whole = pixels.shape[0] * pixels.shape[1]
        read = [_code(code) for code in self._zxing.read_barcodes(pixels, return_errors=True)]
        codes = [code for code in read if code.text or code.quad.box.area <= _MOST_SHARE_UNREAD * whole]
        striped = self._bars.find(self._cv2.cvtColor(pixels, self._cv2.COLOR_RGB2GRAY)) + self._stripes.find(pixels)
        for quad in striped:
            if not any(quad.box.covered_by(code.quad.box) >= _SAME for code in codes):
                codes.append(FoundCode("bars", "", quad))
        return _bounded(codes)


def _bounded(codes: list[FoundCode]) -> list[FoundCode]:
    """At most `_MAX_CODES` and one box around all the others, so that none is left out."""
    rest = [code.quad.box for code in codes[_MAX_CODES:]]
    return [*codes[:_MAX_CODES], FoundCode("more", "", Quad.upright(hull(rest)))] if rest else codes


def _code(code: Any) -> FoundCode:
    text = plain_text(code.text, _MAX_TEXT_CHARACTERS) if code.valid else ""
    return FoundCode(str(code.format), text, quad_of(code))


def quad_of(code: Any) -> Quad:
    """Where zxing saw a code; of bars only the rows that it read."""
    at = code.position
    a, b, c, d = (
        (float(point.x), float(point.y)) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    )
    return Quad((a, b, c, d))
