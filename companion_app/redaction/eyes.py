"""The app's own detectors as a Sight: networks and decoders on this device, each loaded when first needed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image

from companion_app.redaction.errors import DetectionFailed, RedactionUnavailable
from companion_app.redaction.kind import Kind
from companion_app.redaction.region import Seen
from companion_app.redaction.widening import code_area, face_area, line_area, screen_area
from companion_app.seeing.codes import CodeFinder
from companion_app.seeing.errors import AnswersNotInstalled, DetectorFailed
from companion_app.seeing.faces import FaceFinder
from companion_app.seeing.picture import pixels
from companion_app.seeing.reading import LineReader
from companion_app.seeing.screens import ScreenFinder
from companion_app.seeing.second_codes import SecondCodeFinder
from companion_app.seeing.second_faces import SecondFaceFinder
from companion_app.seeing.text import TextFinder

if TYPE_CHECKING:
    from companion_app.seeing.picture import Pixels


class Eyes:
    """A Sight; not for two threads at once."""

    def __init__(self) -> None:
        self._faces, self._text, self._reader = FaceFinder(), TextFinder(), LineReader()
        self._codes, self._screens = CodeFinder(), ScreenFinder()
        self._second_faces, self._second_codes = SecondFaceFinder(), SecondCodeFinder()

    def first(self, image: Image.Image, *, reading: bool) -> Sequence[Seen]:
        """See Sight. Raises RedactionUnavailable, DetectionFailed."""
        with _as_ours():
            return self._first(pixels(image), reading)

    def second(self, image: Image.Image) -> Sequence[Seen]:
        """See Sight. Raises RedactionUnavailable, DetectionFailed."""
        with _as_ours():
            return self._second(pixels(image))

    def _first(self, shown: Pixels, reading: bool) -> list[Seen]:
        quads = self._text.find(shown)
        lines = [Seen(Kind.TEXT, line_area(quad), quad.score) for quad in quads]
        if reading:
            read = self._reader.read(shown, quads)
            lines = [Seen(Kind.TEXT, line_area(line.quad), line.score) for line in read]
        return [
            *(Seen(Kind.FACE, face_area(box), box.score) for box in self._faces.find(shown)),
            *lines,
            *(Seen(Kind.CODE, code_area(code.quad), 1.0) for code in self._codes.find(shown)),
            *(Seen(Kind.SCREEN, screen_area(quad), quad.score) for quad in self._screens.find(shown)),
        ]

    def _second(self, shown: Pixels) -> list[Seen]:
        return [
            *(Seen(Kind.FACE, face_area(box), box.score) for box in self._second_faces.find(shown)),
            *(Seen(Kind.CODE, code_area(quad), quad.score) for quad in self._second_codes.find(shown)),
        ]


@contextmanager
def _as_ours() -> Generator[None]:
    """What detectors raise, as errors of this package."""
    try:
        yield
    except AnswersNotInstalled as error:
        raise RedactionUnavailable(error.package) from error
    except DetectorFailed as error:
        raise DetectionFailed(error.detector, error.reason) from error
