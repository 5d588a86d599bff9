"""A question's sound as a WAV file, in memory."""

from __future__ import annotations

import io
import wave

SAMPLES_PER_S = 16_000
_SAMPLE_BYTES = 2


def as_wav(pcm: bytes) -> bytes:
    """PCM s16le, 16 kHz, one channel, with a RIFF header."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_SAMPLE_BYTES)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(pcm)
    return out.getvalue()


def length_ms(pcm: bytes) -> int:
    """How long it is."""
    return len(pcm) // _SAMPLE_BYTES * 1000 // SAMPLES_PER_S
