"""Listens to a board whose program runs, in a thread, so that times are true and nothing said between waits is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from host_tools.exits import HostError
from host_tools.harness.log import BoardLog

_ROUND_S = 0.1  # how long the listener may go on after it was told to stop

ReadLines = Callable[[float], Iterator[bytes]]


class Console:
    """`listen()` and `hush()`; in between the port belongs to the listener alone.

    `failure` is what ended it by itself: the cable's error. It is raised to whoever waits next.
    """

    def __init__(self, read_lines: ReadLines, log: BoardLog) -> None:
        self.failure: HostError | None = None
        self._read_lines = read_lines
        self._log = log
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def listening(self) -> bool:
        """The listener has been started and not stopped; it may have failed."""
        return self._thread is not None

    def listen(self) -> None:
        """Begin, unless it has begun."""
        if self._thread is None:
            self._stop.clear()
            self.failure = None
            self._thread = threading.Thread(target=self._run, name="board console", daemon=True)
            self._thread.start()

    def hush(self) -> None:
        """Stop; afterwards nobody reads from the port."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                for line in self._read_lines(_ROUND_S):
                    self._log.board_said(line)
                    if self._stop.is_set():
                        break
        except HostError as error:
            self.failure = error
            self._log.note(f"console lost: {error}")
