"""Answers of a board: JSON on a line that begins with a mark of its own, so that other output can't be taken for it."""

from __future__ import annotations

import json
import secrets
from typing import Protocol

from host_tools.cable.errors import BoardConfused

_MARK_BYTES = 6


class Board(Protocol):
    """What can be asked: a Cable at its REPL."""

    port: str

    def execute(self, code: str, *, timeout_s: float = ...) -> str: ...


def ask(board: Board, code: str, *, step: str, timeout_s: float = 10.0) -> object:
    """Run `code`, which calls `answer(value)` once, and return the value, as JSON knows it.

    Raises BoardConfused where no such line came back, and what `execute` raises.
    """
    mark = secrets.token_hex(_MARK_BYTES)
    output = board.execute(_preamble(mark) + code, timeout_s=timeout_s)
    return read_answer(output, mark, port=board.port, step=step)


def read_answer(output: str, mark: str, *, port: str, step: str) -> object:
    """The value on the one line of `output` that begins with `mark`. Raises BoardConfused."""
    lines = [line.removeprefix(mark) for line in output.splitlines() if line.startswith(mark)]
    if len(lines) != 1:
        raise BoardConfused(port, step, output)
    try:
        value: object = json.loads(lines[0])
    except (ValueError, RecursionError) as error:
        raise BoardConfused(port, step, output) from error
    return value


def _preamble(mark: str) -> str:
    # An interrupt of the program's that prints may have left a line unfinished.
    return f"import json\ndef answer(value):\n print()\n print({mark!r} + json.dumps(value))\n"
