"""Acts when so many bytes have gone by: "reset at byte n"."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from host_tools.harness.errors import NotSeen
from host_tools.harness.log import BOARD, BoardLog

_ACT_S = 60.0


class ByteTrigger:
    """Whoever sees bytes calls `saw(count)`, from any thread; at byte `at` the act happens, once.

    It has a thread of its own, so that it may wait for the very board whose bytes are being received.
    """

    def __init__(self, at: int, act: Callable[[], None]) -> None:
        self.at = at
        self.seen = 0
        self._act = act
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    @property
    def fired(self) -> bool:
        """The act has begun."""
        return self._thread is not None

    def saw(self, count: int) -> None:
        """`count` more bytes have gone by."""
        with self._turn:
            self.seen += count
            if self.seen >= self.at and self._thread is None:
                self._thread = threading.Thread(target=self._fire, name="byte trigger", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Return when an act that has begun is done; raises what it raised. A later `saw` does nothing."""
        with self._turn:
            thread, self.at = self._thread, 1 << 62
        if thread is not None:
            thread.join(_ACT_S)
            if thread.is_alive():
                raise TimeoutError(f"still not done after {_ACT_S:g} s")
        if self._error is not None:
            raise self._error

    def _fire(self) -> None:
        try:
            self._act()
        except BaseException as error:  # noqa: BLE001 raised again in the test's thread, by finish()
            self._error = error


def wait_for_bytes(
    log: BoardLog, at: int, number: int, timeout_s: float, clock: Callable[[], float] = time.monotonic
) -> None:
    """Return when the board has said `at` bytes, ends of lines included, from line `number` on. Raises NotSeen."""
    until_s, seen = clock() + timeout_s, 0
    while seen < at:
        if not log.wait_for_more(number, until_s - clock()):
            raise NotSeen(f"byte {at} (of {seen})", timeout_s, log.tail(), log.path)
        for line in log.since(number):
            number = line.number + 1
            seen += len(line.text.encode()) + 2 if line.source == BOARD else 0
