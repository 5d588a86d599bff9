"""The phone's side of a question by voice: from the glasses' event to the words, and to the record of both ends.

It takes what the glasses send while they say that a question is open, and nothing else. Nothing here can start one,
and nothing takes the glasses' place when they are gone: then a question is typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from companion_app.assistant.listening.collected import Collected
from companion_app.assistant.listening.errors import BadSound, ListeningError, NothingUnderstood, QuestionCutOff
from companion_app.assistant.listening.recogniser import Recogniser
from companion_app.background import Background
from companion_app.errors import AppError
from companion_app.ledger import Ledger
from companion_app.observers import Observers

# Only what ended so was said to its end; everything else is forgotten unheard.
COMPLETE = ("silence", "time")
_WANTED = ("stop",)  # the wearer took it back: nothing to be told of
_LONGEST_S = 30.0  # from the first event to the last: eight seconds of sound over a slow link


@dataclass(frozen=True)
class SpokenQuestion:
    """What was asked about one item on one pair of glasses, in words; `sound` (PCM s16le) only where it may be kept."""

    glasses: str
    item: int
    text: str
    sound: bytes = field(default=b"", repr=False)


class Listening:
    """`allowed()`: the owner's answers let voice come here; `keeps_sound()`: they let it stay; `glasses()`: their short
    name in records."""

    def __init__(
        self,
        ledger: Ledger,
        recogniser: Recogniser,
        *,
        glasses: Callable[[], str],
        allowed: Callable[[], bool],
        keeps_sound: Callable[[], bool],
        on_problem: Callable[[AppError], None],
        longest_s: float = _LONGEST_S,
    ) -> None:
        self._ledger = ledger
        self._recogniser = recogniser
        self._glasses = glasses
        self._allowed = allowed
        self._keeps_sound = keeps_sound
        self._on_problem = on_problem
        self._longest_s = longest_s
        self._open: Collected | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._questions: Observers[SpokenQuestion] = Observers()
        self._background = Background(on_problem)

    @property
    def hearing(self) -> bool:
        """True while what the wearer says comes in."""
        return self._open is not None

    def observe(self, callback: Callable[[SpokenQuestion], None]) -> Callable[[], None]:
        """Call back with each question once it is words; returns the function that ends it."""
        return self._questions.add(callback)

    async def close(self) -> None:
        """Forget what is open, and stop."""
        self.drop("link_lost")
        await self._background.close()

    def begin(self, item: int) -> None:
        """The glasses say that a question about `item` begins: on record before a sample is kept."""
        self.drop("unfinished")
        if not self._allowed():
            return
        try:
            glasses = self._glasses()
            self._ledger.append("question", glasses=glasses, item=item, state="begun")
        except AppError as error:
            self._on_problem(error)
            return
        self._open = Collected(glasses, item)
        self._limit = asyncio.get_running_loop().call_later(self._longest_s, self.drop, "unfinished")
        self._background.start(self._prepare())

    def take(self, piece: bytes) -> None:
        """Sound from the glasses; dropped where no question is open. Raises BadSound: then it is forgotten."""
        if self._open is None:
            return
        try:
            self._open.add(piece)
        except BadSound:
            self.drop("bad_sound")
            raise
        except QuestionCutOff as cut:
            self.drop(cut.reason)

    def end(self, item: int, reason: str) -> None:
        """The glasses say that it is over."""
        collected = self._open
        if collected is None or collected.item != item:
            return
        if reason not in COMPLETE:
            self.drop(reason)
            return
        self._close()
        self._background.start(self._understand(collected, reason))

    def drop(self, reason: str) -> None:
        """Forget a question that is open, unheard. `reason`: withdrawn, link_lost …"""
        collected = self._open
        if collected is None:
            return
        self._close()
        collected.forget()
        self._ended(collected, reason, "forgotten")
        if reason not in _WANTED:
            self._on_problem(QuestionCutOff(reason))

    def _close(self) -> None:
        self._open = None
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    async def _prepare(self) -> None:
        with suppress(ListeningError):  # told when the words are wanted
            await asyncio.to_thread(self._recogniser.prepare)

    async def _understand(self, collected: Collected, reason: str) -> None:
        """Words, or why there are none; either way this sound is zeroed when this ends. Raises ListeningError."""
        became, sound = "forgotten", b""
        try:
            text = await asyncio.to_thread(self._recogniser.words, collected.pcm)
            if not self._allowed():
                raise QuestionCutOff("withdrawn")
            if not text:
                raise NothingUnderstood
            became = "words"
            sound = bytes(collected.pcm) if self._keeps_sound() else b""
        finally:
            collected.forget()
            self._ended(collected, reason, became)
        self._questions.notify(SpokenQuestion(collected.glasses, collected.item, text, sound))

    def _ended(self, collected: Collected, reason: str, became: str) -> None:
        """On record: how long it was and what became of it, never what was said."""
        try:
            self._ledger.append(
                "question",
                glasses=collected.glasses,
                item=collected.item,
                state="ended",
                reason=reason[:40],
                ms=collected.ms,
                became=became,
            )
        except AppError as error:
            self._on_problem(error)
