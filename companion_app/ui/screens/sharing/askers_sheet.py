"""Who can be asked: each with its card in plain words, where one is, and a form to add somebody."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from kivy.app import App
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.sharing import EndpointCard
from companion_app.sharing.cards import LOCAL_ID
from companion_app.ui.view_models.sharing.askers import AskersModel
from companion_app.ui.view_models.words import cards
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools
from companion_app.ui.widgets.ways import Ways as Ways

_FIELDS = ("region", "address", "model", "key", "variable")


class AskerRow(Card):
    """One endpoint's card in short."""

    title, detail, barrier, overdue = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")


class AskersSheet(ModelSheet):
    """Shows its model; it closes through the shell."""

    model: AskersModel = ObjectProperty(None)
    region_words, note = StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")
    can_add = BooleanProperty(False)

    _listed: tuple[object, ...] = ()

    def leave(self) -> None:
        """Back to the page."""
        App.get_running_app().models.close_sheet()

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        self.region_words, self.note, self.can_add = model.region_words, model.note, model.can_add
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        for field in _FIELDS:
            if self.ids[field].text != getattr(model, field):
                self.ids[field].text = getattr(model, field)
        self._list_kinds()
        self._list_askers()

    def _list_kinds(self) -> None:
        if not self.ids.kinds.children:
            for kind in self.model.kinds():
                row = Choice(value=kind, title=cards.kind_name(kind))
                row.bind(on_release=lambda pressed: self.model.set("kind", pressed.value))
                self.ids.kinds.add_widget(row)
        for row in self.ids.kinds.children:
            row.chosen = row.value == self.model.kind_shown

    def _list_askers(self) -> None:
        model = self.model
        listed = (model.cards, model.default, model.region_words)
        if listed == self._listed:
            return
        self._listed = listed
        self.ids.rows.clear_widgets()
        for card in model.cards:
            row = AskerRow(
                title=_title(card, default=card.id == model.default),
                detail=cards.use(card),
                barrier=cards.barrier_words(model.barrier(card)),
                overdue=cards.age_note(card, datetime.date.today()),
            )
            row.ids.tools.offer(list(self._offers(card)))
            self.ids.rows.add_widget(row)

    def _offers(self, card: EndpointCard) -> Iterator[Offer]:
        model = self.model
        if card.may_be_default and card.id != model.default and model.barrier(card) is None:
            yield Offer(_("Ask by default"), "account-star-outline", lambda: model.make_default(card.id))
        if model.can_probe(card):
            yield Offer(_("Ask it what it is"), "help-network-outline", lambda: model.probe(card.id))
        if card.id != LOCAL_ID:
            yield Offer(_("Remove"), "delete-outline", lambda: model.remove(card.id))


def _title(card: EndpointCard, *, default: bool) -> str:
    name = cards.name(card)
    return _("{name} (asked unless you choose else)", name=name) if default else name


load_beside(__file__)
