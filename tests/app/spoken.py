"""Sound as the glasses send it, and a recogniser and an assistant that a test holds in its hand."""

from __future__ import annotations

import math
import struct
import threading

from plainsight.question.backlog import PIECE_SAMPLES, Backlog

from companion_app.assistant import LocalAnswer
from companion_app.assistant.answer import Facts
from companion_app.assistant.listening.errors import ListeningError

TONE = struct.pack(f"<{PIECE_SAMPLES}h", *(round(8000 * math.sin(at / 5)) for at in range(PIECE_SAMPLES)))
LOUD = 1000


def pieces(pcm: bytes) -> list[bytes]:
    """The bodies of the AUDIO frames that the glasses would send for this PCM (s16le, 16 kHz, mono)."""
    backlog, found = Backlog(), list[bytes]()
    for start in range(0, len(pcm), 2 * PIECE_SAMPLES):
        part = pcm[start : start + 2 * PIECE_SAMPLES]
        backlog.put(part, len(part) // 2)
        if start + 2 * PIECE_SAMPLES >= len(pcm):
            backlog.finish()
        while backlog.waiting:
            found.append(bytes(backlog.oldest()))
            backlog.drop()
    return found


class HeldRecogniser:
    """Says `text` once `go` is set; `heard` is the buffer that it was given, `loudest` what was in it then."""

    def __init__(self, text: str = "What does the sign say?") -> None:
        self.text = text
        self.failure: ListeningError | None = None
        self.go = threading.Event()
        self.go.set()
        self.heard: list[bytes | bytearray] = []
        self.loudest: list[int] = []

    def prepare(self) -> None:
        if self.failure is not None:
            raise self.failure

    def words(self, pcm: bytes | bytearray) -> str:
        self.heard.append(pcm)
        self.loudest.append(max((abs(value) for (value,) in struct.iter_unpack("<h", pcm)), default=0))
        assert self.go.wait(10)
        if self.failure is not None:
            raise self.failure
        return self.text


class KnownAnswers:
    """Answers every question the same way."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, str]] = []

    def lines(self, jpeg: bytes) -> tuple[str, ...]:
        """No text is in these pictures."""
        return ()

    def answer(self, jpeg: bytes, question: str) -> LocalAnswer:
        self.asked.append((jpeg, question))
        return LocalAnswer("Platform 7", Facts(text=("Platform 7",)))
