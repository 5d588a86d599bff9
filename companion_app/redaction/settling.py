"""Which of several findings in one place counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from companion_app.redaction.area import covered
from companion_app.redaction.kind import WRITTEN, Kind
from companion_app.redaction.region import Seen

_PART_OF = 0.7
# A "line" as large as this is a picture's own pattern, taken for letters, unless the reader is sure of it.
_LARGE, _SURE = 0.25, 0.8


def settle(found: Sequence[Seen]) -> list[Seen]:
    """Without plain text that lies in a decoded code: its modules look like letters, and its digits say what it says,
    so that a mask over them would cover a kept code. Whatever is more than plain text stays."""
    codes = [one.area for one in found if one.kind is Kind.CODE and one.score > 0]
    return [one for one in found if one.kind is not Kind.TEXT or covered(one.area, codes) < _PART_OF]


def believable(found: Iterable[Seen], width: int, height: int) -> list[Seen]:
    """Of a second look at a picture of that size (px): without writing that spans it and could hardly be read."""
    return [
        one
        for one in found
        if one.kind not in WRITTEN or one.score >= _SURE or one.area.pixels < _LARGE * width * height
    ]
