"""From what was seen to what is told: lines worth reading out, the number of faces, what codes hold."""

from __future__ import annotations

from PIL import Image

from companion_app.assistant.answer import Code
from companion_app.seeing.codes import CodeFinder
from companion_app.seeing.faces import FaceFinder
from companion_app.seeing.picture import pixels
from companion_app.seeing.reading import LineReader
from companion_app.seeing.text import TextFinder

# On plain photographs the reader sees "***" in medals; real lines of the same pictures score above 0.95.
_MIN_LINE_SCORE = 0.8
_MIN_LETTERS = 2
_MAX_LINES = 60
# Masking wants every face there may be; a count wants those that are certain.
_MIN_FACE_SCORE = 0.5
_MAX_CODES = 20


class TextReader:
    """Loads its networks at the first reading (about 1 s), then 0.1–0.3 s a picture."""

    def __init__(self) -> None:
        self._finder = TextFinder()
        self._reader = LineReader()

    def read(self, picture: Image.Image) -> tuple[str, ...]:
        """Lines of text, top to bottom. Raises AnswersNotInstalled, DetectorFailed."""
        array = pixels(picture)
        lines = self._reader.read(array, self._finder.find(array)[:_MAX_LINES])
        texts = [line.text for line in lines if line.score >= _MIN_LINE_SCORE]
        return tuple(text for text in texts if sum(map(str.isalnum, text)) >= _MIN_LETTERS)


class FaceCounter:
    """Loads its network at the first count (0.2 s), then about 0.1 s a picture."""

    def __init__(self) -> None:
        self._finder = FaceFinder(_MIN_FACE_SCORE)

    def count(self, picture: Image.Image) -> int:
        """Faces found; small, turned and covered ones may be missed. Raises AnswersNotInstalled, DetectorFailed."""
        return len(self._finder.find(pixels(picture)))


class CodeReader:
    """Needs no network of neurons: about 40 ms a picture."""

    def __init__(self) -> None:
        self._finder = CodeFinder()

    def read(self, picture: Image.Image) -> tuple[Code, ...]:
        """Codes whose checks hold. Raises AnswersNotInstalled."""
        codes = [Code(found.kind, found.text) for found in self._finder.find(pixels(picture)) if found.text]
        return tuple(dict.fromkeys(codes))[:_MAX_CODES]
