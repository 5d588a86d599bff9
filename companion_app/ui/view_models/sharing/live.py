"""The live session: asked for, agreed to, running, over. One touch ends it from anywhere."""

from __future__ import annotations

from collections.abc import Callable

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.language import _, listed, ngettext
from companion_app.sharing import EndpointCard
from companion_app.sharing.live import LiveSession, LiveState
from companion_app.speech import Speaker, Voice
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.sharing.live_start import LiveStartModel
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.live import ended_words
from companion_app.ui.view_models.words.measures import countdown
from companion_app.ui.view_models.words.problem import Problem

_UNPROVABLE = "software"  # the level of glasses that measure nothing


class LiveModel(Observable):
    """`start` is what is being asked for, `session` what runs; afterwards what it said, and why it ended, stay."""

    def __init__(self, companion: Companion, voice: Callable[[], Voice | None]) -> None:
        super().__init__()
        self._companion = companion
        self._voice = voice
        self._session: LiveSession | None = None
        self.start: LiveStartModel | None = None
        self.state: LiveState | None = None
        self.recipient = ""
        self.receipt_id = ""
        self.problem: Problem | None = None

    @property
    def running(self) -> bool:
        """True from the moment at which it began until something ended it."""
        return self.state is not None and self.state.ended is None

    @property
    def banner(self) -> str:
        """What stands on every screen while it runs; empty otherwise."""
        if self._session is None or self.state is None or not self.running:
            return ""
        return _(
            "Live to {recipient}: {time} left, {counts}",
            recipient=self.recipient,
            time=countdown(self._session.state.left_s),
            counts=self.counts,
        )

    @property
    def counts(self) -> str:
        """How many frames left, and how many were held back."""
        state = self.state
        if state is None:
            return ""
        parts = [ngettext("{n} sent", "{n} sent", state.sent)]
        parts += [ngettext("{n} may have been sent", "{n} may have been sent", state.unknown)] if state.unknown else []
        parts += [ngettext("{n} held back", "{n} held back", state.withheld)] if state.withheld else []
        return listed(parts)

    @property
    def answer(self) -> str:
        """What was answered last; it grows while it comes."""
        return self.state.answer if self.state is not None else ""

    @property
    def ended(self) -> str:
        """Why the last one ended, in a sentence; empty before, and while one runs."""
        return ended_words(self.state.ended) if self.state is not None and self.state.ended is not None else ""

    @property
    def trouble(self) -> Problem | None:
        """What stood in the way of the session, or last of one of its frames."""
        if self.problem is not None:
            return self.problem
        return problem(self.state.problem) if self.state is not None and self.state.problem is not None else None

    def open(self, card: EndpointCard, question: str) -> None:
        """Ask the owner: for how long, by which rules, on which terms. Nothing begins."""
        if self.running:
            return
        hello = self._companion.hello
        self.problem = None
        self.start = LiveStartModel(
            self._companion.sharing,
            card,
            question,
            unprovable=hello is not None and hello.level == _UNPROVABLE,
            can_speak=self._voice() is not None,
        )
        self.start.observe(self.changed)
        self.changed()

    def decline(self) -> None:
        """The owner's no."""
        start, self.start = self.start, None
        if start is not None and start.proposal is not None:
            try:
                self._companion.sharing.live.decline(start.proposal)
            except AppError as error:
                self.problem = problem(error)
        self.changed()

    def agree(self, *, recipient: str, purpose: str, terms_sha256: str, seconds: int) -> None:
        """The owner's yes, naming what was shown: the session runs on return, or `problem` says why not."""
        start = self.start
        if start is None or start.proposal is None or not start.can_agree:
            return
        self.start, self.state, self.receipt_id = None, None, ""
        try:
            receipt = self._companion.sharing.live.agree(
                start.proposal, recipient=recipient, purpose=purpose, terms_sha256=terms_sha256, seconds=seconds
            )
            self._session = self._companion.start_live(receipt, speaker=self._speaker(start))
        except AppError as error:
            self.problem = problem(error)
        else:
            self.recipient, self.receipt_id = recipient, receipt.id
            self.state = self._session.state
            self._session.observe(self._note)
        self.changed()

    def stop(self) -> None:
        """One touch: nothing leaves any more when this returns."""
        if self._session is not None:
            self._session.stop("tap")

    def _speaker(self, start: LiveStartModel) -> Speaker | None:
        voice = self._voice() if start.aloud else None
        return Speaker(voice) if voice is not None else None

    def _note(self, state: LiveState) -> None:
        self.state = state
        self.changed()
