"""The question, whom to ask, and what was answered."""

from __future__ import annotations

import datetime

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.sharing import EndpointCard
from companion_app.sharing.offers import Barrier
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.words import cards
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way


class AskCard(Card):
    """Asks its model; the sheet that confirms sharing is the screen's business."""

    model: AskModel = ObjectProperty(None)
    can_ask = BooleanProperty(False)
    can_go_live = BooleanProperty(False)
    hint = StringProperty("")
    asking = StringProperty("")
    note = StringProperty("")
    answer = StringProperty("")
    about_answer = StringProperty("")
    heard = StringProperty("")  # of an answer that is still coming
    receipt = StringProperty("")
    problem_what = StringProperty("")
    problem_next = StringProperty("")

    _listed: tuple[tuple[EndpointCard, Barrier | None], ...] = ()

    def show(self, model: AskModel, *, can_go_live: bool) -> None:
        """Look at the model; `can_go_live`: the glasses are there and not live already."""
        self.can_go_live = can_go_live and bool(model.question.strip()) and model.share is None
        self.can_ask, self.hint, self.note = model.can_ask, model.hint, model.note
        self.asking = _("Asking {who}…", who=model.asking) if model.asking else ""
        answered = model.answered
        self.answer = answered.text if answered else ""
        self.heard, self.receipt = model.heard, answered.receipt_id if answered else ""
        self.about_answer = (
            _("Answered by {who}. You asked: {question}", who=_(answered.answered_by), question=answered.question)
            if answered
            else ""
        )
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        listed = tuple((card, model.barrier(card)) for card in model.cards)
        if listed != self._listed:
            self._listed = listed
            self._lay_out_endpoints()
        for row in self.ids.endpoints.children:
            row.chosen = row.value == model.endpoint
        if self.ids.question.text != model.question:
            self.ids.question.text = model.question

    def _lay_out_endpoints(self) -> None:
        self.ids.endpoints.clear_widgets()
        today = datetime.date.today()
        for card, barrier in self._listed:
            notes = (cards.barrier_words(barrier), cards.age_note(card, today), cards.use(card))
            row = Choice(value=card.id, title=cards.name(card), detail="\n".join(note for note in notes if note))
            row.bind(on_release=lambda pressed: self.model.choose(pressed.value))
            self.ids.endpoints.add_widget(row)


load_beside(__file__)
