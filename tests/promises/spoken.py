"""What is said at the virtual microphone: a tone, which the test takes for the keyword, and real speech after it."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from companion_app.seeing.packages import file_of

_HZ = 16_000
_TONE_S = 0.6
_LONG_S = 9.0  # longer than a question may be


def question() -> bytes:
    """ "Ever tried. Ever failed.", and then nobody speaks. A WAV."""
    return _said(_speech(0.0, 4.5))


def long_question() -> bytes:
    """Somebody who speaks on and on."""
    return _said(np.tile(_speech(0.4, 1.6), 8)[: round(_LONG_S * _HZ)])


def _speech(begin_s: float, end_s: float) -> NDArray[np.int16]:
    """Read aloud by a person; from the package of the recogniser."""
    with wave.open(str(file_of("moonshine_voice", "assets", "beckett.wav"))) as file:
        file.setpos(round(begin_s * _HZ))
        return np.frombuffer(file.readframes(round((end_s - begin_s) * _HZ)), np.int16)


def _said(speech: NDArray[np.int16]) -> bytes:
    """Silence, tone, a breath, the speech: as a WAV."""
    tone = 12_000 * np.sin(2 * np.pi * 2000 * np.arange(round(_TONE_S * _HZ)) / _HZ)
    rest = np.zeros(_HZ // 5, np.int16)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_HZ)
        file.writeframes(np.concatenate([rest, tone.astype(np.int16), rest, speech]).astype("<i2").tobytes())
    return out.getvalue()
