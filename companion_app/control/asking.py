"""A spoken question meets its picture, and is answered on this device. Nobody else is asked without the owner's act."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from companion_app.assistant import LocalAnswer, LocalAnswers
from companion_app.assistant.listening import SpokenQuestion
from companion_app.assistant.listening.errors import PictureMissing
from companion_app.background import Background
from companion_app.errors import AppError
from companion_app.gallery import Gallery, Picture
from companion_app.observers import Observers

_PICTURE_WITHIN_S = 120.0  # a photograph over the slowest link that still carries a question


@dataclass(frozen=True)
class Asked:
    """What was asked about a picture; `answer` is None while this device still looks at it."""

    picture: Picture
    question: str
    answer: LocalAnswer | None = None


Keep = Callable[[Asked, bytes], None]  # with the sound (PCM s16le), empty where it is not to be kept


class Asking:
    """Tells its observers twice: when question and picture are there, and when the answer is."""

    def __init__(
        self,
        gallery: Gallery,
        answers: LocalAnswers,
        on_problem: Callable[[AppError], None],
        keep: Keep,
        picture_within_s: float = _PICTURE_WITHIN_S,
    ) -> None:
        self._gallery = gallery
        self._answers = answers
        self._keep = keep
        self._picture_within_s = picture_within_s
        self._asked: Observers[Asked] = Observers()
        self._background = Background(on_problem)

    def observe(self, callback: Callable[[Asked], None]) -> Callable[[], None]:
        """Call back for each; returns the function that ends it."""
        return self._asked.add(callback)

    def ask(self, spoken: SpokenQuestion) -> None:
        """Answer in the background; what goes wrong is a problem that is told."""
        self._background.start(self._ask(spoken))

    async def close(self) -> None:
        """Stop."""
        await self._background.close()

    async def _ask(self, spoken: SpokenQuestion) -> None:
        """Raises PictureMissing, PictureGone, PictureDamaged, SeeingError, NotKept, LedgerWriteFailed."""
        asked = Asked(await self._picture(spoken), spoken.text)
        self._asked.notify(asked)
        answer = await asyncio.to_thread(self._answers.answer, asked.picture.read(), asked.question)
        answered = Asked(asked.picture, asked.question, answer)
        self._asked.notify(answered)
        self._keep(answered, spoken.sound)

    async def _picture(self, spoken: SpokenQuestion) -> Picture:
        """The picture, which may still be on its way. Raises PictureMissing."""
        came = asyncio.Event()
        end = self._gallery.observe(lambda _: came.set())
        try:
            async with asyncio.timeout(self._picture_within_s):
                while (picture := self._held(spoken)) is None:
                    came.clear()
                    await came.wait()
                return picture
        except TimeoutError as error:
            raise PictureMissing(spoken.item, spoken.text) from error
        finally:
            end()

    def _held(self, spoken: SpokenQuestion) -> Picture | None:
        wanted = (spoken.glasses, spoken.item)
        return next((one for one in self._gallery.pictures() if (one.glasses, one.item) == wanted), None)
