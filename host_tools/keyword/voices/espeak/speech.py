"""Sayings by espeak-ng: as phonemes or by its own reading, with where the words are when others are around them."""

from __future__ import annotations

import random

import numpy as np

from host_tools.keyword.voices.errors import NoSuchVoice
from host_tools.keyword.voices.espeak import program, speakers
from host_tools.keyword.voices.espeak.mnemonics import ACCENTS, BRITISH, mnemonics
from host_tools.keyword.voices.resampling import resampled
from host_tools.keyword.voices.saying import Saying, Voice, Wave
from host_tools.keyword.voices.validity import audible, unclipped

NAME = "espeak"
_ENGLISH = (*BRITISH, "en-us", "en-us-nyc", "en-029")
_WORDS_A_MINUTE = 165
_SLOWEST, _FASTEST = 80, 450
_NATURAL_PITCH = 50
# Commands inside a text (docs/ssml.md has the elements they come from): amplitude off, amplitude on.
_SILENT, _LOUD = "\x010A", "\x01100A"


def version() -> str | None:
    """Its version; None where it is not installed."""
    return program.version()


def voices() -> list[Voice]:
    """Every English entry with every variant, and every accent with the speaker that it comes with."""
    here = program.languages()
    english = [language for language in _ENGLISH if language in here]
    own = [Voice(NAME, language, language) for language in (*english, *sorted(here & set(ACCENTS)))]
    varied = [Voice(NAME, f"{language}+{name}", language) for language in english for name in speakers.shipped()]
    return [*own, *varied]


def made(name: str) -> Voice | None:
    """The made-up speaker "accent+made<number>"."""
    accent, _, number = name.partition(f"+{speakers.MADE_UP}")
    return (
        made_up(int(number), accent)
        if number.isdecimal() and accent in {*_ENGLISH, *ACCENTS} & program.languages()
        else None
    )


def made_up(seed: int, accent: str = "en-us") -> Voice:
    """A speaker who does not exist; the same for the same number."""
    return Voice(NAME, f"{accent}+{speakers.MADE_UP}{seed}", accent)


def speak(saying: Saying) -> tuple[Wave, tuple[int, int] | None]:
    """The sound at 16 kHz, and where the words are if there is anything around them. Raises VoiceError, Unfit."""
    arguments = _arguments(saying)
    words = _bracketed(saying.phonemes, saying) if saying.phonemes else saying.text
    before, after = _bracketed(saying.before, saying), _bracketed(saying.after, saying)
    wave = _said(arguments, f"{before} {words} {after}")
    if not before and not after:
        return wave, None
    alone = _said(arguments, f"{_SILENT} {before} {_LOUD} {words} {_SILENT} {after}")
    start, end = audible(alone)
    return wave, (start, min(end, len(wave)))


def _said(arguments: list[str], text: str) -> Wave:
    return resampled(unclipped(program.wave(arguments, text)), program.RATE_HZ)


def _bracketed(phonemes: str, saying: Saying) -> str:
    return f"[[{mnemonics(phonemes, _language(saying.voice))}]]" if phonemes else ""


def _language(voice: Voice) -> str:
    return voice.name.partition("+")[0]


def _arguments(saying: Saying) -> list[str]:
    """The options for this speaker, this rate, this pitch. Raises NoSuchVoice."""
    language, _, variant = saying.voice.name.partition("+")
    if language not in _ENGLISH and language not in ACCENTS:
        raise NoSuchVoice(str(saying.voice))
    arguments = ["-v", saying.voice.name]
    if variant.startswith(speakers.MADE_UP) and variant.removeprefix(speakers.MADE_UP).isdigit():
        arguments.append(f"--path={speakers.path_of(int(variant.removeprefix(speakers.MADE_UP)))}")
    draw = random.Random(saying.seed)
    words_a_minute = int(np.clip(_WORDS_A_MINUTE * saying.rate, _SLOWEST, _FASTEST))
    pitch = int(np.clip(_NATURAL_PITCH * saying.pitch + draw.uniform(-8, 8) * bool(saying.seed), 0, 99))
    return [*arguments, "-s", str(words_a_minute), "-p", str(pitch)]
