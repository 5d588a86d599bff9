"""What each recognised word asks of the glasses: a photograph and perhaps a question about it, or the end of it all."""

import asyncio

from plainsight.triggers.photographing import Photographing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.recording.recorder import Recorder

    class Question(Protocol):
        """What is said after the word, on its way to a phone: plainsight/question. No method raises."""

        @property
        def is_open(self) -> bool: ...
        def begin(self) -> bool: ...
        def about(self, item: int) -> None: ...
        def end(self, reason: str) -> None: ...


TRIGGER = "keyword"
# What a word of a model may ask for.
CAPTURE = "capture"
ASK = "ask"
STOP = "stop"


class Spoken:
    """`heard` returns at once and never raises: what takes its time runs in a task of its own."""

    def __init__(
        self,
        recorder: "Recorder",
        question: "Question",
        log: "Callable[[str], None]",
        survived: "Callable[[str, Exception], None]",
    ):
        self._recorder = recorder
        self._question = question
        self._log = log
        self._photographing = Photographing(TRIGGER, recorder, log, survived)
        self._asked = 0  # the number of the last question

    def heard(self, act: str) -> None:
        """Do what the word means. While somebody asks, only the word that ends it counts."""
        if act == STOP:
            self._stop()
        elif act in (CAPTURE, ASK) and not self._question.is_open:
            # What follows the word belongs to it: it is kept from now on, and leaves only once there is a picture.
            question = 0
            if self._question.begin():
                self._asked += 1
                question = self._asked
            asyncio.create_task(self._photograph(question))

    def _stop(self) -> None:
        """End what runs here, and tell the phone to end what it does with these glasses: live view, live answers."""
        stopped = self._recorder.stop(TRIGGER)
        self._question.end(STOP)
        self._log("stop: %s" % stopped)
        self._recorder.post("stop", {"stopped": stopped, "trigger": TRIGGER})

    async def _photograph(self, question: int) -> None:
        """For the question of this number, or for none: one that still leaves is about another picture."""
        item = await self._photographing.take()
        if not question or question != self._asked:
            return
        if item is None:
            self._question.end("no_picture")
        else:
            self._question.about(item["id"])
