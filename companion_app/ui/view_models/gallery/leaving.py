"""Deleting with a while to think better of it: what is about to go is hidden at once, and deleted when the time is up.

Whoever closes the window or locks the app meanwhile has deleted nothing: the pictures are there again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.language import _, ngettext
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

UNDO_S = 8

Wait = Callable[[float], Awaitable[object]]


class Leaving(Observable):
    """`hidden`: ids of what is about to go. `note` says what happened, `problem` why something stayed."""

    def __init__(self, companion: Companion, wait: Wait = asyncio.sleep) -> None:
        super().__init__()
        self._companion = companion
        self._wait = wait
        self._round = 0
        self._pictures: tuple[Picture, ...] = ()
        self.left_s = 0
        self.deleting = False
        self.note = ""
        self.requests = 0  # requests for erasure that were written
        self.problem: Problem | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """Not to be shown any more."""
        return frozenset(picture.id for picture in self._pictures)

    @property
    def can_undo(self) -> bool:
        """True while nothing is deleted yet."""
        return bool(self._pictures) and not self.deleting

    @property
    def words(self) -> tuple[str, str]:
        """What is about to happen, and what it means; empty while nothing is."""
        count = len(self._pictures)
        if not count:
            return "", ""
        if self.deleting:
            return ngettext("Deleting {n} picture…", "Deleting {n} pictures…", count), ""
        return (
            ngettext(
                "{n} picture will be deleted in {seconds} s.",
                "{n} pictures will be deleted in {seconds} s.",
                count,
                seconds=self.left_s,
            ),
            _(
                "From this phone, and from the glasses now or at their next visit. What was shared is not recalled by "
                "this: a request to erase it is written for you to send."
            ),
        )

    async def delete(self, pictures: Sequence[Picture]) -> None:
        """Hide them now and delete them in UNDO_S, unless `undo` comes first. What waited before is deleted at once."""
        await self._delete_now()
        self._round += 1
        this_round = self._round
        self._pictures, self.note, self.problem, self.requests = tuple(pictures), "", None, 0
        for self.left_s in range(UNDO_S, 0, -1):
            self.changed()
            await self._wait(1)
            if this_round != self._round:
                return
        await self._delete_now()

    def undo(self) -> None:
        """They stay."""
        if self.can_undo:
            self._round += 1
            self.note = ngettext("{n} picture stays.", "{n} pictures stay.", len(self._pictures))
            self._pictures = ()
            self.changed()

    async def _delete_now(self) -> None:
        if not self._pictures or self.deleting:
            return
        self._round += 1
        self.deleting = True
        self.changed()
        try:
            deleted = await self._companion.delete_many(self._pictures)
        except AppError as error:
            self.problem = problem(error)
        else:
            self.requests = len(deleted.requests)
            self.note = ngettext("{n} picture was deleted.", "{n} pictures were deleted.", len(deleted.gone))
            self._tell_left(deleted.failed)
        finally:
            self.deleting, self._pictures = False, ()
            self.changed()

    def _tell_left(self, left: Sequence[tuple[Picture, AppError]]) -> None:
        """The first reason why something could not be deleted stands for all."""
        if left:
            self.problem = problem(left[0][1])
