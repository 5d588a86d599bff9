"""Which of several findings in one place counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from companion_app.redaction.area import covered
from companion_app.redaction.kind import WRITTEN, Kind
from companion_app.redaction.region import Seen

_PART_OF = 0.7
_MUCH_LARGER = 3
_READ = 0.5
# A "line" as large as this is a picture's own pattern, taken for letters, unless the reader is sure of it.
_LARGE, _SURE = 0.25, 0.8


def settle(found: Sequence[Seen]) -> list[Seen]:
    """Decoded codes with all that was taken for something else in their place: modules look like letters, bars like a
    second code, and a mask over them would cover a code that is kept. Whatever is more than that stays."""
    codes = [one for one in found if _is_decoded(one)]
    doubtful = [one for one in found if one.kind in (Kind.TEXT, Kind.CODE) and not _is_decoded(one)]
    settled = [_with_what_is_around(code, doubtful) for code in codes]
    areas = [code.area for code in settled]
    others = [one for one in found if not _is_decoded(one)]
    return [*settled, *(one for one in others if one not in doubtful or covered(one.area, areas) < _PART_OF)]


def _is_decoded(seen: Seen) -> bool:
    return seen.kind is Kind.CODE and seen.score > 0


def _with_what_is_around(code: Seen, doubtful: Sequence[Seen]) -> Seen:
    """The code, wider by findings that nobody could read, hold it, and are not much larger: those are the code."""
    area = code.area
    for one in doubtful:
        small = one.area.pixels <= _MUCH_LARGER * code.area.pixels
        if small and one.score < _READ and covered(code.area, [one.area]) >= _PART_OF:
            area = area.hull(one.area)
    return replace(code, area=area)


def believable(found: Iterable[Seen], width: int, height: int) -> list[Seen]:
    """Of a second look at a picture of that size (px): without writing that spans it and could hardly be read."""
    return [
        one
        for one in found
        if one.kind not in WRITTEN or one.score >= _SURE or one.area.pixels < _LARGE * width * height
    ]
