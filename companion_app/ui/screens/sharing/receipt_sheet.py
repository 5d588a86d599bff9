"""One receipt: what left, to whom, under which terms, how it ended, and the way to ask for it back."""

from __future__ import annotations

from collections.abc import Iterator

from kivy.app import App
from kivy.core.clipboard import Clipboard
from kivy.properties import ObjectProperty, StringProperty

from companion_app.language import N_, _
from companion_app.sharing.shares import Result, Share
from companion_app.ui.view_models.sharing.receipt import ReceiptModel
from companion_app.ui.view_models.words.measures import age
from companion_app.ui.view_models.words.redaction import hash_words
from companion_app.ui.view_models.words.sharing import asked_back_words, fate, reflowed, what_left
from companion_app.ui.view_models.words.terms import terms_words
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.fact import Fact
from companion_app.ui.widgets.paragraphs import Paragraphs as Paragraphs
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Card as Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools
from companion_app.ui.widgets.ways import Ways as Ways

_TAKING_BACK = N_(
    "Taking back withdraws your yes and writes a request to erase, with all that they need to find it. "
    "This app sends nothing by itself: you send the text."
)


class ReceiptSheet(ModelSheet):
    """Shows its model; it closes through the shell."""

    model: ReceiptModel = ObjectProperty(None)
    recipient, when, purpose, question = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    what, fate, fingerprint, receipt = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    back_title, back_detail, request = StringProperty(""), StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    _terms: list[tuple[str, str]] | None = None

    def leave(self) -> None:
        """Back to the page."""
        App.get_running_app().models.close_sheet()

    def refresh(self) -> None:
        """Look at the model again."""
        model, share = self.model, self.model.chosen
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self.request = reflowed(model.request.text) if model.request is not None else ""
        self.back_title = self.back_detail = ""
        if share is not None:
            self._describe(share)
            self._list_terms(terms_words(share.consent))
        self.ids.tools.offer(list(self._offers()))

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

    def _list_terms(self, terms: list[tuple[str, str]]) -> None:
        """Under which terms, as they were shown before the yes."""
        if terms == self._terms:
            return
        self._terms = terms
        self.ids.terms.clear_widgets()
        for name, value in terms:
            if value:
                self.ids.terms.add_widget(Fact(name=name, value=value, small=True))


load_beside(__file__)
