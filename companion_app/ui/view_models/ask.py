"""Asking about the picture: the question, who is asked, the explicit act of sharing, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from companion_app.control.asking import Asked
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.sharing import Answer, EndpointCard, Proposal, Sharing
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.proposal import ANSWER_PURPOSE, MAX_QUESTION_CHARACTERS
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.voice import LOOKING


@dataclass(frozen=True)
class Answered:
    """A question with its answer, for the screen."""

    question: str
    text: str
    answered_by: str


class AskModel(Observable):
    """Nothing leaves by asking: `ask` only makes a proposal, and only `agree` shares what the proposal shows."""

    def __init__(self, sharing: Sharing, picture: Callable[[], Picture | None]) -> None:
        super().__init__()
        self._sharing = sharing
        self._picture = picture
        self.question = ""
        self.cards: tuple[EndpointCard, ...] = tuple(sharing.cards())
        self.endpoint = self.cards[0].id if self.cards else ""
        self.proposal: Proposal | None = None
        self.asking: str = ""
        self.answered: Answered | None = None
        self.note = ""
        self.problem: Problem | None = None

    @property
    def can_ask(self) -> bool:
        """True with a picture, a question and somebody to ask, while nothing is under way."""
        picture = self._picture()
        askable = picture is not None and picture.kind == "photo"
        return bool(askable and self.question.strip() and self.endpoint and not self.asking and not self.proposal)

    @property
    def hint(self) -> str:
        """Why the Ask button is off; empty when it is on."""
        if self.asking or self.proposal:
            return ""
        picture = self._picture()
        if picture is None:
            return "Take a picture first."
        if picture.kind != "photo":
            return "Only photographs can be asked about, and this is a clip."
        return "" if self.question.strip() else "Write a question first."

    def set_question(self, question: str) -> None:
        """What the question field holds now."""
        if question != self.question:
            self.question = question[:MAX_QUESTION_CHARACTERS]
            self.changed()

    def hear(self, asked: Asked) -> None:
        """A question that was spoken: it stands in the field, and this device answers; a proposal stays as it was."""
        self.question = asked.question[:MAX_QUESTION_CHARACTERS]
        self.problem, self.answered, self.note = None, None, LOOKING
        if asked.answer is not None:
            self.answered, self.note = Answered(asked.question, asked.answer.text, LOCAL.recipient), ""
        self.changed()

    def choose(self, endpoint: str) -> None:
        """Whom to ask. Unknown ids are ignored."""
        if endpoint in [card.id for card in self.cards]:
            self.endpoint = endpoint
            self.changed()

    def refresh_cards(self) -> None:
        """Look again at who can be asked."""
        self.cards = tuple(self._sharing.cards())
        if self.endpoint not in [card.id for card in self.cards]:
            self.endpoint = self.cards[0].id if self.cards else ""
        self.changed()

    def ask(self) -> None:
        """Put the whole act before the user: `proposal` holds exactly what would leave. Nothing leaves yet."""
        picture = self._picture()
        if picture is None or not self.can_ask:
            return
        self.problem, self.note = None, ""
        try:
            self.proposal = self._sharing.propose(picture, self.endpoint, self.question, ANSWER_PURPOSE)
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    def decline(self) -> None:
        """The user's no: the proposal is closed and nothing leaves."""
        proposal, self.proposal = self.proposal, None
        if proposal is None:
            return
        try:
            self._sharing.decline(proposal)
            self.note = "Not shared. Nothing left this device."
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    async def agree(self, *, recipient: str, purpose: str, terms_sha256: str) -> None:
        """The user's yes, naming what the sheet showed. Afterwards `answered` or `problem` is set."""
        proposal, self.proposal = self.proposal, None
        if proposal is None:
            return
        self.asking = recipient
        self.answered, self.note, self.problem = None, "", None
        self.changed()
        try:
            receipt = self._sharing.agree(proposal, recipient=recipient, purpose=purpose, terms_sha256=terms_sha256)
            answer: Answer = await self._sharing.send(receipt)
            self.answered = Answered(proposal.question, answer.text, answer.answered_by)
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.asking = ""
            self.changed()
