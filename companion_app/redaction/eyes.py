"""The app's own detectors as a Sight: networks and decoders on this device, each loaded when first needed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from PIL import Image

from companion_app.redaction.errors import DetectionFailed, RedactionUnavailable
from companion_app.redaction.kind import Kind
from companion_app.redaction.region import Seen
from companion_app.redaction.settling import believable, settle
from companion_app.redaction.widening import code_area, face_area, line_area, screen_area
from companion_app.seeing.errors import AnswersNotInstalled, DetectorFailed
from companion_app.seeing.looks import FirstLook, SecondLook, Sights
from companion_app.seeing.picture import pixels


class Eyes:
    """A Sight; one look at a time."""

    def __init__(self) -> None:
        self._first, self._second = FirstLook(), SecondLook()

    def first(self, image: Image.Image, *, reading: bool) -> Sequence[Seen]:
        """See Sight. Raises RedactionUnavailable, DetectionFailed."""
        with _as_ours():
            return _seen(self._first.look(pixels(image), reading=reading))

    def second(self, image: Image.Image) -> Sequence[Seen]:
        """See Sight. Raises RedactionUnavailable, DetectionFailed."""
        with _as_ours():
            return believable(_seen(self._second.look(pixels(image))), *image.size)


def _seen(sights: Sights) -> Sequence[Seen]:
    """Kinds and areas alone: what was read goes no further."""
    writings = zip(sights.lines, sights.writings, strict=True)
    return settle(
        [
            *(Seen(Kind.FACE, face_area(box), box.score) for box in sights.faces),
            *(Seen(Kind(writing or Kind.TEXT), line_area(line.quad), line.score) for line, writing in writings),
            *(Seen(Kind.CODE, code_area(code), 1.0 if code.text else 0.0) for code in sights.codes),
            *(Seen(Kind.SCREEN, screen_area(quad), quad.score) for quad in sights.screens),
        ]
    )


@contextmanager
def _as_ours() -> Generator[None]:
    """What detectors raise, as errors of this package."""
    try:
        yield
    except AnswersNotInstalled as error:
        raise RedactionUnavailable(error.package) from error
    except DetectorFailed as error:
        raise DetectionFailed(error.detector, error.reason) from error
