"""The lock: chosen once, opened each time. Nothing else of the app can be reached before."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.view_models.unlock import Lock, UnlockModel
from companion_app.ui.view_models.words.unlock import WAYS, length_words
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way
from companion_app.ui.widgets.ways import Ways as Ways
from companion_app.vault.protectors import KEYSTORE


class UnlockScreen(Page):
    """Two ways to lock, the same size, none chosen; later a field, or one touch where the system keeps the key."""

    model: UnlockModel = ObjectProperty(None)
    headline, about = StringProperty(""), StringProperty("")
    hint, lost = StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")
    missing_what, missing_next = StringProperty(""), StringProperty("")
    choosing, typing, repeating = BooleanProperty(False), BooleanProperty(False), BooleanProperty(False)
    can_create, can_unlock, can_use_keystore = BooleanProperty(False), BooleanProperty(False), BooleanProperty(False)
    busy = BooleanProperty(False)

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        self.choosing, self.busy = model.lock is Lock.CHOOSE, model.busy
        self.headline, self.about = _headline(model)
        self.typing = model.wants_passphrase
        self.repeating = self.typing and self.choosing
        self.hint = length_words() if self.repeating else ""
        self.lost = _(WAYS[model.chosen].lost) if self.choosing and model.chosen is not None else ""
        self.can_create, self.can_unlock = model.can_create, model.can_unlock
        self.can_use_keystore = model.can_use_keystore
        failed, missing = model.problem, model.no_keystore if self.choosing else None
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self.missing_what, self.missing_next = (missing.what, missing.next_step) if missing else ("", "")
        self._lay_out_ways()
        for field, text in ((self.ids.passphrase, model.passphrase), (self.ids.again, model.again)):
            if field.text != text:
                field.text = text

    def _lay_out_ways(self) -> None:
        rows = self.ids.choices
        missing = {KEYSTORE} if self.model.no_keystore is not None else set[str]()
        offered = [kind for kind in WAYS if self.choosing and kind not in missing]
        if [row.value for row in reversed(rows.children)] != offered:
            rows.clear_widgets()
            for kind in offered:
                row = Choice(value=kind, title=_(WAYS[kind].title), detail=_(WAYS[kind].detail))
                row.bind(on_release=lambda pressed: self.model.choose(pressed.value))
                rows.add_widget(row)
        for row in rows.children:
            row.chosen = row.value == self.model.chosen


def _headline(model: UnlockModel) -> tuple[str, str]:
    if model.lock is Lock.CHOOSE:
        return _("Lock your pictures and records"), _(
            "Everything that this app keeps on this device is sealed. Choose what opens it; nothing is chosen for you, "
            "and you can change it later."
        )
    if model.lock is Lock.BROKEN:
        return _("This app cannot open its data"), ""
    return _("Unlock Plainsight"), _("What lies on this device stays unreadable until then.")


load_beside(__file__)
