"""All finders at once, on two threads: a first look at a whole picture, and a second by other means."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from companion_app.seeing.believing import are_letters, is_believable, is_large
from companion_app.seeing.checks import Writing, classify
from companion_app.seeing.codes import CodeFinder, FoundCode
from companion_app.seeing.faces import FaceFinder
from companion_app.seeing.geometry import Box, Line, Quad
from companion_app.seeing.reading import LineReader
from companion_app.seeing.rereading import Rereader
from companion_app.seeing.screens import ScreenFinder
from companion_app.seeing.second_codes import SecondCodeFinder
from companion_app.seeing.second_faces import SecondFaceFinder
from companion_app.seeing.text import TextFinder

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels


@dataclass(frozen=True)
class Sights:
    """What one look found, in float px of the picture given. `writings` has one entry for each of `lines`."""

    faces: tuple[Box, ...]
    lines: tuple[Line, ...]
    writings: tuple[Writing | None, ...]
    codes: tuple[FoundCode, ...]
    screens: tuple[Quad, ...]


class FirstLook:
    """Everything that can be found, at full resolution. One look at a time."""

    def __init__(self) -> None:
        self._faces = FaceFinder()
        self._text = TextFinder()
        self._reader = LineReader()
        self._codes = CodeFinder()
        self._screens = ScreenFinder()
        self._one_at_a_time = threading.Lock()

    def look(self, pixels: Pixels, *, reading: bool = True) -> Sights:
        """`pixels` RGB. Without `reading` lines have no text and no writing is known: faster.

        Raises AnswersNotInstalled, DetectorFailed.
        """
        with self._one_at_a_time, ThreadPoolExecutor(1) as beside:
            others = beside.submit(self._others, pixels)
            lines = self._lines(pixels, reading=reading)
            faces, codes, screens = others.result()
        codes = tuple(code for code in codes if code.text or not are_letters(code.quad, lines))
        return Sights(faces, tuple(lines), classify(lines), codes, screens)

    def _lines(self, pixels: Pixels, *, reading: bool) -> list[Line]:
        """Lines as read, or, without `reading`, only those read that must be to be believed."""
        whole_px = pixels.shape[0] * pixels.shape[1]
        quads = self._text.find(pixels)
        small = [] if reading else [quad for quad in quads if not is_large(quad, whole_px)]
        read = self._reader.read(pixels, [quad for quad in quads if reading or is_large(quad, whole_px)])
        believed = [line for line in read if is_believable(line, whole_px)]
        if reading:
            return believed
        return [Line("", quad.score, quad) for quad in [*small, *(line.quad for line in believed)]]

    def _others(self, pixels: Pixels) -> tuple[tuple[Box, ...], tuple[FoundCode, ...], tuple[Quad, ...]]:
        return tuple(self._faces.find(pixels)), tuple(self._codes.find(pixels)), tuple(self._screens.find(pixels))


class SecondLook:
    """The same kinds of things (but screens) by other networks, other code and another scale. One look at a time."""

    def __init__(self) -> None:
        self._faces = SecondFaceFinder()
        self._text = Rereader()
        self._codes = SecondCodeFinder()
        self._one_at_a_time = threading.Lock()

    def look(self, pixels: Pixels) -> Sights:
        """`pixels` RGB; lines are those that can be read. Raises AnswersNotInstalled, DetectorFailed."""
        with self._one_at_a_time, ThreadPoolExecutor(1) as beside:
            others = beside.submit(self._others, pixels)
            lines = self._text.find(pixels)
            faces, codes = others.result()
        return Sights(faces, tuple(lines), classify(lines), codes, ())

    def _others(self, pixels: Pixels) -> tuple[tuple[Box, ...], tuple[FoundCode, ...]]:
        codes = tuple(FoundCode("", "", quad) for quad in self._codes.find(pixels))
        return tuple(self._faces.find(pixels)), codes
