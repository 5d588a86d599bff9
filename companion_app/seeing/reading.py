"""Reading lines that were found: PP-OCR's recognition network. What is read stays in memory and is never logged."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from companion_app.plain_text import plain_text
from companion_app.seeing.geometry import Line, Quad
from companion_app.seeing.networks import Network, shared
from companion_app.seeing.packages import file_of, load
from companion_app.seeing.quads import slimmed, turned

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

_HEIGHT_PX = 48
_LEAST_WIDTH_PX, _MOST_WIDTH_PX = 48, 1536
_WIDTH_MULTIPLE_PX = 16
# What the finder marks has room above and below, which makes letters small: the middle is read. Wider letters keep a
# repeated digit two: of 118 card numbers, zones, plates and contacts 107 were known for what they are, else 90.
_MIDDLE, _STRETCHED = 0.75, 1.25
# A line read so badly may stand on its head.
_DOUBTFUL, _MAX_DOUBTFUL = 0.75, 40
# Lines of much the same length go through the network together; padding short ones to long ones costs more.
_BATCH, _STRETCH = 6, 1.25
_MAX_LINE_CHARACTERS = 300
_THREADS = 2


class LineReader:
    """Loads its network at the first reading (0.8 s), then about 35 ms of one core for a line of 20 characters."""

    def __init__(self) -> None:
        self._cv2: Any = None
        self._network: Network | None = None
        self._alphabet: list[str] = []

    def read(self, pixels: Pixels, quads: list[Quad]) -> list[Line]:
        """One Line for each quad, in their order; empty text where nothing was made out.

        `pixels` RGB. Raises AnswersNotInstalled, DetectorFailed.
        """
        if self._network is None:
            self._cv2 = load("cv2")
            self._network = shared(file_of("rapidocr", "models", "PP-OCRv6_rec_small.onnx"), "reading")
            # Class 0 is "no letter here"; the last, which the file does not list, is the space.
            self._alphabet = ["", *self._network.note("character").splitlines(), " "]
        lines = self._read(pixels, quads)
        doubtful = [index for index, line in enumerate(lines) if line.score < _DOUBTFUL][:_MAX_DOUBTFUL]
        for index, other in zip(doubtful, self._read(pixels, [turned(quads[i]) for i in doubtful]), strict=True):
            if other.score > lines[index].score:
                lines[index] = other
        return lines

    def _read(self, pixels: Pixels, quads: list[Quad]) -> list[Line]:
        strips = [self._strip(pixels, quad) for quad in quads]
        batches = _batches([strip.shape[1] for strip in strips])
        # Longest first: two threads then end at much the same time.
        batches.reverse()
        read: dict[int, tuple[str, float]] = {}
        with ThreadPoolExecutor(_THREADS) as pool:
            done = pool.map(self._run, [[strips[index] for index in batch] for batch in batches])
            for batch, words in zip(batches, done, strict=True):
                read.update(zip(batch, words, strict=True))
        return [Line(*read[index], quad) for index, quad in enumerate(quads)]

    def _strip(self, pixels: Pixels, quad: Quad) -> Any:
        """The middle of the quad set level, 48 px high."""
        letters = slimmed(quad, _MIDDLE)
        wide = _STRETCHED * _HEIGHT_PX * letters.length / max(letters.thickness, 1.0)
        wide = min(max(round(wide / _WIDTH_MULTIPLE_PX) * _WIDTH_MULTIPLE_PX, _LEAST_WIDTH_PX), _MOST_WIDTH_PX)
        numpy = load("numpy")
        source = numpy.array(letters.corners, dtype="float32")
        target = numpy.array([(0, 0), (wide, 0), (wide, _HEIGHT_PX), (0, _HEIGHT_PX)], dtype="float32")
        matrix = self._cv2.getPerspectiveTransform(source, target)
        return self._cv2.warpPerspective(
            pixels, matrix, (wide, _HEIGHT_PX), flags=self._cv2.INTER_CUBIC, borderMode=self._cv2.BORDER_REPLICATE
        )

    def _run(self, strips: list[Any]) -> list[tuple[str, float]]:
        """Text and score of each strip."""
        assert self._network is not None
        widest = max(strip.shape[1] for strip in strips)
        padded = [
            self._cv2.copyMakeBorder(
                strip, 0, 0, 0, widest - strip.shape[1], self._cv2.BORDER_CONSTANT, value=(127, 127, 127)
            )
            for strip in strips
        ]
        # The network was trained on blue-green-red, −1 to 1.
        blob = self._cv2.dnn.blobFromImages(padded, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
        return [self._words(certainty) for certainty in self._network.run(blob)]

    def _words(self, certainty: Any) -> tuple[str, float]:
        """Connectionist temporal classification, best path: repeats and blanks fall away."""
        best: list[int] = certainty.argmax(axis=1).tolist()
        scores: list[float] = certainty.max(axis=1).tolist()
        letters: list[str] = []
        sure: list[float] = []
        for place, (letter, score) in enumerate(zip(best, scores, strict=True)):
            if letter and (place == 0 or letter != best[place - 1]):
                letters.append(self._alphabet[letter])
                sure.append(score)
        text = plain_text("".join(letters), _MAX_LINE_CHARACTERS)
        return text, math.fsum(sure) / len(sure) if sure else 0.0


def _batches(widths: list[int]) -> list[list[int]]:
    """Indexes of strips grouped by like width, at most `_BATCH` together."""
    batches: list[list[int]] = []
    last: list[int] = []
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        if last and len(last) < _BATCH and widths[index] <= _STRETCH * widths[last[0]]:
            last.append(index)
        else:
            last = [index]
            batches.append(last)
    return batches
