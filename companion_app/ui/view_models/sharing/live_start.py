"""Before a live session: who would be shown what, for how long and by which rules; nothing begins by looking at it."""

from __future__ import annotations

from companion_app.errors import AppError
from companion_app.sharing import EndpointCard, Sharing
from companion_app.sharing.live import SessionProposal
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

LENGTHS_S = (60, 180, 300, 600)


class LiveStartModel(Observable):
    """The owner's choices; each change makes a new proposal, and only an agreement to the newest one counts."""

    def __init__(
        self, sharing: Sharing, card: EndpointCard, question: str, *, unprovable: bool, can_speak: bool
    ) -> None:
        """`unprovable`: these glasses have nothing that measures their light."""
        super().__init__()
        self._sharing = sharing
        self.card = card
        self.question = question
        self.unprovable = unprovable
        self.can_speak = can_speak
        self.seconds = LENGTHS_S[0]
        self.unproven_light = False
        self.keep_frames = False
        self.aloud = can_speak
        self.proposal: SessionProposal | None = None
        self.problem: Problem | None = None
        self._propose()

    @property
    def can_agree(self) -> bool:
        """True when all that is named is final, and the session would not end at its first frame."""
        return self.proposal is not None and (self.unproven_light or not self.unprovable)

    def last(self, seconds: int) -> None:
        """How long it lasts at most."""
        self.seconds = seconds
        self._propose()

    def allow_unproven_light(self, allowed: bool) -> None:
        """Whether frames count whose light nobody can prove."""
        self.unproven_light = allowed
        self._propose()

    def keep_what_leaves(self, kept: bool) -> None:
        """Whether this device keeps a copy of each frame that leaves."""
        self.keep_frames = kept
        self._propose()

    def say_aloud(self, aloud: bool) -> None:
        """Whether answers are spoken by this device."""
        self.aloud = aloud and self.can_speak
        self.changed()

    def _propose(self) -> None:
        try:
            self.proposal, self.problem = (
                self._sharing.live.propose(
                    self.card.id,
                    self.question,
                    self.seconds,
                    unproven_light=self.unproven_light,
                    keep_frames=self.keep_frames,
                ),
                None,
            )
        except AppError as error:
            self.proposal, self.problem = None, problem(error)
        self.changed()
