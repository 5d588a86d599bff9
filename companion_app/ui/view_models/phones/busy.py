"""A page that does one thing at a time and says how that went."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from companion_app.errors import AppError
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Say
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem


class BusyModel(BlocksModel):
    """`busy` while it does; then `note` or `problem`."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.note = ""
        self.problem: Problem | None = None

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self.busy, self.problem, self.note = True, None, ""
        self.changed()
        try:
            await work
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.busy = False
            self.changed()

    def _outcome(self) -> list[Block]:
        """How the last one went, at the head of the page."""
        blocks: list[Block] = []
        if self.problem is not None:
            blocks.append(Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step, seek=True))
        if self.note:
            blocks.append(Say("good", "check", self.note, seek=True))
        return blocks
