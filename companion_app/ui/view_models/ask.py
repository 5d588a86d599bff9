"""Asking about the picture: the question, who is asked, the explicit act of sharing, and the answer as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from companion_app.assistant.history import History
from companion_app.control.asking import Asked
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.language import _
from companion_app.sharing import Answer, EndpointCard, Proposal, Receipt, Sharing
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.offers import Barrier
from companion_app.sharing.proposal import MAX_QUESTION_CHARACTERS
from companion_app.speech import Voice
from companion_app.ui.view_models.ask_aloud import Aloud
from companion_app.ui.view_models.ask_history import AskHistoryModel
from companion_app.ui.view_models.asked_picture import AskedPicture
from companion_app.ui.view_models.rooms import RoomModel
from companion_app.ui.view_models.sharing.share import ShareModel
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.sharing import stopped_words
from companion_app.ui.view_models.words.voice import looking_words


@dataclass(frozen=True)
class Answered:
    """A question with its answer, for the screen; `receipt_id` is empty where nothing was asked of anybody."""

    question: str
    text: str
    answered_by: str
    receipt_id: str = ""


class AskModel(RoomModel):
    """Nothing leaves by asking: `ask` opens the sheet, and only `agree` shares what the sheet shows."""

    def __init__(
        self,
        sharing: Sharing,
        picture: Callable[[], Picture | None],
        *,
        pictures: Callable[[], Sequence[Picture]] = lambda: (),
        voice: Callable[[], Voice | None] = lambda: None,
        history: History | None = None,
        keeps: Callable[[], bool] = lambda: False,
    ) -> None:
        """`picture()` is the newest, `pictures()` the gallery, newest first; `history` keeps what was asked;
        `keeps()`: of what is said, sound or words may stay."""
        super().__init__()
        self._sharing = sharing
        self.about = AskedPicture(picture, pictures)
        self.aloud = Aloud(voice)
        self.history = history
        self._keeps = keeps
        self._sending: asyncio.Task[Answer] | None = None
        self._asked: Picture | None = None  # the picture of the act of sharing under way
        self.question = ""
        self.cards: tuple[EndpointCard, ...] = tuple(sharing.cards())
        self.endpoint = sharing.endpoints.default().id
        self.share: ShareModel | None = None
        self.asking: str = ""
        self.heard: str = ""
        self.answered: Answered | None = None
        self.note = ""
        self.problem: Problem | None = None

    @property
    def proposal(self) -> Proposal | None:
        """What the open sheet would let go; None before its picture was checked."""
        return self.share.proposal if self.share is not None else None

    @property
    def card(self) -> EndpointCard | None:
        """Of whoever is chosen."""
        return next((card for card in self.cards if card.id == self.endpoint), None)

    @property
    def can_ask(self) -> bool:
        """True with a picture, a question and somebody to ask, while nothing is under way."""
        picture = self.about.now
        askable = picture is not None and picture.kind == "photo"
        return bool(askable and self.question.strip() and self.endpoint and not self.asking and not self.share)

    @property
    def hint(self) -> str:
        """Why the Ask button is off; empty when it is on."""
        if self.asking or self.share:
            return ""
        picture = self.about.now
        if picture is None:
            return _("Take a picture first.")
        if picture.kind != "photo":
            return _("Only photographs can be asked about, and this is a clip.")
        return "" if self.question.strip() else _("Write a question first.")

    def ask_about(self, picture: Picture | None) -> None:
        """Take this picture from the gallery; None: the newest again. An open sheet stays with its own."""
        if picture is not None and self.about.now is not None and picture.id == self.about.now.id:
            return
        self.about.choose(picture)
        self.answered, self.note, self.problem = None, "", None
        self.changed()

    def step(self, step: int) -> None:
        """To the next older photograph, or with -1 the next newer one; stays where there is none."""
        other = self.about.neighbour(step)
        if other is not None:
            self.ask_about(other)

    def open_history(self) -> None:
        """Show what was asked before."""
        if self.history is not None:
            self.enter(AskHistoryModel(self.history, self._again))

    def _again(self, picture: str) -> None:
        """Back to asking, about the picture with this id; a picture that is gone leaves the newest."""
        self.back()
        self.ask_about(self.about.find(picture))

    def say_aloud(self) -> None:
        """Whether answers are said by this device."""
        self.aloud.switch()
        self.changed()

    def set_question(self, question: str) -> None:
        """What the question field holds now."""
        if question != self.question:
            self.question = question[:MAX_QUESTION_CHARACTERS]
            self.changed()

    def hear(self, asked: Asked) -> None:
        """A question that was spoken: it stands in the field, and this device answers; an open sheet stays as it is."""
        self.question = asked.question[:MAX_QUESTION_CHARACTERS]
        self.about.choose(asked.picture)
        self.problem, self.answered, self.note = None, None, looking_words(keeps=self._keeps())
        if asked.answer is not None:
            self.answered, self.note = Answered(asked.question, asked.answer.text, LOCAL.recipient), ""
            self.aloud.say(asked.answer.text)
        self.changed()

    def barrier(self, card: EndpointCard) -> Barrier | None:
        """Why this one is shown and cannot be chosen where the owner is; None when it can."""
        return self._sharing.endpoints.barrier(card)

    def choose(self, endpoint: str) -> None:
        """Whom to ask. Unknown ids, and who is not offered here, are ignored."""
        if any(card.id == endpoint and self.barrier(card) is None for card in self.cards):
            self.endpoint = endpoint
            self.changed()

    def refresh_cards(self) -> None:
        """Look again at who can be asked."""
        self.cards = tuple(self._sharing.cards())
        if not any(card.id == self.endpoint and self.barrier(card) is None for card in self.cards):
            self.endpoint = self._sharing.endpoints.default().id
        self.changed()

    async def ask(self) -> None:
        """Open the sheet and bring its picture up to the moment at which it may be shared. Nothing leaves."""
        picture, card = self.about.now, self.card
        if picture is None or card is None or not self.can_ask:
            return
        self.problem, self.note = None, ""
        self._asked = picture
        self.share = share = ShareModel(self._sharing, picture, card, self.question)
        share.observe(self.changed)
        await share.open()

    def decline(self) -> None:
        """The user's no: the sheet closes and nothing leaves."""
        share, self.share = self.share, None
        if share is None:
            return
        proposal = share.proposal
        share.close()
        self.note = _("Not shared. Nothing left this device.")
        try:
            if proposal is not None:
                self._sharing.decline(proposal)
        except AppError as error:
            self.note, self.problem = "", problem(error)
        self.changed()

    async def agree(self, *, recipient: str, purpose: str, terms_sha256: str, picture_sha256: str) -> None:
        """The user's yes, naming what the sheet showed. Afterwards `answered`, `problem` or `note` says how it went."""
        share = self.share
        if share is None or not share.can_agree or share.proposal is None:
            return
        proposal, self.share = share.proposal, None
        share.close()
        self.asking, self.heard = recipient, ""
        self.answered, self.note, self.problem = None, "", None
        self.changed()
        try:
            receipt = self._sharing.agree(
                proposal,
                recipient=recipient,
                purpose=purpose,
                terms_sha256=terms_sha256,
                picture_sha256=picture_sha256,
            )
            await self._send(receipt)
            self._keep()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.asking, self.heard = "", ""
            self.changed()

    def stop(self) -> None:
        """Stop asking, at once; what is known of the picture is told and on record."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self, receipt: Receipt) -> None:
        """Ask; a stop by the user ends in words, the end of the app in what it is."""
        self._sending = asyncio.ensure_future(self._sharing.send(receipt, heard=self._hear_piece))
        try:
            await asyncio.wait({self._sending})
            if self._sending.cancelled():
                self.note = stopped_words(self._sharing.share(receipt.id).outcome)
                return
            answer = self._sending.result()
            self.answered = Answered(receipt.question, answer.text, answer.answered_by, receipt.id)
        finally:
            self._sending.cancel()
            self._sending = None

    def _keep(self) -> None:
        """What was asked and answered stays in the history; that it could not is said, and the answer stands."""
        answered, picture = self.answered, self._asked
        if answered is None or picture is None:
            return
        self.aloud.say(answered.text)
        if self.history is None:
            return
        try:
            self.history.keep(
                picture.id, answered.question, answered.text, answered.answered_by, receipt_id=answered.receipt_id
            )
        except AppError as error:
            self.problem = problem(error)

    def _hear_piece(self, piece: str) -> None:
        self.heard += piece
        self.changed()
