"""Runs a program that switches power: an argument list, no shell, a time limit."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from host_tools.exits import MissingTool
from host_tools.harness.power.errors import CommandFailed

_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it said."""

    code: int
    output: str
    errors: str


Run = Callable[[Sequence[str]], Ran]


def run(
    command: Sequence[str], *, remedy: str = "name a program that is there", patience_s: float = _PATIENCE_S
) -> Ran:
    """Raises MissingTool, and CommandFailed for one that may not be run or does not end."""
    try:
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=patience_s, check=False
        )
    except FileNotFoundError:
        raise MissingTool(command[0], remedy) from None
    except OSError as error:
        raise CommandFailed(command[0], error.strerror or "it can't be run") from error
    except subprocess.TimeoutExpired:
        raise CommandFailed(" ".join(command), f"no end after {patience_s:g} s") from None
    return Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
