"""Listens to a board whose program runs, in a thread, so that times are true and nothing said between waits is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from host_tools.cable.errors import CableError, CableLost
from host_tools.exits import HostError
from host_tools.harness.log import BoardLog

_ROUND_S = 0.1  # how long the listener may go on after it was told to stop
_BACK_ROUND_S = 1.0
_BACK_ROUNDS = 20


class Port(Protocol):
    """What is needed of a Cable."""

    @property
    def read_lines(self) -> Callable[[float], Iterator[bytes]]: ...
    @property
    def reattach(self) -> Callable[[float], None]: ...


class Console:
    """`listen()` and `hush()`; in between the port belongs to the listener alone.

    A board on its own USB port takes it along when it restarts: the listener waits for it, and says in the log that the
    board did so by itself. `failure` is what ended it: the cable's error. It is raised to whoever waits next.
    """

    def __init__(self, port: Port, log: BoardLog) -> None:
        self.failure: HostError | None = None
        self._port = port
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
                try:
                    self._listen_once()
                except CableLost as lost:
                    self._wait_until_back(lost)
        except HostError as error:
            self.failure = error
            self._log.note(f"console lost: {error}")

    def _listen_once(self) -> None:
        for line in self._port.read_lines(_ROUND_S):
            self._log.board_said(line)
            if self._stop.is_set():
                return

    def _wait_until_back(self, lost: CableLost) -> None:
        """Open the port again. Raises CableError where it does not come back, or where nobody waits any more."""
        for last in (*([False] * (_BACK_ROUNDS - 1)), True):
            try:
                self._port.reattach(_BACK_ROUND_S)
            except CableError:  # also: not given to this user yet
                if last or self._stop.is_set():
                    raise lost from None
            else:
                self._log.restarted()
                return
