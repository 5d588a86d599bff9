"""Pairing by the code that came with the glasses."""

from __future__ import annotations

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.link.connection import ConnectionState
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.connection import connection_words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_MAX_CODE_CHARACTERS = 400
_MAX_NAME_CHARACTERS = 40


class PairModel(Observable):
    """The typed or pasted code, how far pairing is, and what went wrong with its way out."""

    def __init__(self, companion: Companion, phone_name: str) -> None:
        super().__init__()
        self._companion = companion
        self.phone_name = phone_name[:_MAX_NAME_CHARACTERS]
        self.code = ""
        self.busy = False
        self.problem: Problem | None = None
        companion.connection.observe(lambda _: self.changed())

    @property
    def can_pair(self) -> bool:
        """True with a code to try and nothing under way."""
        return bool(self.code.strip()) and not self.busy

    @property
    def progress(self) -> str:
        """What is happening now, in words; empty when nothing is."""
        connection = self._companion.connection
        if not self.busy:
            return ""
        if connection.state is ConnectionState.DISCONNECTED:
            return "Starting…"
        return connection_words(connection.state, connection.reason).title

    def set_code(self, code: str) -> None:
        """What the code field holds now."""
        if code != self.code:
            self.code = code[:_MAX_CODE_CHARACTERS]
            self.problem = None
            self.changed()

    async def pair(self) -> None:
        """Try the code; afterwards `problem` is None and the companion is paired, or `problem` says what to do."""
        if not self.can_pair:
            return
        self.busy, self.problem = True, None
        self.changed()
        try:
            await self._companion.pair(self.code.strip(), self.phone_name.strip() or "phone")
            self.code = ""
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.busy = False
            self.changed()
