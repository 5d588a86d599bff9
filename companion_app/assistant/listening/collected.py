"""The sound of one question while it lasts: in memory, bounded, and zeroed when it is forgotten."""

from __future__ import annotations

from companion_app.assistant.listening.adpcm import decode, samples_in
from companion_app.assistant.listening.errors import QuestionCutOff

SAMPLES_PER_S = 16_000
# The glasses stop after eight seconds; a block and what was on its way may come on top.
MAX_SAMPLES = 9 * SAMPLES_PER_S
_SAMPLE_BYTES = 2


class Collected:
    """PCM s16le of one question about `item` on the pair of glasses of this short name."""

    def __init__(self, glasses: str, item: int) -> None:
        self.glasses = glasses
        self.item = item
        self.pcm = bytearray()

    @property
    def ms(self) -> int:
        """How long it is so far."""
        return len(self.pcm) // _SAMPLE_BYTES * 1000 // SAMPLES_PER_S

    def add(self, piece: bytes) -> None:
        """One AUDIO body. Raises BadSound; QuestionCutOff("too_long") before more is kept than a question can be."""
        if len(self.pcm) // _SAMPLE_BYTES + samples_in(piece) > MAX_SAMPLES:
            raise QuestionCutOff("too_long")
        decode(piece, self.pcm)

    def forget(self) -> None:
        """Zero the sound where it lies, whoever else still holds it. The length stays for the record."""
        self.pcm[:] = bytes(len(self.pcm))
