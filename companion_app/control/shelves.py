"""Everything about the pictures that are on this phone, put together: they, their words, places, questions and room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion_app.assistant.history import History
from companion_app.background import Background
from companion_app.control.asking import Asked
from companion_app.errors import AppError
from companion_app.gallery import Gallery, GalleryChange
from companion_app.gallery.exporting import Exporter
from companion_app.gallery.filters import Library
from companion_app.gallery.import_state import Imports
from companion_app.gallery.pending import PendingDeletions
from companion_app.gallery.places import Places
from companion_app.gallery.space import FreeSpace
from companion_app.gallery.words import Reading, Words
from companion_app.ledger import Ledger
from companion_app.library import GOES_WITH_A_PICTURE, open_library
from companion_app.onboarding import Onboarding
from companion_app.onboarding.questions import PLACES
from companion_app.ports.position import Position
from companion_app.rooms import Rooms
from companion_app.sharing import Sharing
from companion_app.sharing.cards import LOCAL

_PURGE_EVERY_S = 3600.0


@dataclass(frozen=True)
class Around:
    """What the shelves ask of the rest of the app: its records, answers and shares, and of this device."""

    ledger: Ledger
    onboarding: Onboarding
    sharing: Sharing
    position: Position
    read_words: Callable[[bytes], tuple[str, ...]]
    clock: Callable[[], float]
    on_problem: Callable[[AppError], None]


class Shelves:
    """Opened once for each start of the app; `idle()`: nothing is going on that reading pictures would slow down."""

    def __init__(self, rooms: Rooms, around: Around, idle: Callable[[], bool]) -> None:
        """Raises StoreError, VaultLocked, OSError, LedgerWriteFailed."""
        self._around = around
        self.database = open_library(rooms.paths.library, rooms.vault)
        self.gallery = Gallery(self.database, rooms.gallery, with_it=GOES_WITH_A_PICTURE, clock=around.clock)
        self.pending = PendingDeletions(rooms.gallery)
        self.words = Words(self.database)
        self.places = Places(
            self.database,
            around.position,
            allowed=lambda: around.onboarding.allows(PLACES.id),
            holds=self.gallery.has,
            clock=around.clock,
        )
        self.history = History(
            self.database, rooms.questions, around.ledger, around.onboarding.retention, clock=around.clock
        )
        self.reading = Reading(self.gallery, self.words, around.read_words, idle=idle, on_problem=around.on_problem)
        self.library = Library(self.gallery, self.words.find, self.places.find, shared=self._shared)
        self.imports = Imports()
        self.space = FreeSpace(rooms.vault.folder)
        self.exporter = Exporter(around.ledger, rooms.vault.folder)
        self.history.keep_only(self.gallery.has)
        self._background = Background(around.on_problem)
        self._timer = asyncio.get_running_loop().call_later(_PURGE_EVERY_S, self._look_at_the_clock)
        self.gallery.observe(self._on_change)
        self.imports.observe(lambda _: self.reading.look_again())

    def keep_spoken(self, asked: Asked, sound: bytes) -> None:
        """What was asked by voice, as far as the owner's answers let it be kept. Raises NotKept, LedgerWriteFailed."""
        answer = asked.answer.text if asked.answer is not None else ""
        self.history.keep(asked.picture.id, asked.question, answer, LOCAL.recipient, spoken=True, sound=sound)

    def answers_changed(self) -> None:
        """The owner changed an answer: what it no longer lets stay goes now, and else at the next opening."""
        try:
            if not self._around.onboarding.allows(PLACES.id):
                self.places.forget_all()
            self.history.purge()
        except AppError as error:
            self._around.on_problem(error)

    async def close(self) -> None:
        """Stop reading, and let go of the database."""
        self._timer.cancel()
        await self.reading.close()
        await self._background.close()
        self.database.close()

    def _on_change(self, change: GalleryChange) -> None:
        """What is known beside a picture goes with it; its rows are gone already."""
        if change.added:
            self._background.start(self.places.note(change.picture))
            return
        self.places.drop(change.picture.id)
        try:
            self.history.forget_picture(change.picture.id)
        except AppError as error:
            self._around.on_problem(error)  # finished at the next opening

    def _look_at_the_clock(self) -> None:
        """What the owner let stay for so many days goes when they are over."""
        self._timer = asyncio.get_running_loop().call_later(_PURGE_EVERY_S, self._look_at_the_clock)
        try:
            self.history.purge()
        except AppError as error:
            self._around.on_problem(error)

    def _shared(self) -> Sequence[str]:
        return [share.picture_id for share in self._around.sharing.shares() if share.may_have_left]
