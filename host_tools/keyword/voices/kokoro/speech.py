"""Sayings by Kokoro: its own voices, blends of them, and a tempo that differs from sound to sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.phrases.pronunciations import readings
from host_tools.keyword.voices.errors import NoSuchVoice
from host_tools.keyword.voices.kokoro import network, styles
from host_tools.keyword.voices.kokoro.ipa import lettered
from host_tools.keyword.voices.resampling import pitched, resampled
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Saying, Voice, Wave
from host_tools.keyword.voices.validity import Unfit

NAME = "kokoro"
_EDGE = 0  # the token before and after everything
# The silence at the end, which nobody needs computed. That at the beginning is needed: half of the first syllable is
# lost without it, though it has frames of its own.
_EDGE_SPEED, _STOP_SPEED = 1.0, 2.5
_JITTER = 0.12  # of a sound's length, as the spread of its logarithm
_MOST_TOKENS = 500
_STOP = "."


def version() -> str | None:
    """Which weights they are; None where they are not installed."""
    told = network.version()
    return None if told is None else f"{told}.3"


def voices() -> list[Voice]:
    """Its own voices."""
    if version() is None:
        return []
    return [Voice(NAME, name, styles.accent_of(name)) for name in styles.styles()]


def made(name: str) -> Voice | None:
    """The blend of this name, with the accent of the first voice in it."""
    try:
        styles.style(name, 1, 0)
    except NoSuchVoice:
        return None
    return Voice(NAME, name, styles.accent_of(name))


def speak(saying: Saying) -> tuple[Wave, tuple[int, int] | None]:
    """The sound at 16 kHz, and where the words are if there is anything around them. Raises VoiceError, Unfit."""
    kokoro = network.network()
    letters, first, last = _spelled(saying)
    tokens = [(kokoro.tokens[letter], letter) for letter in letters if letter in kokoro.tokens]
    if not tokens or len(tokens) > _MOST_TOKENS:
        raise Unfit(f"{len(tokens)} tokens")
    numbers = [_EDGE, *(number for number, _ in tokens), _EDGE]
    # Half of another pitch is another melody, half another throat.
    bend = float(np.sqrt(saying.pitch))
    speeds = _speeds("".join(letter for _, letter in tokens), saying.rate / bend, saying.seed)
    style = styles.style(saying.voice.name, len(tokens), saying.seed)
    wave, frames = kokoro.run(numbers, style, speeds, bend)
    ends = np.cumsum(frames) * network.FRAME
    sound = resampled(pitched(wave, bend), network.RATE_HZ)
    if not saying.before and not saying.after:
        return sound, None
    scale = SAMPLE_RATE_HZ / network.RATE_HZ / bend
    return sound, (round(int(ends[first]) * scale), min(round(int(ends[last]) * scale), len(sound)))


def _spelled(saying: Saying) -> tuple[str, int, int]:
    """The letters; of the tokens with their edge the last before the words, and the last of the words."""
    phonemes = saying.phonemes or next(iter(readings(saying.text)), "")
    accent = saying.voice.accent
    before = "".join(letter for letter, _ in lettered(f"{saying.before} |", accent)) if saying.before else ""
    words = "".join(letter for letter, _ in lettered(phonemes, accent))
    after = "".join(letter for letter, _ in lettered(f"| {saying.after}", accent)) if saying.after else ""
    return f"{before}{words}{after}{_STOP}", len(before), len(before) + len(words)


def _speeds(letters: str, rate: float, seed: int) -> NDArray[np.float32]:
    """How fast each token is said, its edges included."""
    speeds = np.full(len(letters) + 2, rate, np.float32)
    if seed:
        speeds *= np.exp(np.random.default_rng(seed + 1).normal(0, _JITTER, len(speeds))).astype(np.float32)
    speeds[[0, -1]] = _EDGE_SPEED
    if letters.endswith(_STOP):
        speeds[-2] = _STOP_SPEED
    return speeds
