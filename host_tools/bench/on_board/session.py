"""A whole run: finds the board, says what it is, measures, and leaves it as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from host_tools.bench.on_board.figures import Outcome
from host_tools.bench.on_board.report import Subject, short_id
from host_tools.bench.on_board.run import Run, Tell, Wish
from host_tools.cable import BoardInfo, Cable
from host_tools.cable.errors import NoApplication
from host_tools.cable.target import open_target
from host_tools.deploying import firmware_hash
from host_tools.provisioning.install import provision
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator.paths import REPOSITORY

_LEVEL = "optical"
_GIT_S = 10.0


def measure_board(
    target: str | None, wish: Wish, tell: Tell, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Subject, list[Outcome]]:
    """What was measured, and on what. Raises CableError where the board can't be reached or runs no Plainsight."""
    with ExitStack() as stack:
        where = stack.enter_context(open_target(target, level=_LEVEL))
        if where.virtual is not None:
            where.virtual.switch_on()
        cable = stack.enter_context(Cable.open(where.port))
        cable.enter_repl()
        code = _made_known(cable) if where.virtual is not None else None
        info = cable.info()
        if info.application is None:
            raise NoApplication(cable.port)
        subject = _subject(info, cable, now())
        tell(f"{subject.machine}: every figure is {subject.label}")
        return subject, Run(cable, where, info, code, wish, tell).measure()


def _made_known(cable: Cable) -> SetupCode:
    """An identity for a virtual board that has none: open for development, as a board on a bench is."""
    return provision(cable, level=_LEVEL, mode="development")


def _subject(info: BoardInfo, cable: Cable, now: datetime) -> Subject:
    return Subject(
        short_id(info.unique_id),
        info.simulated,
        info.machine,
        info.release,
        info.application or "",
        firmware_hash(cable) or "",
        _commit(),
        now.isoformat(timespec="seconds"),
    )


def _commit() -> str:
    """The commit that these tools were run from, "" where there is no repository to ask."""
    try:
        asked = subprocess.run(
            ("git", "-C", str(REPOSITORY), "rev-parse", "HEAD"),
            capture_output=True,
            text=True,
            timeout=_GIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()
