"""The task that listens for the words. It exists always; the microphone is open only while everything allows it.

Asked before each block of 24 ms: the owner's policy and switch, the mute switch, the power state. At the first no the
microphone is let go, and whatever was heard (ring, decimator, front end, network, question) is zeroed. A block is at
most three hops of the front end and one step of the network, and after each the others have their turn.
"""

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.keyword.permission import OFF
from plainsight.keyword.words import NoWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.keyword.words import Words
    from plainsight.sound.ears import Ear

    class Trigger(Protocol):
        """What recognised words ask for: triggers/spoken.py."""

        def heard(self, act: str) -> None: ...

    class Question(Protocol):
        """Takes what is said after a word: plainsight/question."""

        def take(self, block: "bytearray | memoryview", samples: int) -> None: ...
        def end(self, reason: str) -> None: ...


LISTENING = "listening"
FAILED = "microphone_failed"
_LOOK_MS = const(100)  # how soon a yes is noticed; a no is noticed within a block
_PAUSE_MS = const(10)  # for the next piece of sound, which the hardware delivers every 8 ms
_DEAF_MS = const(3_000)  # a microphone that is open and delivers nothing at all is broken
_AGAIN_MS = const(10_000)  # until one that failed is tried again


class Listener:
    """`state` is listening, or why not: off, muted, resting, no_model, bad_model, microphone_failed."""

    def __init__(
        self,
        clock: "Clock",
        why_not: "Callable[[], str]",
        ear: "Ear",
        load: "Callable[[], Words]",
        trigger: "Trigger",
        question: "Question",
        failed: "Callable[[str, str], None]",
    ):
        """`why_not()`: off, muted, resting, or "" where the glasses may and shall listen.

        `failed(state, why)` hears once what keeps them from it. `tell(state)`: set it to hear of changes.
        """
        self._clock = clock
        self._why_not = why_not
        self._ear = ear
        self._load = load
        self._trigger = trigger
        self._question = question
        self._failed = failed
        self._words: Words | None = None
        self._no_words = ""
        self._broken = False  # the microphone, and it is on record
        self._tried_ms = 0
        self._heard_ms = 0
        self.state = OFF
        self.tell: Callable[[str], None] = _nobody_listens

    @property
    def listening(self) -> bool:
        """The microphone is open for the words."""
        return self.state == LISTENING

    @property
    def words(self) -> "list[str]":
        """What can be said, once the model was loaded."""
        return [] if self._words is None else list(self._words.names)

    async def run(self, alive: "Callable[[], None]") -> None:
        """For ever; `alive` is called each time."""
        while True:
            alive()
            await self._clock.sleep_ms(self.step())

    def step(self) -> int:
        """Hear one block, where that is allowed; the milliseconds until it is to be called again."""
        reason = self._why_not() or self._no_words
        if reason:
            self.rest(reason)
            return _LOOK_MS
        if self._words is None:
            return self._load_words()
        if self.state != LISTENING:
            return self._open()
        samples = self._ear.next()
        if samples:
            self._hear(self._words, samples)
            return 0
        return self._nothing_came()

    def rest(self, reason: str) -> None:
        """Hear no more, and forget what was heard."""
        if self.state == LISTENING:
            self._ear.close()
            if self._words is not None:
                self._words.detector.reset()
            self._question.end(reason)
        if self.state != reason:
            self.state = reason
            self.tell(reason)

    def _hear(self, words: "Words", samples: int) -> None:
        self._heard_ms = self._clock.ms()
        self._broken = False
        block = self._ear.block
        self._question.take(block, samples)
        word = words.detector.feed(block, samples)
        if word >= 0:
            self._trigger.heard(words.acts[word])

    def _open(self) -> int:
        now_ms = self._clock.ms()
        # Less than 0 where days have passed since, and the clock has gone round.
        if self._broken and 0 <= self._clock.diff(now_ms, self._tried_ms) < _AGAIN_MS:
            return _LOOK_MS
        try:
            self._ear.open()
        except Refused as refused:
            if refused.code == FAILED:
                return self._microphone_failed(str(refused.detail.get("errno", 0)))
            self.rest(OFF)  # a no that came between the question and the deed
            return _LOOK_MS
        self._heard_ms = now_ms
        self.state = LISTENING
        self.tell(LISTENING)
        return 0

    def _nothing_came(self) -> int:
        if not self._ear.is_open:
            return self._microphone_failed("read") if not self._why_not() else 0
        if self._clock.diff(self._clock.ms(), self._heard_ms) >= _DEAF_MS:
            return self._microphone_failed("silent")
        return _PAUSE_MS

    def _microphone_failed(self, why: str) -> int:
        self._tried_ms = self._clock.ms()
        self.rest(FAILED)
        if not self._broken:
            self._broken = True
            self._failed(FAILED, why)
        return _LOOK_MS

    def _load_words(self) -> int:
        """Once, when somebody wants to listen; a file that is broken stays so until it is replaced."""
        try:
            self._words = self._load()
        except NoWords as none:
            self._no_words = none.state
            self._failed(none.state, none.why)
        return 0


def _nobody_listens(_state: str) -> None:
    """No phone."""
