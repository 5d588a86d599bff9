"""Reads the words in pictures while nothing else is to be done: one picture at a time, each once, all on this phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from companion_app.background import Background
from companion_app.errors import AppError
from companion_app.gallery.errors import GalleryError
from companion_app.gallery.gallery import Gallery, GalleryChange
from companion_app.gallery.picture import Picture
from companion_app.gallery.words.kept import Words
from companion_app.observers import Observers
from companion_app.seeing.errors import AnswersNotInstalled, DetectorFailed, SeeingError

_LOOK_AGAIN_S = 5.0
Reader = Callable[[bytes], tuple[str, ...]]  # the lines in a JPEG; raises SeeingError


class Step(StrEnum):
    """What it is at."""

    OFF = "off"
    READING = "reading"
    WAITING = "waiting"  # something else is going on
    DONE = "done"
    NOT_INSTALLED = "not_installed"  # this device has nothing to read with


@dataclass(frozen=True)
class ReadingState:
    """`read` of `all` pictures were read."""

    step: Step
    read: int
    all: int


class Reading:
    """`idle()`: nothing is going on that a picture's reading would slow down; call `look_again` when that changes."""

    def __init__(
        self,
        gallery: Gallery,
        words: Words,
        reader: Reader,
        *,
        idle: Callable[[], bool],
        on_problem: Callable[[AppError], None],
    ) -> None:
        self._gallery = gallery
        self._words = words
        self._reader = reader
        self._idle = idle
        self._observers: Observers[ReadingState] = Observers()
        self._background = Background(on_problem)
        self._task: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._step = Step.OFF
        self._passed_over: set[str] = set()
        gallery.observe(self._on_change)

    @property
    def state(self) -> ReadingState:
        """How far it is."""
        pictures = self._gallery.pictures()
        read = sum(self._words.of(picture.id) is not None for picture in pictures)
        return ReadingState(self._step, read, len(pictures))

    def observe(self, callback: Callable[[ReadingState], None]) -> Callable[[], None]:
        """Call back at each change; returns the function that ends it."""
        return self._observers.add(callback)

    def begin(self) -> None:
        """Read what was not read, newest first, and go on as pictures come. Needs a running event loop."""
        if self._task is None or self._task.done():
            self._task = self._background.start(self._run())

    def look_again(self) -> None:
        """Something came, or something else ended."""
        self._again.set()

    async def close(self) -> None:
        """Stop; a picture that is being read is read again at the next start."""
        await self._background.close()
        self._tell(Step.OFF)

    async def _run(self) -> None:
        while True:
            self._again.clear()
            picture = self._next()
            if picture is None:
                self._tell(Step.DONE)
                await self._again.wait()
            elif not self._idle():
                self._tell(Step.WAITING)
                with suppress(TimeoutError):  # not everything that may be going on tells when it ends
                    async with asyncio.timeout(_LOOK_AGAIN_S):
                        await self._again.wait()
            else:
                self._tell(Step.READING)
                try:
                    await self._read(picture)
                except AnswersNotInstalled:
                    self._tell(Step.NOT_INSTALLED)
                    return

    async def _read(self, picture: Picture) -> None:
        """One picture. Raises AnswersNotInstalled, StoreError."""
        try:
            lines = await asyncio.to_thread(lambda: self._reader(picture.preview()))
        except AnswersNotInstalled:
            raise
        except DetectorFailed:
            self._passed_over.add(picture.id)  # until the next start: another version may manage
            return
        except (GalleryError, SeeingError):
            lines = ()  # damaged, or no picture: there is nothing to read in it, today or later
        if self._gallery.has(picture.id):  # deleted meanwhile: its words must not come after it
            self._words.keep(picture.id, lines)

    def _next(self) -> Picture | None:
        pictures = self._gallery.pictures()
        return next(
            (one for one in pictures if self._words.of(one.id) is None and one.id not in self._passed_over), None
        )

    def _on_change(self, change: GalleryChange) -> None:
        if not change.added:
            self._words.drop(change.picture.id)
        self.look_again()

    def _tell(self, step: Step) -> None:
        self._step = step
        self._observers.notify(self.state)
