"""Puts the rows of a finished session into docs/hardware-status.md, or says why it does not."""

from __future__ import annotations

from datetime import date

from host_tools.exits import HostError
from host_tools.harness import status
from host_tools.harness.commit import commit_of
from host_tools.harness.session import HilSession


def publish(hil: HilSession) -> list[str]:
    """Lines for the end of the report."""
    target = hil.target
    if target is None:
        return ["docs/hardware-status.md was not written: no test reached a board"]
    run = status.Run(
        target.simulated,
        target.port,
        target.machine,
        target.board_id,
        target.firmware,
        commit_of(hil.root),
        date.today(),
    )
    try:
        rows = status.write(hil.document, run, hil.tallies())
    except HostError as error:
        return [f"docs/hardware-status.md was not written: {error}"]
    return [f"written to docs/hardware-status.md: {row}" for row in rows]
