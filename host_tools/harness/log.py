"""What the board said and what was done to it, in order and with times: in memory for `expect`, in a file to read."""

from __future__ import annotations

import hashlib
import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from host_tools.printable import printable

_TAIL_LINES = 20
_MAX_LINES = 20_000
_MAX_NAME = 120

BOARD = "board"
HARNESS = "harness"
PORT = "port"


class Line(NamedTuple):
    """One line; `number` and `moment_s` count from the start of the test."""

    number: int
    moment_s: float
    source: str
    text: str

    def __str__(self) -> str:
        return f"{self.moment_s:9.3f} {self.source:7} {self.text}"


class BoardLog:
    """Lines since `begin()`. One thread writes what the board says, another waits for it."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path: Path | None = None
        self._folder = folder
        self._clock = clock
        self._begun_s = clock()
        self._lines: deque[Line] = deque(maxlen=_MAX_LINES)
        self._count = 0
        self._file: TextIO | None = None
        self._changed = threading.Condition()

    def begin(self, test: str) -> None:
        """A new test: its file begins with its name, so that "never started" differs from "failed"."""
        self.end(keep=False)
        with self._changed:
            self._begun_s = self._clock()
            self._lines.clear()
            self._count = 0
            self._folder.mkdir(parents=True, exist_ok=True)
            self.path = self._folder / file_name(test)
            self._file = self.path.open("w", encoding="utf-8")
        self.note(f"START TEST {test} at {datetime.now().astimezone().isoformat(timespec='seconds')}")

    def end(self, *, keep: bool) -> None:
        """The test is over; its file stays only where somebody will want to read it."""
        with self._changed:
            if self._file is not None:
                self._file.close()
                self._file = None
            if self.path is not None and not keep:
                self.path.unlink(missing_ok=True)
            self.path = None

    def note(self, text: str) -> None:
        """What the harness does to the board."""
        self._add(HARNESS, text)

    def board_said(self, raw: bytes) -> None:
        """One line from the console; what is no UTF-8, or nothing to print, is shown as such."""
        self._add(BOARD, printable(raw.decode(errors="backslashreplace").rstrip("\r\n")))

    def restarted(self) -> None:
        """The port went away and came back without anybody having asked for it."""
        self._add(PORT, "the port went away and came back: the board restarted by itself")

    @property
    def length(self) -> int:
        """How many lines there have been since `begin()`."""
        with self._changed:
            return self._count

    def since(self, number: int) -> list[Line]:
        """The lines from `number` on, as far as they are still held."""
        with self._changed:
            new = itertools.takewhile(lambda line: line.number >= number, reversed(self._lines))
            return list(new)[::-1]

    def wait_for_more(self, number: int, timeout_s: float) -> bool:
        """True when there is a line `number` or later; False when none came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count > number, timeout=max(0.0, timeout_s))

    def tail(self, count: int = _TAIL_LINES) -> list[str]:
        """The last lines, as the file has them."""
        with self._changed:
            return [str(line) for line in list(self._lines)[-count:]]

    def _add(self, source: str, text: str) -> None:
        with self._changed:
            line = Line(self._count, self._clock() - self._begun_s, source, text)
            self._lines.append(line)
            self._count += 1
            if self._file is not None:
                self._file.write(f"{line}\n")
                self._file.flush()  # a run that is killed must leave what it saw
            self._changed.notify_all()


def file_name(test: str) -> str:
    """A file name for a test's node id: readable, and its own however long the id."""
    name = re.sub(r"[^\w.-]+", "_", test).strip("_")
    if len(name) > _MAX_NAME:
        name = f"{name[:_MAX_NAME]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
    return f"{name}.log"
