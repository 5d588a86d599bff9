"""What left this device: a list, and behind each entry its receipt and the way to ask for it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.app import App
from kivy.core.clipboard import Clipboard
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import N_, _, ngettext
from companion_app.sharing.shares import Result, Share
from companion_app.ui.view_models.sharing.left import LeftModel
from companion_app.ui.view_models.words.measures import age
from companion_app.ui.view_models.words.redaction import hash_words
from companion_app.ui.view_models.words.sharing import asked_back_words, fate, reflowed, what_left
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.fact import Fact as Fact
from companion_app.ui.widgets.paragraphs import Paragraphs as Paragraphs
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools
from companion_app.ui.widgets.ways import Ways as Ways

_ABOUT = N_("Everything you agreed to share from this app, newest first, as the ledger on this device has it.")
_NONE = N_("Nothing was ever shared from this app.")
_TAKING_BACK = N_(
    "Taking back withdraws your yes and writes a request to erase, with all that they need to find it. "
    "This app sends nothing by itself: you send the text."
)


class LeftRow(Card):
    """One act of sharing in the list. Dispatches `on_open`."""

    title, detail, asked_back = StringProperty(""), StringProperty(""), StringProperty("")

    def __init__(self, **options: Any) -> None:
        self.register_event_type("on_open")
        super().__init__(**options)

    def on_open(self) -> None:
        """The owner wants to look at it; bind to it."""


class LeftSheet(ModelSheet):
    """Shows its model; it closes through the shell."""

    model: LeftModel = ObjectProperty(None)
    looking = BooleanProperty(False)
    headline, about = StringProperty(""), StringProperty("")
    recipient, when, purpose, question = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    what, fate, fingerprint, receipt = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    back_title, back_detail, request = StringProperty(""), StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    _listed: tuple[Share, ...] | None = None

    def leave(self) -> None:
        """From a receipt to the list, from the list to the page."""
        if self.looking:
            self.model.back()
        else:
            App.get_running_app().models.close_sheet()

    def refresh(self) -> None:
        """Look at the model again."""
        model, share = self.model, self.model.chosen
        self.looking = share is not None
        self._list(() if share is not None else model.shares)
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self.request = reflowed(model.request.text) if model.request is not None else ""
        self.back_title = self.back_detail = ""
        if share is None:
            self.headline, self.about = _("What left this device"), self._all(model)
        else:
            self.headline, self.about = _("Your receipt"), ""
            self._describe(share)
        self.ids.tools.offer(list(self._offers()))

    def _all(self, model: LeftModel) -> str:
        """What the list is, and how many stand in the ledger alone."""
        about = _(_ABOUT if model.shares else _NONE)
        if not model.older:
            return about
        older = ngettext(
            "{n} older one is not shown: plainsight ledger list names them all.",
            "{n} older ones are not shown: plainsight ledger list names them all.",
            model.older,
        )
        return f"{about} {older}"

    def _describe(self, share: Share) -> None:
        self.recipient, self.purpose, self.question = share.recipient, share.purpose, share.question
        self.when = age(self.model.now_s() - share.time_s)
        self.what, self.fate = what_left(share), fate(share, running=self.model.is_running(share))
        self.fingerprint = hash_words(share.sha256 or "")
        self.receipt = share.receipt_id
        if share.asked_back is not None:
            self.back_title = asked_back_words(share.asked_back)
            self.back_detail = self.model.request.route if self.model.request is not None else ""
        elif self.model.can_take_back:
            self.back_title, self.back_detail = _("It can be asked back."), _(_TAKING_BACK)

    def _offers(self) -> Iterator[Offer]:
        model = self.model
        if model.can_take_back:
            yield Offer(_("Take it back"), "undo-variant", model.take_back)
        if model.request is not None:
            text = model.request.text
            yield Offer(_("Copy the text"), "content-copy", lambda: Clipboard.copy(text))
        if model.can_tell_answer:
            yield Offer(_("They erased it"), "check", lambda: model.tell_answer(Result.ERASED))
            yield Offer(_("They refused"), "close", lambda: model.tell_answer(Result.REFUSED))
            yield Offer(_("No answer came"), "clock-alert-outline", lambda: model.tell_answer(Result.NO_ANSWER))

    def _list(self, shares: tuple[Share, ...]) -> None:
        if shares == self._listed:
            return
        self._listed = shares
        self.ids.rows.clear_widgets()
        for share in shares:
            row = LeftRow(
                title=f"{share.recipient}, {age(self.model.now_s() - share.time_s)}",
                detail=f"{fate(share, running=self.model.is_running(share))}: {what_left(share)}",
                asked_back=asked_back_words(share.asked_back),
            )
            row.bind(on_open=lambda _row, receipt_id=share.receipt_id: self.model.choose(receipt_id))
            self.ids.rows.add_widget(row)


load_beside(__file__)
