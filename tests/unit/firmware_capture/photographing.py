"""A photograph on the bench: faults of the light, what a keeper was given, and that everything is closed afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.shutter import Shutter
from plainsight.wire import ERRORS

from tests.unit.firmware_capture.bench import Bench, BenchClock

SENSING = ["current", "optical", "supply"]
LEVELS = ["software", *SENSING]
Act = Callable[[Bench], None]


def cut(bench: Bench) -> None:
    bench.cut = True


def short(bench: Bench) -> None:
    bench.short = True


def cover(bench: Bench) -> None:
    bench.covered = True


SENSED: dict[str, list[Act]] = {"current": [cut, short], "optical": [cut, short, cover]}


@dataclass
class Taken:
    """What a keeper was given in one session, copied."""

    jpeg: bytes = b""
    thumb: bytes = b""
    light: dict[str, Any] = field(default_factory=dict[str, Any])

    def keep(self, view: memoryview, time_ms: int) -> None:
        assert time_ms == 0
        self.jpeg = bytes(view)

    def keep_thumb(self, view: memoryview, time_ms: int) -> None:
        assert time_ms == 0
        self.thumb = bytes(view)


def take(bench: Bench, level: str, *, clock: BenchClock | None = None) -> Taken:
    taken = Taken()
    taken.light = asyncio.run(Shutter(bench, clock or BenchClock(bench), level).photograph("xga", taken.keep))
    bench.keep(taken.jpeg)
    return taken


def refusal(bench: Bench, level: str) -> Refused:
    with pytest.raises(Refused) as caught:
        take(bench, level)
    assert caught.value.code in ERRORS
    assert_closed(bench)
    return caught.value


def outcome(bench: Bench, level: str) -> str:
    """The code of the refusal, or "taken"."""
    try:
        take(bench, level)
    except Refused as refused:
        return refused.code
    return "taken"


def assert_closed(bench: Bench) -> None:
    """Nothing runs, nothing shines, nothing lies in memory that was taken in the dark."""
    assert bench.driven is None
    assert bench.camera is None
    assert bench.calls[-1] == "light_off"
    assert bench.in_the_dark() == []
