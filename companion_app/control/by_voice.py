"""Asking by voice, put together: what the glasses send, words, picture, answer; nothing without the owner's yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from companion_app.assistant import LocalAnswers
from companion_app.assistant.listening import Listening
from companion_app.assistant.listening.errors import BadSound
from companion_app.assistant.listening.recogniser import MoonshineRecogniser, Recogniser
from companion_app.control.asking import Asked, Asking, Keep
from companion_app.errors import AppError
from companion_app.gallery import Gallery
from companion_app.ledger import Ledger
from companion_app.link.events import QuestionBegan, QuestionEnded
from companion_app.onboarding import Onboarding, VoicePolicy
from companion_app.onboarding.questions import VOICE_KEEP
from companion_app.ports.position import Position
from companion_app.redaction import Redactor


@dataclass(frozen=True)
class OnThisDevice:
    """What turns speech into words, answers, and makes pictures fit to leave, without any network."""

    recogniser: Recogniser
    answers: LocalAnswers
    redactor: Redactor | None = None  # None: the app's own, made when it is first needed
    position: Position | None = None  # None: the system's

    @classmethod
    def usual(cls) -> OnThisDevice:
        """Each loads when it is first needed."""
        return cls(MoonshineRecogniser(), LocalAnswers())


class ByVoice:
    """`glasses()` is the short name of the paired glasses in records."""

    def __init__(
        self,
        ledger: Ledger,
        gallery: Gallery,
        onboarding: Onboarding,
        device: OnThisDevice,
        *,
        glasses: Callable[[], str],
        keep: Keep,
        on_problem: Callable[[AppError], None],
    ) -> None:
        self._onboarding = onboarding
        self.listening = Listening(
            ledger,
            device.recogniser,
            glasses=glasses,
            allowed=self.allowed,
            keeps_sound=lambda: onboarding.retention(VOICE_KEEP.id).keep,
            on_problem=on_problem,
        )
        self.asking = Asking(gallery, device.answers, on_problem, keep)
        self.listening.observe(self.asking.ask)

    def allowed(self) -> bool:
        """The owner's answers, asked anew each time."""
        return self._onboarding.voice is VoicePolicy.STREAM

    def take(self, piece: bytes) -> bool:
        """Sound from the glasses; False where it makes no sense."""
        try:
            self.listening.take(piece)
        except BadSound:
            return False
        return True

    def hear(self, event: QuestionBegan | QuestionEnded) -> None:
        """What the glasses say about it."""
        if isinstance(event, QuestionBegan):
            self.listening.begin(event.item)
        else:
            self.listening.end(event.item, event.reason)

    def answers_changed(self) -> None:
        """A withdrawal ends what is being said at once, before the glasses know of it."""
        if not self.allowed():
            self.listening.drop("withdrawn")

    def link_ended(self) -> None:
        """No other microphone takes its place."""
        self.listening.drop("link_lost")

    def observe(self, callback: Callable[[Asked], None]) -> Callable[[], None]:
        """Call back with each question, and again with its answer."""
        return self.asking.observe(callback)

    async def close(self) -> None:
        """Forget what is open, and stop."""
        await self.listening.close()
        await self.asking.close()
