"""Speech becomes words with the real recogniser, on real speech that its package ships; no network, no microphone."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from companion_app.assistant.listening import recogniser
from companion_app.assistant.listening.errors import NoRecogniser, RecogniserFailed
from companion_app.assistant.listening.recogniser import MoonshineRecogniser
from companion_app.seeing import packages
from companion_app.seeing.errors import AnswersNotInstalled
from tests.app.spoken import pieces

ROOT = Path(__file__).parents[3]
_SPEECH = "beckett.wav"  # 16 kHz, mono: "Ever tried. Ever failed. No matter. …", read aloud


def speech(seconds: float) -> bytes:
    """The beginning of it: PCM, s16le."""
    with wave.open(str(packages.file_of("moonshine_voice", "assets", _SPEECH))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return file.readframes(round(seconds * 16_000))


# In a process of its own: what it opens is seen there, by Python and by the system. Prints the words last.
_WATCHED = """
import os, sys
seen = []
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        seen.append(event)
    if event == "open" and str(args[0]).startswith("/dev/snd"):
        seen.append(args[0])
sys.addaudithook(watch)
from tests.app.assistant.test_recogniser import heard_over_the_link
words = heard_over_the_link()
mapped = open("/proc/self/maps").read() if os.path.exists("/proc/self/maps") else ""
seen += [name for name in ("libasound", "libpulse", "portaudio", "libjack") if name in mapped]
seen += [name for name in sys.modules if "mic_transcriber" in name or name in ("sounddevice", "soundcard", "pyaudio")]
print(seen)
print(words)
"""


def heard_over_the_link() -> str:
    """The words, after the sound was coded by the glasses' code and decoded by the app's."""
    from companion_app.assistant.listening.collected import Collected

    collected = Collected("glasses", 1)
    for piece in pieces(speech(4.5)):
        collected.add(piece)
    return MoonshineRecogniser().words(collected.pcm)


def test_real_speech_becomes_words_and_opens_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", _WATCHED], cwd=ROOT, capture_output=True, text=True, check=True)
    seen, words = done.stdout.splitlines()[-2:]
    assert seen == "[]"
    assert words.lower().replace(".", "").startswith("ever tried ever failed")


def test_without_the_package_there_is_no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str, *parts: str) -> Path:
        raise AnswersNotInstalled(module)

    monkeypatch.setattr(recogniser, "file_of", missing)
    with pytest.raises(NoRecogniser) as caught:
        MoonshineRecogniser().prepare()
    assert caught.value.package == "moonshine_voice"


class Broken:
    """The package, with a library that does not load, or that gives up."""

    class MoonshineError(Exception):
        pass

    class ModelArch:
        TINY = 0

    def __init__(self, *, loads: bool) -> None:
        self.loads = loads

    def Transcriber(self, path: str, arch: int) -> Broken:
        if not self.loads:
            raise OSError("wrong ELF class")
        return self

    def transcribe_without_streaming(self, samples: list[float], hz: int) -> None:
        raise self.MoonshineError


def test_a_library_for_another_processor_is_no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "load", lambda _: Broken(loads=False))
    with pytest.raises(NoRecogniser):
        MoonshineRecogniser().words(bytes(320))


def test_a_failure_inside_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "load", lambda _: Broken(loads=True))
    with pytest.raises(RecogniserFailed) as caught:
        MoonshineRecogniser().words(bytes(320))
    assert caught.value.reason == "MoonshineError"
