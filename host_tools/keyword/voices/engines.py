"""The engines by name: which are here, whom they can be, and one utterance of any of them."""

from __future__ import annotations

import importlib
from typing import Protocol, cast

from host_tools.keyword.phrases.arpabet import sounds
from host_tools.keyword.voices.errors import NoSuchVoice, NotSpeech, NoVoices
from host_tools.keyword.voices.saying import Saying, Utterance, Voice, Wave
from host_tools.keyword.voices.validity import Unfit, fitted

# Each is imported when it is asked for: Kokoro's runtime takes a second.
_HOMES = {
    "espeak": "host_tools.keyword.voices.espeak.speech",
    "flite": "host_tools.keyword.voices.flite",
    "kokoro": "host_tools.keyword.voices.kokoro.speech",
}
ENGINES = tuple(_HOMES)
_PHONEMES_A_LETTER = 0.8


class Engine(Protocol):
    """What the home of an engine offers."""

    def version(self) -> str | None:
        """Its version, part of what names a sound; None where it is not here."""
        ...

    def voices(self) -> list[Voice]:
        """Whom it can be; [] where it is not here."""
        ...

    def made(self, name: str) -> Voice | None:
        """A speaker of this name who is made of others; None if there can be none."""
        ...

    def speak(self, saying: Saying) -> tuple[Wave, tuple[int, int] | None]:
        """The sound at 16 kHz; where its words are, if others are around them. Raises VoiceError, Unfit."""
        ...


def engine(name: str) -> Engine:
    """One of ENGINES. Raises NoSuchVoice."""
    if name not in _HOMES:
        raise NoSuchVoice(name)
    return cast("Engine", importlib.import_module(_HOMES[name]))


def version(name: str) -> str:
    """The version of an engine that is here. Raises NoSuchVoice, NoVoices."""
    told = engine(name).version()
    if told is None:
        raise NoVoices(name)
    return told


def installed(*names: str) -> list[Voice]:
    """Everybody who can speak here, or those of the engines named. Raises NoSuchVoice."""
    return [voice for name in names or ENGINES for voice in engine(name).voices()]


def find_voice(label: str) -> Voice:
    """The voice called "engine:name"; of Kokoro also a blend, of espeak a made-up speaker. Raises NoSuchVoice."""
    name, _, rest = label.partition(":")
    if name not in _HOMES:
        raise NoSuchVoice(label)
    for voice in installed(name):
        if voice.name == rest:
            return voice
    made = engine(name).made(rest)
    if made is None:
        raise NoSuchVoice(label)
    return made


def speak(saying: Saying) -> Utterance:
    """One utterance, trimmed and at the common level. Raises NoSuchVoice, NoVoices, EngineFailed, NotSpeech."""
    version(saying.voice.engine)
    try:
        wave, span = engine(saying.voice.engine).speak(saying)
        return fitted(wave, span, _phonemes(saying))
    except Unfit as unfit:
        raise NotSpeech(str(saying.voice), saying.text, str(unfit)) from None


def _phonemes(saying: Saying) -> int:
    """How many sounds to expect."""
    if saying.phonemes:
        return len(sounds(saying.phonemes))
    return max(1, round(_PHONEMES_A_LETTER * sum(letter.isalnum() for letter in saying.text)))
