"""Finds a sound in memory: a pattern that repeats every 8 ms, in each form between microphone and network.

The pattern is a sum of harmonics of 125 Hz with phases of their own, so that any 8 ms of it are the same 8 ms, turned.
What is compared is the shape (normalised correlation), whatever loudness, offset and delay the way through the
hardware gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import fft

_PERIOD_S = 0.008
_HARMONICS = range(2, 25)  # 250 Hz to 3 kHz
_ALIKE = 0.8  # unrelated memory stays below 0.7
_WINDOWS = 1 << 13  # that are looked at together
_LOUD = 8.0  # standard deviation, in units of the form: what is quieter is no sound but rounding

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Form:
    """How a sound lies in memory: numpy's name of the numbers, their rate, and the byte at which the first begins."""

    name: str
    kind: str
    rate_hz: int
    offset: int


FORMS = tuple(
    Form(name, kind, rate_hz, offset)
    for name, kind, rate_hz, offsets in (
        ("PCM", "<i2", 16_000, (0, 1)),
        ("PCM around 32768", "<u2", 16_000, (0,)),
        ("the filter between", "<u2", 32_000, (0,)),
        ("PDM", "bits", 32_000, (0, 4)),
    )
    for offset in offsets
)


def pattern(seconds: float, rate_hz: int) -> NDArray[np.float64]:
    """The sound, between -1 and 1."""
    phases = np.random.default_rng(6).uniform(0, 2 * np.pi, len(_HARMONICS))
    turns = 2 * np.pi / _PERIOD_S / rate_hz * np.arange(round(seconds * rate_hz))
    sound = np.sum([np.sin(number * turns + phase) for number, phase in zip(_HARMONICS, phases, strict=True)], axis=0)
    return 0.9 * sound / np.abs(sound).max()


def traces(memory: bytes) -> dict[str, int]:
    """Name of a form to how many windows of 8 ms in the memory are the pattern in it; only those with any."""
    found: dict[str, int] = {}
    for form in FORMS:
        if count := _count(_numbers(memory, form), form.rate_hz):
            found[form.name] = found.get(form.name, 0) + count
    return found


def heap(pid: int, size: int) -> bytes:
    """The memory of MicroPython's collector in a process: the one anonymous mapping that holds so many bytes."""
    mappings: list[tuple[int, int]] = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        fields = line.split()
        begin, end = (int(text, 16) for text in fields[0].split("-"))
        if fields[1].startswith("rw") and len(fields) == 5 and end - begin >= size:
            mappings.append((begin, end))
    assert mappings, "the heap is there"
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        pieces: list[bytes] = []
        for begin, end in mappings:
            file.seek(begin)
            pieces.append(file.read(end - begin))
            assert len(pieces[-1]) == end - begin
    return b"".join(pieces)


def _numbers(memory: bytes, form: Form) -> Samples:
    if form.kind == "bits":
        words = np.frombuffer(memory, "<u8", (len(memory) - form.offset) // 8, form.offset)
        return np.bitwise_count(words).astype(np.float32) * 512
    return np.frombuffer(memory, form.kind, (len(memory) - form.offset) // 2, form.offset).astype(np.float32)


def _count(numbers: Samples, rate_hz: int) -> int:
    """Windows of one period, every half of one, that are the pattern, turned by whatever it is late."""
    period = round(_PERIOD_S * rate_hz)
    if len(numbers) < period:
        return 0
    one = pattern(_PERIOD_S, rate_hz)
    template = np.conj(fft.rfft((one / np.linalg.norm(one)).astype(np.float32)))
    windows = np.lib.stride_tricks.sliding_window_view(numbers, period)[:: period // 2]
    return sum(_alike(windows[begin : begin + _WINDOWS], template) for begin in range(0, len(windows), _WINDOWS))


def _alike(windows: Samples, template: NDArray[np.complex64]) -> int:
    period = windows.shape[1]
    centred = windows - windows.mean(axis=1, keepdims=True)
    size = np.linalg.norm(centred, axis=1)
    loud = size > _LOUD * np.sqrt(period)
    # Twice as many places as samples: it may be late by half of one.
    overlap = 2 * fft.irfft(fft.rfft(centred[loud], axis=1) * template, 2 * period, axis=1)
    return int(np.count_nonzero(overlap.max(axis=1, initial=0) > _ALIKE * size[loud]))
