"""From a reset of the chip until the program says that it runs, as somebody at the cable sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from host_tools.bench.on_board import references as known
from host_tools.bench.on_board.figures import THIS_COMPUTER, Figure, figure

_ROUNDS = 5


class Board(Protocol):
    """What of a HilBoard is used."""

    def repl(self) -> AbstractContextManager[object]: ...
    def hard_reset(self) -> None: ...
    def ready(self) -> str: ...


def boot(board: Board, *, quick: bool, clock: Callable[[], float] = time.monotonic) -> list[Figure]:
    """Seconds, ROM loader and a new USB port included. Raises NotSeen, FatalLine, CableLost."""
    found_s: list[float] = []
    for _ in range(1 if quick else _ROUNDS):
        with board.repl():
            begun_s = clock()  # entering the REPL is no part of it
        board.hard_reset()
        board.ready()
        found_s.append(clock() - begun_s)
    return [figure("boot, reset to ready", found_s, "s", THIS_COMPUTER, known.BOOT)]
