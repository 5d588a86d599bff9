"""What a redactor needs of detectors, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PIL import Image

from companion_app.redaction.region import Seen


class Sight(Protocol):
    """Two ways to look at an upright RGB picture; areas in its px, already as wide as what they show.
    Both raise RedactionUnavailable, DetectionFailed."""

    def first(self, image: Image.Image, *, reading: bool) -> Sequence[Seen]:
        """Everything that can be masked, at full resolution. Without `reading` all that is written is TEXT."""
        ...

    def second(self, image: Image.Image) -> Sequence[Seen]:
        """The same of a picture that was redacted, by other means."""
        ...
