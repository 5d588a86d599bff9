"""Sets lines of scripts that Kivy cannot set by itself: Arabic letters joined, and lines that run from the right.

Kivy's text provider draws one glyph after the other from the left, unjoined. So a paragraph is broken into lines here,
where its words still stand in reading order; each line is then joined and put into the order in which it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]  # the width of a line as it is drawn, in pixels

_FROM_THE_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def runs_from_the_right(text: str) -> bool:
    """True where `text` has a letter of a script that is written from right to left."""
    return _FROM_THE_RIGHT.search(text) is not None


def drawn(line: str, *, right_to_left: bool) -> str:
    """One line as it is drawn from the left; `right_to_left`: the sentence around it runs so, whatever it begins with.

    What has no such letter stays as it is.
    """
    if not runs_from_the_right(line):
        return line
    import arabic_reshaper  # only where such letters are: these two take a tenth of a second to import
    from bidi.algorithm import get_display

    return str(get_display(arabic_reshaper.reshape(line), base_dir="R" if right_to_left else None))


def set_lines(text: str, width: float | None, measure: Measure, *, right_to_left: bool) -> str:
    """`text` as it is drawn in lines of at most `width` pixels (None: as long as they are), one "\\n" after each."""
    lines = (line for paragraph in text.split("\n") for line in _broken(paragraph, width, measure))
    return "\n".join(drawn(line, right_to_left=right_to_left) for line in lines)


def _broken(paragraph: str, width: float | None, measure: Measure) -> Iterator[str]:
    """Lines in reading order; a word that is too wide for a line alone is broken where it must be."""
    if width is None:
        yield paragraph
        return
    line = ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if _width(longer, measure) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, width, measure)
        yield from full
    yield line


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter, measure) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _width(line: str, measure: Measure) -> float:
    return measure(drawn(line, right_to_left=False))
