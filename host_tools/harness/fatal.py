"""Lines by which a board says that it fell over, by kind. What no line says, a board may still do: it just restarts.

Sources: ESP-IDF's "Fatal errors" guide (panic handler, task watchdog, `abort()`, assertions), its brown-out handler
("E BOD: Brownout detector was triggered"), the reset reasons that the S3's ROM prints (esp_rom/esp32s3/rtc.h),
MicroPython's panic banner (ports/esp32/panichandler.c) and the crash log of these glasses (plainsight/crashes.py),
which knows from the chip what the console of a board on USB alone can't print any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Fatal(NamedTuple):
    """One way of falling over; `kind` is what a test may `allow`."""

    kind: str
    pattern: re.Pattern[str]


def _kind(name: str, *patterns: str) -> Fatal:
    return Fatal(name, re.compile("|".join(patterns)))


FATAL: tuple[Fatal, ...] = (
    # The resets first: their lines may name the watchdog or the brown-out within a panic's.
    _kind(
        "brown-out",
        r"\bE BOD\b",
        r"Brownout detector was triggered",
        r"rst:0xf\b",
        r"plainsight: brownout: ",
    ),
    _kind(
        "watchdog",
        r"task_wdt: Task watchdog got triggered",
        r"Interrupt wdt timeout",
        r"rst:0x(?:7|8|9|b|d|10|11|12)\b",
        r"plainsight: (?:watchdog|late): ",
    ),
    _kind("panic", r"Guru Meditation Error", r"A fatal error occurred\. The crash dump", r"\*\*\*ERROR\*\*\* A stack"),
    _kind("abort", r"abort\(\) was called"),
    _kind("assertion", r"\bassert failed: "),
    _kind("backtrace", r"Backtrace:\s*0x[0-9a-fA-F]+"),
    _kind("exception", r"Traceback \(most recent call last\)", r"plainsight: exception: "),
)
# No line says it: the port of a board on its own USB goes with it. All that is left of a panic there.
RESTART = "restart"
KINDS: tuple[str, ...] = (*(fatal.kind for fatal in FATAL), RESTART)


def kind_of(line: str, among: Iterable[Fatal] = FATAL) -> str | None:
    """The kind of a line that says the board fell over; None for any other."""
    return next((fatal.kind for fatal in among if fatal.pattern.search(line)), None)
