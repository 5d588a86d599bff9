"""A board that is lent to tests: backed up before, put back and verified after, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.errors import CableError, CableLost
from host_tools.harness import backup
from host_tools.harness.errors import NothingKept, NotRestored

if TYPE_CHECKING:
    from host_tools.cable.cable import Cable
    from host_tools.harness.power.protocol import Power

_BACK_S = 30.0
_ATTEMPTS = 5


@contextmanager
def given_back(cable: Cable, folder: Path, power: Power | None, tell: Callable[[str], None]) -> Generator[None]:
    """A board at its REPL. Raises CableError before the block, NotRestored after it; then `folder` keeps its files."""
    kept = backup.left_over(folder)
    if kept is not None:
        tell(f"an earlier run did not give this board back: what {folder} holds is put back first")
        kept.put_back(cable)
    else:
        kept = backup.take(cable, folder, tell)
    try:
        yield
    finally:
        try:
            _reach_repl(cable, power)
        except CableError as error:
            raise NotRestored(str(error), folder, cable.port) from error
        for path in kept.put_back(cable):
            tell(f"put back: {path}")
        kept.forget()
        cable.hard_reset()


def restore(cable: Cable, folder: Path) -> list[str]:
    """Put back what an interrupted run left: the paths that were changed. Raises NothingKept, NotRestored."""
    kept = backup.left_over(folder)
    if kept is None:
        raise NothingKept(cable.port, folder)
    changed = kept.put_back(cable)
    kept.forget()
    cable.hard_reset()
    return changed


def _reach_repl(cable: Cable, power: Power | None) -> None:
    """Get to the REPL of a board in whatever state tests have left it. Raises CableError when nothing helps."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            cable.enter_repl()
            return
        except CableLost:  # it restarts by itself, over and over perhaps
            if not left:
                raise
        except CableError:
            if not left or power is None:
                raise
            power.cycle()
        cable.reattach(_BACK_S)
