"""From a reset of the chip until the program says that it runs, as somebody at the cable sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from host_tools.bench.on_board import references as known
from host_tools.bench.on_board.figures import THIS_COMPUTER, Figure, LeftOut, figure

NAME = "boot, reset to ready"
_ROUNDS = 5
_WITHIN_S = 60.0
_READY = (b"plainsight: ready", b"plainsight: not provisioned")


class Board(Protocol):
    """What of a Cable is used."""

    def enter_repl(self, *, soft_reset: bool = ...) -> None: ...
    def hard_reset(self) -> None: ...
    def read_lines(self, timeout_s: float) -> Iterator[bytes]: ...


def boot(board: Board, *, quick: bool, clock: Callable[[], float] = time.monotonic) -> Figure | LeftOut:
    """Seconds, ROM loader and a new USB port included. LeftOut where the line that ends it was not seen."""
    found_s: list[float] = []
    for _ in range(1 if quick else _ROUNDS):
        board.enter_repl(soft_reset=False)
        begun_s = clock()
        board.hard_reset()
        if not any(line.startswith(_READY) for line in board.read_lines(_WITHIN_S)):
            return LeftOut(
                NAME, f"no line that says ready within {_WITHIN_S:g} s: is Plainsight deployed?", failed=True
            )
        found_s.append(clock() - begun_s)
    return figure(NAME, found_s, "s", THIS_COMPUTER, known.BOOT)
