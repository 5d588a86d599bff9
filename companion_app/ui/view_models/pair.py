"""Pairing: which glasses are around, the code that came with yours by camera or by hand, or the recovery phrase."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.language import _
from companion_app.link.connection import ConnectionState
from companion_app.link.pins import Pin
from companion_app.link.sightings import Sighting, watch
from companion_app.ui.view_models.code_reading import CodeReading
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.connection import connection_words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.sightings import around_words, sighting_words

_MAX_CODE_CHARACTERS = 400
_MAX_NAME_CHARACTERS = 40
_LOOK_S = 60.0
Watch = Callable[[Sequence[Pin], Callable[[tuple[Sighting, ...]], None], float], Awaitable[None]]


class PairModel(Observable):
    """The code or the phrase, how far pairing is, and what went wrong with its way out; `on_paired` after success."""

    def __init__(
        self,
        companion: Companion,
        phone_name: str,
        reading: CodeReading | None = None,
        watch: Watch = watch,
        on_paired: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self._companion = companion
        self._watch = watch
        self._on_paired = on_paired
        self._looking: asyncio.Task[None] | None = None
        self.phone_name = phone_name[:_MAX_NAME_CHARACTERS]
        self.reading = reading or CodeReading()
        self.code = ""
        self.by_phrase: bool = False
        self.around: tuple[Sighting, ...] = ()
        self.busy = False
        self.problem: Problem | None = None
        companion.connection.observe(lambda _change: self.changed())
        self.reading.observe(self.changed)

    @property
    def can_pair(self) -> bool:
        """True with a code or phrase to try and nothing under way."""
        return bool(self.code.strip()) and not self.busy

    @property
    def looking(self) -> bool:
        """True while this device listens for glasses."""
        return self._looking is not None

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Title and detail of each pair that is around."""
        names = self._companion.names
        return tuple(sighting_words(one, names.of(one.own) if one.own else "") for one in self.around)

    @property
    def around_words(self) -> str:
        """What to make of them."""
        return around_words(self.around, looking=self.looking)

    @property
    def progress(self) -> str:
        """What is happening now, in words; empty when nothing is."""
        connection = self._companion.connection
        if not self.busy:
            return ""
        if connection.state is ConnectionState.DISCONNECTED:
            return _("Starting…")
        return connection_words(connection.state, connection.reason).title

    def set_code(self, code: str) -> None:
        """What the code field holds now."""
        if code != self.code:
            self.code = code[:_MAX_CODE_CHARACTERS]
            self.problem = None
            self.changed()

    def use_phrase(self, by_phrase: bool) -> None:
        """Pair with the recovery phrase instead of a setup code, or the other way round."""
        if by_phrase != self.by_phrase:
            self.by_phrase, self.code, self.problem = by_phrase, "", None
            self.changed()

    async def look(self) -> None:
        """Listen for glasses for a minute, or until pairing begins."""
        if self.looking or self.busy:
            return
        self.around, self.problem = (), None
        self._looking = asyncio.ensure_future(self._listen())
        self.changed()
        with suppress(asyncio.CancelledError):
            await self._looking
        self._looking = None
        self.changed()

    async def read_code(self) -> None:
        """Read the code with this device's camera; then it stands in the field, and one presses Pair."""
        self.use_phrase(False)
        code = await self.reading.find()
        if code is not None:
            self.set_code(code)

    async def pair(self) -> None:
        """Try the code; afterwards `problem` is None and the companion is paired, or `problem` says what to do."""
        if not self.can_pair:
            return
        self.busy, self.problem = True, None
        self.stop_looking()
        self.changed()
        pair = self._companion.recover if self.by_phrase else self._companion.pair
        try:
            await pair(self.code.strip(), self.phone_name.strip() or "phone")
            self.code, self.by_phrase, self.around = "", False, ()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.busy = False
            self.changed()
        if self.problem is None:
            self._on_paired()

    def stop_looking(self) -> None:
        """Camera off, and no more listening."""
        self.reading.stop()
        if self._looking is not None:
            self._looking.cancel()

    async def _listen(self) -> None:
        try:
            await self._watch(self._companion.all_glasses, self._hear, _LOOK_S)
        except AppError as error:
            self.problem = problem(error)

    def _hear(self, around: tuple[Sighting, ...]) -> None:
        self.around = around
        self.changed()
