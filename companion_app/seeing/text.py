"""Finding lines of text: PP-OCR's detection network, at full resolution. Reading them is another file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from companion_app.seeing.geometry import Box, Quad, hull
from companion_app.seeing.networks import Network, shared
from companion_app.seeing.packages import file_of, load
from companion_app.seeing.quads import apart, quad_around
from companion_app.seeing.tiles import Tile, tiles

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

# Differentiable binarization, as its authors set it: a pixel is text from 0.3, a region from 0.5 on average; what the
# network marks is a shrunken core, grown by area × 1.6 / perimeter.
_MIN_PIXEL, MIN_SCORE, _GROWTH = 0.3, 0.5, 1.6
_MIN_SIDE_PX = 3
_SIDE_MULTIPLE_PX = 32
_TILE_PX, _TILE_OVERLAP_PX = 960, 96
_COPY_PX = 640
# Beyond these one box around all the others takes their place: nothing is left out, and time stays bounded.
_MAX_LINES = 400
_MAX_MARKS = 4000


class TextFinder:
    """Loads its network at the first look (0.3 s)."""

    def __init__(self, min_score: float = MIN_SCORE) -> None:
        self._min_score = min_score
        self._cv2: Any = None
        self._network: Network | None = None

    def find(self, pixels: Pixels) -> list[Quad]:
        """Lines of text in RGB `pixels`, top to bottom. Raises AnswersNotInstalled, DetectorFailed."""
        if self._network is None:
            self._cv2 = load("cv2")
            self._network = shared(file_of("rapidocr", "models", "PP-OCRv6_det_small.onnx"), "text")
        height, width = pixels.shape[:2]
        quads = [quad for tile in tiles(width, height, _TILE_PX, _TILE_OVERLAP_PX) for quad in self._in(pixels, tile)]
        # Letters larger than the network's view, or cut by a tile's edge, are seen in a smaller copy.
        if max(width, height) > 1.5 * _COPY_PX:
            quads += self._in_copy(pixels, max(width, height) / _COPY_PX)
        best = apart(quads, _MAX_LINES)
        return sorted(best, key=lambda quad: (quad.box.top, quad.box.left))

    def _in(self, pixels: Pixels, tile: Tile) -> list[Quad]:
        found = self._run(pixels[tile.top : tile.bottom, tile.left : tile.right])
        return [quad.moved(tile.left, tile.top) for quad in found]

    def _in_copy(self, pixels: Pixels, shrunk: float) -> list[Quad]:
        size = tuple(max(1, round(side / shrunk)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        return [quad.moved(0, 0, shrunk) for quad in self._run(copy)]

    def _run(self, rgb: Pixels) -> list[Quad]:
        """Lines in one array of pixels, padded to the network's multiple of 32."""
        assert self._network is not None
        height, width = (math.ceil(side / _SIDE_MULTIPLE_PX) * _SIDE_MULTIPLE_PX for side in rgb.shape[:2])
        padded = self._cv2.copyMakeBorder(
            rgb, 0, height - rgb.shape[0], 0, width - rgb.shape[1], self._cv2.BORDER_REPLICATE
        )
        # The network was trained on blue-green-red, −1 to 1.
        blob = self._cv2.dnn.blobFromImage(padded, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
        return self._lines(self._network.run(blob)[0, 0])

    def _lines(self, heat: Any) -> list[Quad]:
        """Turned boxes around what the network marked as text."""
        marked = self._cv2.dilate((heat > _MIN_PIXEL).astype("uint8"), None, iterations=1)
        outlines, _ = self._cv2.findContours(marked, self._cv2.RETR_LIST, self._cv2.CHAIN_APPROX_SIMPLE)
        quads = [_around(self._cv2, outlines[_MAX_MARKS:])] if len(outlines) > _MAX_MARKS else []
        for outline in outlines[:_MAX_MARKS]:
            middle, (across, down), degrees = self._cv2.minAreaRect(outline)
            if min(across, down) < _MIN_SIDE_PX:
                continue
            score = self._mean(heat, outline)
            if score < self._min_score:
                continue
            grown = _grown(across, down)
            corners = self._cv2.boxPoints((middle, (across + grown, down + grown), degrees))
            quads.append(quad_around(corners.tolist(), score))
        return quads

    def _mean(self, heat: Any, outline: Any) -> float:
        """The network's mean certainty inside the outline."""
        left, top, width, height = self._cv2.boundingRect(outline)
        inside = self._cv2.drawContours(
            (heat[top : top + height, left : left + width] * 0).astype("uint8"), [outline - (left, top)], -1, 1, -1
        )
        return float(self._cv2.mean(heat[top : top + height, left : left + width], inside)[0])


def _around(cv2: Any, outlines: Any) -> Quad:
    """One upright box around many outlines, each grown."""
    boxes: list[Box] = []
    for left, top, width, height in map(cv2.boundingRect, outlines):
        margin = _grown(width, height) / 2
        boxes.append(Box(left - margin, top - margin, left + width + margin, top + height + margin))
    return Quad.upright(hull(boxes))


def _grown(width: float, height: float) -> float:
    """Pixels that a side of what the network marks lacks of the whole line's."""
    return width * height * _GROWTH / (width + height)
