"""Benches that need the glasses' own program and a paired phone near by: link, capture, clip, heap.

The unmodified application does all of it, so every exposure is proven and stands in the record; what a bench took is
deleted again, from the phone and from the glasses.
"""

from __future__ import annotations

import time

from companion_app.companion import Companion
from host_tools.bench.on_board import references as known
from host_tools.bench.on_board.figures import COUNTED, THIS_COMPUTER, Figure, Reference, figure

_KB = 1000.0
_DOWN_BYTES = 200_000
_QUICK_BYTES = 20_000
_CLIP_S = 5


def _figure(name: str, readings: list[float], unit: str, beside: Reference | None = None) -> Figure:
    return figure(name, readings, unit, THIS_COMPUTER, beside)


async def connect(app: Companion, *, quick: bool) -> list[Figure]:
    """From asking for a connection to a session: found on the air, connected, TLS, first answers."""
    readings: list[float] = []
    for _ in range(1 if quick else 5):
        await app.disconnect()
        begun_s = time.monotonic()
        await app.connect()
        readings.append(time.monotonic() - begun_s)
    return [_figure("connect, until the session stands", readings, "s")]


async def goodput(app: Companion, *, quick: bool) -> list[Figure]:
    """A test pattern through session, frames and acknowledgements; its hash says that nothing was lost."""
    size = _QUICK_BYTES if quick else _DOWN_BYTES
    rates: dict[str, list[float]] = {"down": [], "up": []}
    for direction, readings in rates.items():
        for _ in range(1 if quick else 5):
            readings.append((await app.glasses.link_test(direction, size)).bytes_per_s / _KB)
    return [
        _figure("Bluetooth goodput, glasses to phone", rates["down"], "kB/s", known.GOODPUT),
        _figure("Bluetooth goodput, phone to glasses", rates["up"], "kB/s"),
    ]


async def capture(app: Companion, *, quick: bool) -> list[Figure]:
    """From asking for a photograph to its end on the glasses, and to the opened picture on the phone; heap between."""
    rounds = 2 if quick else 20
    stored = [await _stored(app) for _ in range(rounds)]
    free = [bytes_free for _, bytes_free in stored]
    seen_s: list[float] = []
    for _ in range(rounds):
        begun_s = time.monotonic()
        picture = await app.capture()
        seen_s.append(time.monotonic() - begun_s)
        await app.delete(picture)
    return [
        _figure("photograph, asked for to stored", [spent_s for spent_s, _ in stored], "s"),
        _figure("photograph, asked for to seen on the phone", seen_s, "s"),
        figure("heap free between photographs", free, "bytes", COUNTED),
        figure(f"heap that is free no more after {rounds} photographs", [free[0] - free[-1]], "bytes", COUNTED),
    ]


async def _stored(app: Companion) -> tuple[float, float]:
    """Seconds until the glasses have stored a photograph, and the heap that is free after it; it is erased unseen."""
    begun_s = time.monotonic()
    taken = await app.glasses.capture()
    spent_s = time.monotonic() - begun_s
    free = float((await app.status()).heap_free)  # the glasses collect at the end of a photograph
    await app.glasses.delete(taken.item.id)
    return spent_s, free


async def clip(app: Companion, *, quick: bool) -> list[Figure]:
    """Frames a second of a clip without sound: light proven, sealed and written for each."""
    picture = await app.clip(2 if quick else _CLIP_S, audio=False)
    rate = picture.frames * 1000 / max(1, picture.duration_ms)
    await app.delete(picture)
    return [_figure("clip at the usual size, frames a second", [rate], "1/s")]
