"""Restarts a board and waits until its application says that it runs."""

from __future__ import annotations

from host_tools.cable.errors import ReplClosed
from host_tools.deploying.board import Board
from host_tools.deploying.errors import DidNotStart
from host_tools.printable import printable

_FIRST_S = 10.0
_BOOT_S = 60.0
_UP = ("ready: ", "not provisioned")
_FAILED = "Traceback (most recent call last):"


def start(board: Board) -> str:
    """Restart the board at the REPL; the line that says how it came up. Raises DidNotStart, CableLost."""
    heard: list[str] = []
    board.hard_reset()
    if said := _listen(board, _FIRST_S, heard):
        return said
    # What is printed while a port is away is lost: once more, without the port going away.
    try:
        board.enter_repl(soft_reset=False)
        board.soft_reset()
        if said := _listen(board, _BOOT_S, heard):
            board.enter_repl(soft_reset=False)
            board.hard_reset()  # ends what kept the watchdog fed, and the watchdog
            return said
    except ReplClosed:
        pass  # it does not come up, and keeps its console shut
    raise DidNotStart(board.port, heard)


def _listen(board: Board, seconds: float, heard: list[str]) -> str | None:
    """The line that says that it is up; None if there was none in time. Raises DidNotStart after a traceback."""
    failed = False
    for line in board.read_lines(seconds):
        text = printable(line.decode(errors="replace").strip())
        heard.append(text)
        for mark in _UP:
            if mark in text:
                return text[text.index(mark) :]
        if failed and text and not line.startswith(b" "):
            raise DidNotStart(board.port, heard)
        failed = failed or text == _FAILED
    return None
