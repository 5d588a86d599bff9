"""What the harness tells whoever ran the tests: the first line names what happened and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from host_tools.exits import Exit, HostError, UsageError

_VIRTUAL = "it was a virtual board, and the next one is new: remove the folder"


class HarnessError(HostError):
    """Base of what a test on a board fails with, beside its own assertions and the cable's errors."""

    exit_code = Exit.BOARD


class ConsoleFailed(HarnessError):
    """Base of failures that the board's console tells; `tail` is what it said last, `log` the file with all of it."""

    def __init__(self, what: str, tail: Sequence[str], log: Path | None) -> None:
        where = f"; the whole log: {log}" if log is not None else ""
        shown = "\n  ".join(tail) if tail else "(nothing)"
        super().__init__(f"{what}{where}\nthe board said last:\n  {shown}")
        self.what = what
        self.tail = list(tail)
        self.log = log


class NotSeen(ConsoleFailed):
    """The line that a test waited for did not come."""

    def __init__(self, pattern: str, timeout_s: float, tail: Sequence[str], log: Path | None) -> None:
        super().__init__(f"not seen within {timeout_s:g} s: {pattern!r}", tail, log)
        self.pattern = pattern
        self.timeout_s = timeout_s


class FatalLine(ConsoleFailed):
    """The board said that it fell over. `kind` is one of `fatal.KINDS`, `line` what it said."""

    def __init__(self, kind: str, line: str, doing: str, tail: Sequence[str], log: Path | None) -> None:
        super().__init__(f"{kind}, {doing}: {line!r}", tail, log)
        self.kind = kind
        self.line = line


class MissingCapability(HarnessError):
    """A test used what this target can't do, without saying that it needs it."""

    def __init__(self, capability: str, reason: str) -> None:
        super().__init__(f"{reason}; mark the test with @pytest.mark.needs({capability!r})")
        self.capability = capability
        self.reason = reason


class NotRestored(HarnessError):
    """The board is not as it was found. `folder` holds what it held, readable by its owner alone."""

    def __init__(self, problem: str, folder: Path, port: str) -> None:
        from host_tools.cable.ports import is_simulated  # the plugin, which imports this file, stays light

        super().__init__(
            f"the board is not as it was found ({problem}): its files are kept in {folder}, which holds its keys; "
            + (_VIRTUAL if is_simulated(port) else f"`plainsight hil --restore --target {port}` puts them back")
        )
        self.problem = problem
        self.folder = folder


class NothingKept(HarnessError):
    """There is no back-up of this board."""

    def __init__(self, port: str, folder: Path) -> None:
        super().__init__(
            f"nothing is kept of the board on {port} ({folder} holds no back-up): nothing is to be put back"
        )
        self.folder = folder


class OneAtATime(UsageError):
    """Several workers on one board."""

    def __init__(self, target: str) -> None:
        super().__init__(f"--target {target} is one board, which runs one test at a time: leave out -n")


class UnknownCapability(UsageError):
    """A test says that it needs something that no target can have."""

    def __init__(self, test: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{test}: needs({name!r}) is none of {', '.join(known)}")


class UnknownRow(UsageError):
    """A test answers a row that the list of what was verified does not have."""

    def __init__(self, test: str, row: str, document: Path) -> None:
        super().__init__(f"{test}: status({row!r}) is no row of {document}; add the row or take its exact words")
