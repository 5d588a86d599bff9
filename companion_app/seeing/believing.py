"""Is a line of text real? The finder takes coins, plates and faces of clocks for letters; the reader is the judge."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.seeing.geometry import Line, Quad

# What cannot be read is still masked where it is small: print too fine for this reader may not be for another. What
# would black out much of a picture has to be read, the surer the larger: (share of the picture, least score).
_LARGE = ((0.4, 0.9), (0.15, 0.6))
_MIN_SCORE, _MIN_LETTERS = 0.6, 2
_SURE, _EXPLAINED = 0.8, 0.7
_LARGE_AGAIN, _MIN_SCORE_AGAIN = 0.1, 0.85


def is_large(quad: Quad, whole_px: float) -> bool:
    """True for a quad that needs reading to be believed; `whole_px`: square pixels of the picture."""
    return _share(quad, whole_px) >= _LARGE[-1][0]


def is_believable(line: Line, whole_px: float) -> bool:
    """True for a line that a first look should report."""
    share = _share(line.quad, whole_px)
    least = next((score for large, score in _LARGE if share >= large), None)
    return least is None or (line.score >= least and _letters(line) >= _MIN_LETTERS)


def is_legible(line: Line, whole_px: float) -> bool:
    """True for a line that a second look should report: what cannot be read is no leak there."""
    least = _MIN_SCORE_AGAIN if _share(line.quad, whole_px) > _LARGE_AGAIN else _MIN_SCORE
    return line.score >= least and _letters(line) >= _MIN_LETTERS


def are_letters(stripes: Quad, lines: Sequence[Line]) -> bool:
    """True for a patch taken for bars that a well-read line explains: capitals such as HILL are mostly strokes."""
    return any(
        line.score >= _SURE and _letters(line) >= _MIN_LETTERS and stripes.box.covered_by(line.quad.box) >= _EXPLAINED
        for line in lines
    )


def _share(quad: Quad, whole_px: float) -> float:
    return quad.length * quad.thickness / whole_px


def _letters(line: Line) -> int:
    return sum(map(str.isalnum, line.text))
