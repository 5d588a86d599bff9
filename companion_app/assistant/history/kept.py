"""One question with its answer, as a sealed row."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

HISTORY = "history"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """Asked about the picture with the id `picture`, at `time_s` (Unix seconds).

    `spoken`: by voice; then `question` and `answer` are empty where transcripts are not to be kept, and `sound_ms` is
    0 where the sound is not. `receipt_id`: what was shared for the answer, empty where it was given on this phone.
    """

    id: str
    picture: str
    time_s: int
    question: str
    answer: str
    answered_by: str
    spoken: bool
    sound_ms: int = 0
    receipt_id: str = ""

    @property
    def empty(self) -> bool:
        """True where nothing is left of it."""
        return not self.question and not self.answer and not self.sound_ms

    def without_words(self) -> Kept:
        """The sound alone."""
        return replace(self, question="", answer="", answered_by="")

    def without_sound(self) -> Kept:
        """The words alone."""
        return replace(self, sound_ms=0)


def row_of(kept: Kept) -> bytes:
    """JSON of everything."""
    return json.dumps({"version": _VERSION, **asdict(kept)}, separators=(",", ":")).encode()


def kept_of(row: bytes) -> Kept | None:
    """The entry of a row; None where a later version wrote it."""
    known = cast("dict[str, Any]", json.loads(row))
    return Kept(**known) if known.pop("version", None) == _VERSION else None
