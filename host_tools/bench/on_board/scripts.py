"""Sends a script of `on_micropython/` to a board and checks what it answers: lists of numbers by name."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from host_tools.cable.answers import Board, ask
from host_tools.cable.errors import BoardConfused

_FOLDER = Path(__file__).with_name("on_micropython")
_WITHIN_S = 300.0  # X25519 in Python on a slow clock is the longest
_MOST = 1e15  # no count of bytes or microseconds of a bench is larger

Readings = dict[str, list[float]]


def run_script(board: Board, name: str, *arguments: object) -> Readings:
    """The readings of one script. Raises BoardConfused, and what the cable raises."""
    called = f"main({', '.join(repr(argument) for argument in arguments)})\n"
    step = f"bench {name}"
    code = "\n".join((source("ticking"), source(name), called))
    return readings(ask(board, code, step=step, timeout_s=_WITHIN_S), port=board.port, step=step)


def source(name: str) -> str:
    """The text of one script."""
    return (_FOLDER / f"{name}.py").read_text()


def readings(answer: object, *, port: str, step: str) -> Readings:
    """One list of one or more numbers for each name. Raises BoardConfused for anything else."""
    confused = BoardConfused(port, step, repr(answer))
    if not isinstance(answer, dict) or not answer:
        raise confused
    found: Readings = {}
    for name, values in cast("dict[str, object]", answer).items():
        if not isinstance(values, list) or not values or not all(map(_is_reading, cast("list[object]", values))):
            raise confused
        found[name] = [float(value) for value in cast("list[float]", values)]
    return found


def _is_reading(value: object) -> bool:
    """True for a number that can be one; NaN, which json lets pass, is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST
