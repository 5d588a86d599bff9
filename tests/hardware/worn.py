"""Glasses and the owner's phone beside them: what most tests of this folder drive. The application is unmodified."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.link.answers import Item, Status
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused
from companion_app.link.transfers import Partial
from host_tools.cable.reconnecting import pause
from host_tools.harness.board import HilBoard
from host_tools.harness.phone import Phone

_T = TypeVar("_T")
_UNTIL_S = 60.0
_POLL_S = 0.1
_MOST_RECORDS = 100_000
_SOME_CHUNKS_BYTES = 65_536  # more than file and record of a clip that has only begun


@dataclass(frozen=True)
class Worn:
    """A paired pair, in use from test to test: a board is restarted where the test before has left it elsewhere."""

    board: HilBoard
    phone: Phone
    level: str

    def begin(self) -> None:
        """What a test finds: the program runs, the phone is connected and content with the record."""
        if self.board.cable.at_repl or self.phone.app.connection.state is not ConnectionState.CONNECTED:
            self.start()
        else:
            self.meet()

    def start(self) -> None:
        """A fresh boot, a session, and a record in which nothing is amiss."""
        self.board.hard_reset()
        self.restarted()

    def restarted(self) -> None:
        """Somebody else has reset the board: it boots, and the phone comes back."""
        assert self.board.ready() == "ready"
        self.phone.drop()
        self.meet()

    def meet(self) -> None:
        """A session; the phone has examined the record of the glasses, and countersigned it."""
        self.phone.connect()
        verdict = self.phone.app.journal_verdict
        assert verdict is not None
        assert not verdict.findings, verdict.words()
        assert not verdict.recorded, verdict.words()

    def take(self) -> Picture:
        """A photograph, in the gallery; read back whole."""
        picture = self.phone.call(lambda app: app.capture())
        assert picture.whole
        picture.read()
        return picture

    def still_holds(self, picture: Picture) -> None:
        """It comes from the glasses once more, byte for byte: the gallery would have it whatever became of theirs."""

        async def fetched(app: Companion) -> str:
            item = await app.glasses.item(picture.item)
            assert item is not None, f"the glasses have lost picture {picture.item}"
            return hashlib.sha256(await app.glasses.fetch(Partial.whole(item))).hexdigest()

        assert self.phone.call(fetched) == picture.sealed_sha256

    def refusal(self) -> GlassesRefused:
        """What the glasses say to a photograph that they must not take; it stands in their record."""
        taken, items = len(self.records("exposure")), self.items()
        with pytest.raises(GlassesRefused) as refused:
            self.phone.call(lambda app: app.capture())
        assert len(self.records("exposure")) == taken
        assert self.items() == items
        told = self.records("refusal")[-1]
        assert (told["reason"], told["trigger"]) == (refused.value.code, "app")
        return refused.value

    @contextmanager
    def in_background(
        self, act: Callable[[Companion], Awaitable[_T]], timeout_s: float = _UNTIL_S
    ) -> Generator[Future[_T]]:
        """`act` runs on the phone during the block; its result, or what it raised, is there after the block at last."""
        with ThreadPoolExecutor(1) as other_thread:
            yield other_thread.submit(self.phone.call, act, timeout_s)

    @contextmanager
    def recording(self, seconds: int) -> Generator[Future[Picture]]:
        """A silent clip is being written when the block begins; the future is the clip in the gallery."""
        free = self.status().free_bytes
        with self.in_background(lambda app: app.clip(seconds, audio=False), seconds + _UNTIL_S) as clip:
            self.until(lambda: self.status().free_bytes < free - _SOME_CHUNKS_BYTES, "frames of a clip were written")
            yield clip

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The data of each record of a kind, oldest first."""
        return [data for _, _, of_kind, data in self._journal() if of_kind == kind]

    def numbered(self) -> list[tuple[int, str]]:
        """Number and kind of each record, oldest first."""
        return [(number, kind) for number, _, kind, _ in self._journal()]

    def items(self) -> list[Item]:
        """What lies on the glasses."""
        return self.phone.call(lambda app: app.items())

    def status(self) -> Status:
        """How the glasses are."""
        return self.phone.call(lambda app: app.status())

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until `holds()`, asked from this thread; a failure says `what` did not come to pass."""
        end_s = time.monotonic() + _UNTIL_S
        while not holds():
            assert time.monotonic() < end_s, f"did not happen: {what}"
            pause(_POLL_S)

    def press(self) -> Picture:
        """A short press of the button of the glasses: the picture that reached the gallery."""
        with self.arriving() as arrived:
            self.board.tap()
            return arrived()

    @contextmanager
    def arriving(self) -> Generator[Callable[[], Picture]]:
        """In the block: waits for the picture that comes into the gallery, by whatever way, and gives it."""
        before = {picture.id for picture in self.phone.app.gallery.pictures()}

        def new() -> list[Picture]:
            return [picture for picture in self.phone.app.gallery.pictures() if picture.id not in before]

        def arrived() -> Picture:
            self.until(lambda: bool(new()), "a picture reached the gallery")
            return new()[0]

        yield arrived

    def answer(self, question: str, choice: str) -> None:
        """What the owner says to a question of the app."""

        async def say(app: Companion) -> None:
            app.onboarding.answer(question, choice)

        self.phone.call(say)

    def _journal(self) -> list[tuple[int, int, str, dict[str, Any]]]:
        """The record as the glasses give it now: number, time, kind, data."""
        hello = self.phone.app.hello
        assert hello is not None
        lines = self.phone.call(lambda app: app.glasses.journal(hello.journal_first, _MOST_RECORDS))
        return [tuple(json.loads(line)) for line in lines]
