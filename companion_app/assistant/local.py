"""Question and picture in, honest words out, without any network."""

from __future__ import annotations

import threading
from typing import Protocol

from PIL import Image

from companion_app.assistant.answer import Code, Facts, LocalAnswer
from companion_app.assistant.answering import word
from companion_app.assistant.detectors import CodeReader, FaceCounter, TextReader
from companion_app.assistant.questions import Asked, understand
from companion_app.seeing.picture import decode


class ReadsText(Protocol):
    """Finds lines of text."""

    def read(self, picture: Image.Image) -> tuple[str, ...]: ...


class CountsFaces(Protocol):
    """Counts faces."""

    def count(self, picture: Image.Image) -> int: ...


class ReadsCodes(Protocol):
    """Finds machine-readable codes."""

    def read(self, picture: Image.Image) -> tuple[Code, ...]: ...


class LocalAnswers:
    """Answers in the caller's thread (a worker, never the window's); each detector loads when it is first needed."""

    def __init__(
        self, text: ReadsText | None = None, faces: CountsFaces | None = None, codes: ReadsCodes | None = None
    ) -> None:
        self._text = text or TextReader()
        self._faces = faces or FaceCounter()
        self._codes = codes or CodeReader()
        # The networks are not made for two threads at once.
        self._one_at_a_time = threading.Lock()

    def answer(self, jpeg: bytes, question: str) -> LocalAnswer:
        """Raises NotAPicture, PictureTooLarge, AnswersNotInstalled, DetectorFailed."""
        picture = decode(jpeg)
        asked = understand(question)
        with self._one_at_a_time:
            facts = self._look(picture, asked)
        return LocalAnswer(word(asked, facts), facts)

    def lines(self, jpeg: bytes) -> tuple[str, ...]:
        """The lines of text in a picture. Raises as `answer` does."""
        picture = decode(jpeg)
        with self._one_at_a_time:
            return self._text.read(picture)

    def _look(self, picture: Image.Image, asked: Asked) -> Facts:
        """Run only the detectors that the question needs."""
        everything = asked is Asked.EVERYTHING
        return Facts(
            text=self._text.read(picture) if everything or asked is Asked.TEXT else None,
            faces=self._faces.count(picture) if everything or asked is Asked.FACES else None,
            codes=self._codes.read(picture) if everything or asked is Asked.CODES else None,
        )
