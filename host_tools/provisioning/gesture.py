"""The reset gesture on the virtual board, made by its button; on real glasses it takes a hand."""

from __future__ import annotations

from host_tools.cable.virtual import BOOTED
from host_tools.cable.world import Control


def make_gesture(board: Control) -> None:
    """Hold the button through a boot, let go, press once more: everything on them is erased. Raises WorldError."""
    board.ask("kill")
    before = board.printed()
    board.ask("button", press="down")
    board.ask("start")
    armed = board.wait_for_log(["let go, then press once more"], after=before)
    board.ask("button", press="again")
    confirmed = board.wait_for_log(["reset gesture confirmed"], after=armed)
    board.ask("button", press="up")
    board.wait_for_log(BOOTED, after=confirmed)
