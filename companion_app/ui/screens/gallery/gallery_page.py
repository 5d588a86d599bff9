"""The gallery: how the import is, what is searched for, every picture by day, and what is done with those chosen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from companion_app.language import _, ngettext
from companion_app.ui.screens.gallery.picture_wall import PictureWall as PictureWall
from companion_app.ui.view_models.gallery.gallery import GalleryModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.flow import Flow as Flow
from companion_app.ui.widgets.flow import Stop
from companion_app.ui.widgets.meter import Meter as Meter
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.row import Row as Row
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.way import Way as Way

Act = Callable[[], Coroutine[Any, Any, None] | None]


class GalleryBar(BoxLayout):
    """Stays at the foot of the page while something is chosen or about to go; takes no room otherwise."""

    title, detail = StringProperty(""), StringProperty("")


class GalleryPage(Page):
    """Looks at its model; only what is seen of the wall exists."""

    model: GalleryModel = ObjectProperty(None)
    counted, nothing, nothing_next = StringProperty(""), StringProperty(""), StringProperty("")
    coming_title, coming_detail, coming_kind = StringProperty(""), StringProperty(""), StringProperty("notice")
    part = NumericProperty(0)
    has_part = BooleanProperty(False)
    can_go_on, narrowed = BooleanProperty(False), BooleanProperty(False)
    done, requests = StringProperty(""), StringProperty("")
    choosing = BooleanProperty(False)
    problem_what, problem_next = StringProperty(""), StringProperty("")

    _shown: Any = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bar = GalleryBar()
        BoxLayout.add_widget(self, self.bar)  # below what scrolls

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        model.look()
        self._show_coming()
        self._show_problem()
        self.narrowed, self.counted = model.narrowed, model.counted if model.total else ""
        self.choosing = model.choosing
        self.ids.switches.offer([Stop(one.value, one.caption, one.on) for one in model.switches], model.switch)
        if self.ids.search.text != model.wanted.text:
            self.ids.search.text = model.wanted.text
        self.nothing, self.nothing_next = _nothing(model)
        wall = self.ids.wall
        if model.days is not self._shown:
            self._shown = model.days
            wall.show(model.days, model.tile, model.thumb)
        wall.choose(model.chosen, choosing=model.choosing)
        self.bar.title, self.bar.detail = _bar_words(model)
        acts = self._acts()
        self.bar.ids.acts.offer([stop for stop, _act in acts], lambda value: _run(acts, value))

    def _show_coming(self) -> None:
        coming = self.model.coming
        self.coming_title, self.coming_detail, self.coming_kind = coming.title, coming.detail, coming.kind
        self.has_part, self.part, self.can_go_on = coming.part is not None, coming.part or 0, coming.can_go_on

    def _show_problem(self) -> None:
        model = self.model
        failed = model.problem or model.leaving.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self.done = model.leaving.note
        requests = model.leaving.requests
        self.requests = (
            ngettext(
                "{n} request to erase what was shared waits in the ledger for you to send.",
                "{n} requests to erase what was shared wait in the ledger for you to send.",
                requests,
            )
            if requests
            else ""
        )

    def _acts(self) -> list[tuple[Stop, Act]]:
        """What can be done with what is chosen, or with what is about to go."""
        model = self.model
        if model.leaving.can_undo:
            return [(Stop("undo", _("Undo"), icon="undo"), model.leaving.undo)]
        if not model.choosing:
            return []
        some: list[tuple[Stop, Act]] = [
            (Stop("delete", _("Delete"), icon="delete-outline"), model.delete_chosen),
            (Stop("export", _("Export…"), icon="file-export-outline"), model.export_chosen),
        ]
        return [
            *(some if model.chosen else []),
            (Stop("all", _("All or none"), icon="select-all"), model.choose_all),
            (Stop("done", _("Done"), icon="close"), lambda: model.set_choosing(False)),
        ]


def _run(acts: list[tuple[Stop, Act]], value: str) -> None:
    job = next(act for stop, act in acts if stop.value == value)()
    if job is not None:
        App.get_running_app().start(job)


def _nothing(model: GalleryModel) -> tuple[str, str]:
    """What to say instead of pictures, and what to do next."""
    if model.count:
        return "", ""
    if not model.total:
        return _("No pictures yet."), _(
            "Take one under Live, or with the button of the glasses: it comes here by itself."
        )
    return _("Nothing is found like this."), _("Words are found in pictures that this phone has read.")


def _bar_words(model: GalleryModel) -> tuple[str, str]:
    if model.leaving.hidden:
        return model.leaving.words
    if model.choosing:
        return ngettext("{n} chosen", "{n} chosen", len(model.chosen)), ""
    return "", ""


load_beside(__file__)
