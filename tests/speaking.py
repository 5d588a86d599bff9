"""Words for the virtual microphone, and models that listen for them."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from companion_app.onboarding.questions import LISTEN
from host_tools.keyword import recordings
from host_tools.keyword.convert import stock
from host_tools.keyword.convert.converter import convert
from host_tools.keyword.convert.words import read
from tests.promises.rig import Worn, until
from tests.recordings import RECORDINGS

_SAID = Path(__file__).parent / "said"
LOOK, STOP = _SAID / "look.wav", _SAID / "stop.wav"  # by a synthetic voice
ALEXA = RECORDINGS / "alexa" / "107.flac"
_PATIENCE_S = 4.0  # a photograph takes a second, and reaches the phone in one more
_SILENCE_S = 1.2  # the first second after the microphone opens is not judged


def said(recording: Path) -> bytes:
    """A recording as a WAV, with the silence before it that the glasses need to know the room."""
    samples = recordings.read(recording).samples
    silence = np.zeros(round(_SILENCE_S * recordings.RATE_HZ), np.int16)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(recordings.RATE_HZ)
        file.writeframes(np.concatenate([silence, samples]).astype("<i2").tobytes())
    return out.getvalue()


def stock_model(folder: Path, act: str) -> Path:
    """The stock model of "Alexa", converted so that the word asks for `act`."""
    model, manifest = stock.find("alexa")
    [word] = read(manifest)
    path = folder / f"{act}.kwm"
    path.write_bytes(convert(model.read_bytes(), [replace(word, act=act)]))
    return path


async def say(both: Worn, recording: Path, heard: Callable[[], bool], what: str) -> None:
    """Let the glasses hear a word, and again where a busy computer lost it, until `heard()`."""
    sound = said(recording)
    loop = asyncio.get_running_loop()
    again_s = 0.0

    def says_it() -> bool:
        nonlocal again_s
        if not heard() and loop.time() >= again_s:
            again_s = loop.time() + both.world.say(sound) + _PATIENCE_S
        return heard()

    await until(says_it, what)


async def allow_listening(both: Worn) -> None:
    """The owner says yes; return when the microphone is open for the words."""
    both.app.onboarding.answer(LISTEN.id, "yes")
    await until(lambda: listens(both), "the glasses listen")


async def listens(both: Worn) -> bool:
    return (await both.app.status()).keyword == "listening"
