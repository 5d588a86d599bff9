"""flite: a small program with four voices, given phonemes or, where it reads a text as they say, the text."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from host_tools.keyword.phrases.arpabet import is_phoneme, parted, sounds
from host_tools.keyword.voices.errors import EngineFailed, NoSuchVoice, NoVoices
from host_tools.keyword.voices.resampling import pitched
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Saying, Voice, Wave
from host_tools.keyword.voices.validity import unclipped
from host_tools.keyword.voices.wav import BadWav, read_wav

NAME = "flite"
_VERSION = re.compile(r"version:\s*(\S+)")
# `kal` is `kal16` at 8 kHz, `awb_time` only tells the time. Their accents, and the pitch that is natural for them.
_VOICES = {"kal16": ("en-us", 105), "awb": ("en-gb-scotland", 125), "rms": ("en-us", 95), "slt": ("en-us", 170)}
_PITCH_SPREAD = 0.15
_PAUSE = "pau"
_PATIENCE_S = 30


@cache
def version() -> str | None:
    """Its version; None where it is not installed."""
    if shutil.which(NAME) is None:
        return None
    found = _VERSION.search(_run(["--version"]))
    return found[1] if found else "unknown"


def voices() -> list[Voice]:
    """The voices that are built into it."""
    return [Voice(NAME, name, accent) for name, (accent, _) in _VOICES.items()] if version() else []


def made(name: str) -> Voice | None:
    """Nobody: it has no voices but its own."""
    del name


def speak(saying: Saying) -> tuple[Wave, tuple[int, int] | None]:
    """The sound at 16 kHz, and where the words are if there is anything around them. Raises VoiceError, Unfit."""
    if saying.voice.name not in _VOICES:
        raise NoSuchVoice(str(saying.voice))
    with tempfile.TemporaryDirectory(prefix="plainsight-flite-") as folder:
        path = Path(folder) / "said.wav"
        told = _run([*_manner(saying), *_content(saying), "-psdur", "-o", str(path)])
        try:
            wave = unclipped(read_wav(path.read_bytes(), SAMPLE_RATE_HZ))
        except (OSError, BadWav) as error:
            raise EngineFailed(str(saying.voice), str(error)) from None
    span = _span(saying, told, len(wave)) if saying.before or saying.after else None
    if span is not None:
        span = (round(span[0] / saying.pitch), round(span[1] / saying.pitch))
    return pitched(wave, saying.pitch), span


def _manner(saying: Saying) -> list[str]:
    """Voice, tempo and pitch; the tempo makes up for what `pitched` will do to it."""
    _, hertz = _VOICES[saying.voice.name]
    spread = random.Random(saying.seed).uniform(-_PITCH_SPREAD, _PITCH_SPREAD) if saying.seed else 0.0
    stretch = saying.pitch / saying.rate
    features = {"duration_stretch": f"{stretch:.3f}", "int_f0_target_mean": f"{hertz * (1 + spread):.1f}"}
    return ["-voice", saying.voice.name, *(word for pair in features.items() for word in ("--setf", "=".join(pair)))]


def _content(saying: Saying) -> list[str]:
    """The text where its own reading is what was asked for: it then knows the melody too."""
    if not saying.before and not saying.after and (not saying.phonemes or _reads(saying.text, saying.phonemes)):
        return ["-t", saying.text]
    whole = f"{saying.before} {saying.phonemes} {saying.after}".split()
    return ["-p", " ".join([_PAUSE, *(_letters(symbol) for symbol in whole if symbol != "|"), _PAUSE])]


def _letters(symbol: str) -> str:
    """A phoneme as flite writes it; its schwa has a name of its own."""
    if not is_phoneme(symbol):
        return _PAUSE
    base, stress = parted(symbol)
    if symbol == "AH0":
        return "ax"
    return base.lower() + (str(stress) if stress else "")


@cache
def _reads(text: str, phonemes: str) -> bool:
    """Whether it reads this text as these phonemes."""
    read = [letters for letters in _run(["-voice", "kal16", "-t", text, "-ps", "-o", "none"]).split()]
    return [name for name in read if name != _PAUSE] == [_letters(symbol).rstrip("12") for symbol in sounds(phonemes)]


def _span(saying: Saying, told: str, length: int) -> tuple[int, int]:
    """Where the words are, by what it told of its segments ("l:0.265 uh:0.337 …", each with its end)."""
    ends = [(name, float(end)) for name, _, end in (segment.partition(":") for segment in told.split())]
    times = [0.0, *(end for _, end in ends)]
    heard = [place for place, (name, _) in enumerate(ends) if name != _PAUSE]
    first, count = len(sounds(saying.before)), len(sounds(saying.phonemes))
    if len(heard) < first + count:
        raise EngineFailed(str(saying.voice), "it left sounds out")
    start, end = times[heard[first]], times[heard[first + count - 1] + 1]
    return round(start * SAMPLE_RATE_HZ), min(round(end * SAMPLE_RATE_HZ), length)


def _run(arguments: list[str]) -> str:
    """One run; what it printed. Raises NoVoices, EngineFailed."""
    program = shutil.which(NAME)
    if program is None:
        raise NoVoices(NAME)
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise EngineFailed(NAME, f"no end after {_PATIENCE_S} s") from None
    if done.returncode and "--version" not in arguments:
        raise EngineFailed(NAME, (done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return done.stdout
