"""Of boxes that overlap, the strongest (greedy non-maximum suppression, OpenCV's)."""

from __future__ import annotations

from companion_app.seeing.geometry import Box
from companion_app.seeing.packages import load


def strongest(boxes: list[Box], max_overlap: float, most: int) -> list[Box]:
    """At most `most` boxes, best first, none overlapping a better one by more than `max_overlap` (IoU)."""
    solid = [box for box in boxes if box.width > 0 and box.height > 0]
    if not solid:
        return []
    corners = [(box.left, box.top, box.width, box.height) for box in solid]
    kept = load("cv2").dnn.NMSBoxes(corners, [box.score for box in solid], 0.0, max_overlap, top_k=10 * most)
    return [solid[int(index)] for index in kept][:most]
