"""Of boxes that overlap, the strongest (greedy non-maximum suppression, OpenCV's)."""

from __future__ import annotations

from companion_app.seeing.geometry import Box, hull
from companion_app.seeing.packages import load


def strongest(boxes: list[Box], max_overlap: float, most: int) -> list[Box]:
    """Best first, none overlapping a better one by more than `max_overlap` (IoU).

    More than `most` are not dropped: the last of the list is then one box around all the others.
    """
    solid = sorted((box for box in boxes if box.width > 0 and box.height > 0), key=lambda box: -box.score)
    if not solid:
        return []
    seen, unseen = solid[: 10 * most], solid[10 * most :]
    corners = [(box.left, box.top, box.width, box.height) for box in seen]
    kept = load("cv2").dnn.NMSBoxes(corners, [box.score for box in seen], 0.0, max_overlap)
    best = [seen[int(index)] for index in kept]
    rest = best[most:] + unseen
    return [*best[:most], hull(rest)] if rest else best
