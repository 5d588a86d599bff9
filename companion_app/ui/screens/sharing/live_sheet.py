"""The act that begins a live session: recipient, length, rules and terms on one sheet, and two ways out of one size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from companion_app.language import N_, _, pgettext
from companion_app.ui.view_models.sharing.live_start import LENGTHS_S, LiveStartModel
from companion_app.ui.view_models.words.measures import length
from companion_app.ui.view_models.words.redaction import kinds_words
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.fact import Fact as Fact
from companion_app.ui.widgets.paragraphs import Paragraphs as Paragraphs
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Card as Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Ways as Ways

_LIGHT = N_("The light of the glasses is on all the while.")
_LEAVES = N_("A frame is sent when what you see has changed, each one masked and checked first.")
_HERE = N_("This device looks when what you see has changed. Nothing leaves it.")


@dataclass(frozen=True)
class _Rule:
    """One rule that can be switched: its name in the row, its words, and how it stands."""

    name: str
    title: str
    detail: str
    chosen: bool


class LiveSheet(ModelSheet):
    """Shows its model; an agreement names what these properties showed."""

    model: LiveStartModel = ObjectProperty(None)
    headline, about = StringProperty(""), StringProperty("")
    recipient, purpose = StringProperty(""), StringProperty("")
    question, masked, kept = StringProperty(""), StringProperty(""), StringProperty("")
    terms, terms_sha256 = StringProperty(""), StringProperty("")
    seconds = NumericProperty(0)
    unprovable, can_agree = BooleanProperty(False), BooleanProperty(False)
    problem_what, problem_next = StringProperty(""), StringProperty("")

    def leave(self) -> None:
        """Escape is a no."""
        App.get_running_app().models.live.decline()

    def agree(self) -> None:
        """Yes to what is shown."""
        App.get_running_app().models.live.agree(
            recipient=self.recipient, purpose=self.purpose, terms_sha256=self.terms_sha256, seconds=int(self.seconds)
        )

    def refresh(self) -> None:
        """Look at the model again."""
        model, proposal = self.model, self.model.proposal
        card = model.card
        self.headline = _("What you see, live")
        self.about = f"{_(_LIGHT)} {_(_HERE if card.stays_here else _LEAVES)}"
        self.recipient, self.question = card.recipient, model.question
        self.purpose = proposal.purpose if proposal is not None else ""
        kept = proposal.rules.kept if proposal is not None else ()
        self.masked = _("nothing: it stays on this device") if card.stays_here else kinds_words(kept, masked=True)
        self.kept = pgettext("to be seen", "everything") if card.stays_here else kinds_words(kept, masked=False)
        self.terms, self.terms_sha256 = card.terms.strip(), card.terms_sha256
        self.seconds, self.unprovable, self.can_agree = model.seconds, model.unprovable, model.can_agree
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self._show_lengths()
        self._show_rules()

    def _show_lengths(self) -> None:
        if not self.ids.lengths.children:
            for seconds in LENGTHS_S:
                row = Choice(value=str(seconds), title=length(seconds))
                row.bind(on_release=lambda pressed: self.model.last(int(pressed.value)))
                self.ids.lengths.add_widget(row)
        for row in self.ids.lengths.children:
            row.chosen = row.value == str(self.model.seconds)

    def _show_rules(self) -> None:
        rules = list(self._rules())
        if len(self.ids.rules.children) != len(rules):
            self.ids.rules.clear_widgets()
            for rule in rules:
                row = Choice(value=rule.name, title=rule.title, detail=rule.detail, several=True)
                row.bind(on_release=self._switch)
                self.ids.rules.add_widget(row)
        for row, rule in zip(reversed(self.ids.rules.children), rules, strict=True):
            row.chosen = rule.chosen

    def _rules(self) -> Iterator[_Rule]:
        model = self.model
        if model.unprovable:
            words = _("They will be marked as unproven in your record.")
            yield _Rule("light", _("Send frames although nobody can prove the light"), words, model.unproven_light)
        if model.can_speak:
            yield _Rule("aloud", _("Say the answers aloud"), _("This device speaks; no sound leaves it."), model.aloud)
        if not model.card.stays_here:
            words = _("A copy of each, as it left. Otherwise only its hash is kept.")
            yield _Rule("keep", _("Keep the frames that leave"), words, model.keep_frames)

    def _switch(self, row: Choice) -> None:
        acts = {
            "light": self.model.allow_unproven_light,
            "aloud": self.model.say_aloud,
            "keep": self.model.keep_what_leaves,
        }
        acts[row.value](not row.chosen)


load_beside(__file__)
