"""Pairing: hold the button, read or type the code, done. Also: which glasses are around, and the recovery phrase."""

from __future__ import annotations

from kivy.core.clipboard import Clipboard
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.column import Column as Column
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.picture_view import PictureView as PictureView
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Ways as Ways


class SightingRow(Card):
    """One pair of glasses that is around."""

    title, detail = StringProperty(""), StringProperty("")


class PairScreen(Page):
    """One field, one button, and what went wrong with its way out."""

    model: PairModel = ObjectProperty(None)
    progress = StringProperty("")
    problem_what = StringProperty("")
    problem_next = StringProperty("")
    around_words = StringProperty("")
    reading_hint = StringProperty("")
    can_pair = BooleanProperty(False)
    busy = BooleanProperty(False)
    by_phrase = BooleanProperty(False)
    looking = BooleanProperty(False)
    reading = BooleanProperty(False)

    _listed: tuple[tuple[str, str], ...] = ()
    _drawn: bytes | None = None

    @property
    def must_draw(self) -> bool:
        """True when the camera has seen something newer than what is drawn."""
        return self.model.reading.look is not self._drawn

    async def draw(self) -> None:
        """Draw what the camera sees, for aiming."""
        self._drawn = look = self.model.reading.look
        if look is None:
            self.ids.look.clear()
        else:
            await self.ids.look.show(look)

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        self.progress, self.busy, self.can_pair = model.progress, model.busy, model.can_pair
        self.by_phrase, self.looking, self.around_words = model.by_phrase, model.looking, model.around_words
        self.reading, self.reading_hint = model.reading.looking, model.reading.hint
        failed = model.problem or model.reading.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        if self.ids.code.text != model.code:
            self.ids.code.text = model.code
        if model.rows != self._listed:
            self._listed = model.rows
            self.ids.rows.clear_widgets()
            for title, detail in model.rows:
                self.ids.rows.add_widget(SightingRow(title=title, detail=detail))

    def paste(self) -> None:
        """Take the code from the clipboard, only when asked to."""
        self.model.set_code(str(Clipboard.paste() or "").strip())


load_beside(__file__)
