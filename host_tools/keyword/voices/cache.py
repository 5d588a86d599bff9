"""Utterances in a folder, by the digest of their saying: WAV files that any player opens, with one chunk of ours.

A file is written beside and renamed, so it is whole or absent; one that is neither (a full disk, a stranger's) counts
as absent and is made again.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np

from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Utterance

_WAV = struct.Struct("<4sI4s4sIHHIIHH4sI")
_SPAN = struct.Struct("<4sIII")
_REFUSED = ".refused"


def packed(utterance: Utterance) -> bytes:
    """A mono 16-bit WAV file whose chunk `span` says where the words are."""
    data = utterance.samples.astype("<i2").tobytes()
    header = _WAV.pack(
        *(b"RIFF", _WAV.size - 8 + len(data) + _SPAN.size, b"WAVE"),
        *(b"fmt ", 16, 1, 1, SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ, 2, 16),
        *(b"data", len(data)),
    )
    return header + data + _SPAN.pack(b"span", 8, utterance.start, utterance.end)


def unpacked(content: bytes) -> Utterance | None:
    """The utterance in such a file; None if it is no such file."""
    if len(content) < _WAV.size + _SPAN.size:
        return None
    size = len(content) - _WAV.size - _SPAN.size
    name, length, start, end = _SPAN.unpack_from(content, _WAV.size + size)
    if size % 2 or name != b"span" or length != 8 or not start < end <= size // 2:
        return None
    utterance = Utterance(np.frombuffer(content, "<i2", size // 2, _WAV.size).astype(np.int16), start, end)
    return utterance if packed(utterance) == content else None


class Cache:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def utterance(self, digest: str) -> Utterance | None:
        """What is kept under this digest."""
        try:
            return unpacked(self._path(digest, ".wav").read_bytes())
        except FileNotFoundError:
            return None

    def refusal(self, digest: str) -> str | None:
        """Why a voice could not say it, if that was found out before."""
        try:
            return self._path(digest, _REFUSED).read_text()
        except FileNotFoundError:
            return None

    def knows(self, digest: str) -> bool:
        """Whether it need not be said again."""
        return self.utterance(digest) is not None or self.refusal(digest) is not None

    def keep(self, digest: str, utterance: Utterance) -> None:
        """Keep an utterance."""
        self._write(self._path(digest, ".wav"), packed(utterance))

    def refuse(self, digest: str, reason: str) -> None:
        """Keep why there is none."""
        self._write(self._path(digest, _REFUSED), reason.encode())

    def _path(self, digest: str, suffix: str) -> Path:
        return self._folder / digest[:2] / f"{digest}{suffix}"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(path)
