"""The ledger's room: what was recorded, in words; whether it is whole; and a copy of it for somebody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.language import _
from companion_app.sharing.exported import Checked, check
from companion_app.ui.view_models.ledger.rows import SHOW_WORDS, Record, Row, Show, rows
from companion_app.ui.view_models.ledger.showing import showing
from companion_app.ui.view_models.rooms import RoomModel
from companion_app.ui.view_models.taking_out import TakingOutModel
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.verification import CheckedWords, checked_words

ROWS_A_PAGE = 20
MAX_WORDS = 100


class LedgerModel(RoomModel):
    """`rows` is one page of them; nothing here changes the record."""

    def __init__(self, companion: Companion, now_s: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._companion = companion
        self._now_s = now_s
        self.out: TakingOutModel | None = None
        self.has_shares = False
        self.show = Show.ALL
        self.words = ""
        self.first = 0
        self.rows: tuple[Row, ...] = ()
        self.can_go_older = False
        self.checking = False
        self.checked: CheckedWords | None = None
        self.problem: Problem | None = None
        self._due = True
        companion.ledger.observe(lambda _entry: self._changed_below())
        companion.connection.observe(lambda _change: self._changed_below())

    @property
    def can_go_newer(self) -> bool:
        """True where newer rows than these are there."""
        return self.first > 0

    @property
    def filters(self) -> list[tuple[Show, str]]:
        """What can be shown, in words; the journal where there are glasses."""
        return [(show, _(SHOW_WORDS[show])) for show in Show if show is not Show.JOURNAL or self._companion.paired]

    def look(self) -> None:
        """Read the record anew, where something changed since."""
        if not self._due:
            return
        self._due = False
        journal = self._journal() if self.show is Show.JOURNAL else ()
        sharing, live = self._companion.sharing, self._companion.sharing.live.running
        running = live.receipt.id if live is not None else ""
        record = Record(self._companion.ledger.entries(), sharing.shares(), journal, running)
        self.has_shares = bool(record.shares)
        found = rows(record, self.show, self.words, self.first, ROWS_A_PAGE + 1)
        self.rows, self.can_go_older = tuple(found[:ROWS_A_PAGE]), len(found) > ROWS_A_PAGE

    def choose(self, show: Show) -> None:
        """Show only this, from the newest on."""
        self.show, self.first = show, 0
        self._changed_below()

    def search(self, words: str) -> None:
        """Only rows that hold these words."""
        if words[:MAX_WORDS] != self.words:
            self.words, self.first = words[:MAX_WORDS], 0
            self._changed_below()

    def older(self) -> None:
        """One page back in time."""
        if self.can_go_older:
            self.first += ROWS_A_PAGE
            self._changed_below()

    def newer(self) -> None:
        """One page forward in time."""
        self.first = max(0, self.first - ROWS_A_PAGE)
        self._changed_below()

    def back(self) -> bool:
        """Out of what was opened, else to everything."""
        if super().back():
            return True
        if (self.show, self.words, self.first) == (Show.ALL, "", 0):
            return False
        self.show, self.words, self.first = Show.ALL, "", 0
        self._changed_below()
        return True

    async def check(self) -> None:
        """Examine every record, the note kept apart, every receipt; `checked` says what was found."""
        if self.checking:
            return
        self.checking, self.problem = True, None
        self.changed()
        try:
            found = await asyncio.to_thread(self._check)
            self.checked = checked_words(found, self._companion.journal_verdict)
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.checking = False
            self.changed()

    def export(self) -> None:
        """Open the sheet on which a copy is made for somebody else."""
        self.out = showing(self._companion, self._now_s)
        self.out.observe(self.changed)
        self.changed()

    def close_export(self) -> None:
        """Close it."""
        if self.out is not None:
            self.out = None
            self.changed()

    def _journal(self) -> tuple[str, ...]:
        """As far as this phone holds that of the glasses in use."""
        companion = self._companion
        return companion.journal_of(companion.glasses_id) if companion.paired else ()

    def _check(self) -> Checked:
        sharing = self._companion.sharing
        return check(self._companion.ledger, sharing.copies(), sharing.session_logs())

    def _changed_below(self) -> None:
        self._due = True
        self.changed()
