"""Speech to text on this device: moonshine-voice, whose English weights ride inside its wheel. Nothing is downloaded.

Only its transcriber is imported. The package can also open this computer's microphone: its module for that is never
imported, and what it would need is not installed.
"""

from __future__ import annotations

import struct
import threading
from typing import Any, Protocol

from companion_app.assistant.listening.errors import NoRecogniser, RecogniserFailed
from companion_app.plain_text import plain_text
from companion_app.seeing.errors import AnswersNotInstalled
from companion_app.seeing.packages import file_of, load

_PACKAGE = "moonshine_voice"
_FULL_SCALE = 32768.0
_HZ = 16_000
_MAX_TEXT_CHARACTERS = 500


class Recogniser(Protocol):
    """Turns sound into words, slowly, in the caller's thread."""

    def prepare(self) -> None: ...

    def words(self, pcm: bytes | bytearray) -> str: ...


class MoonshineRecogniser:
    """English. Loads at the first call (0.6 s); then a tenth of the sound's length. One call at a time."""

    def __init__(self) -> None:
        self._transcriber: Any = None
        self._failure: type[Exception] = Exception
        self._one_at_a_time = threading.Lock()

    def prepare(self) -> None:
        """Load it while somebody is still speaking. Raises NoRecogniser."""
        with self._one_at_a_time:
            self._load()

    def words(self, pcm: bytes | bytearray) -> str:
        """The words in s16le PCM of 16 kHz; "" where there are none. Raises NoRecogniser, RecogniserFailed."""
        with self._one_at_a_time:
            self._load()
            samples = [value / _FULL_SCALE for value in struct.unpack(f"<{len(pcm) // 2}h", pcm)]
            try:
                found = self._transcriber.transcribe_without_streaming(samples, _HZ)
            except self._failure as error:
                raise RecogniserFailed(type(error).__name__) from error
            finally:
                samples.clear()
        return plain_text(" ".join(line.text.strip() for line in found.lines), _MAX_TEXT_CHARACTERS)

    def _load(self) -> None:
        if self._transcriber is not None:
            return
        try:
            weights = file_of(_PACKAGE, "assets", "tiny-en", "encoder_model.ort").parent
            package = load(f"{_PACKAGE}.transcriber")
            self._failure = package.MoonshineError
            self._transcriber = package.Transcriber(str(weights), package.ModelArch.TINY)
        except AnswersNotInstalled as error:
            raise NoRecogniser(error.package) from error
        except (OSError, self._failure) as error:  # its library is for another processor or system
            raise NoRecogniser(_PACKAGE) from error
