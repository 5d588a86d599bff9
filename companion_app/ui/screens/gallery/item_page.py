"""One picture: what it shows, what its light proves, everything that happened to it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.screens.gallery.player_card import PlayerCard as PlayerCard
from companion_app.ui.screens.ledger.ledger_row import LedgerRow
from companion_app.ui.view_models.gallery.item import ItemModel
from companion_app.ui.view_models.words.record.happening import HappeningWords
from companion_app.ui.widgets.fact import Fact
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.picture_view import PictureView as PictureView
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools


class ItemPage(Page):
    """Looks at its model; a receipt opens as a sheet over it."""

    model: ItemModel = ObjectProperty(None)
    heading, mark = StringProperty(""), StringProperty("")
    proven = BooleanProperty(False)
    verdict, evidence = StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    _drawn: Any = None
    _told: tuple[HappeningWords, ...] | None = None
    _listed: list[tuple[str, str]] | None = None

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        self.heading, self.mark = model.title, model.mark
        light = model.light
        self.proven, self.verdict, self.evidence = light.proven, light.title, light.detail
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        self.ids.player.show(model.player)
        self.ids.tools.offer(list(self._offers()))
        self._list_facts(model.facts)
        self._tell_history(model.history)

    @property
    def must_draw(self) -> bool:
        """True while it is not read yet, or another frame is due."""
        return self._drawn != self._due()

    async def draw(self) -> None:
        """Read it, and draw what is due."""
        due = self._drawn = self._due()
        await self.model.open()
        if self.model.problem is not None and self.model.jpeg is None:
            self.ids.view.clear(broken=True)
        elif due != "unread" and self.model.jpeg is not None:
            player = self.model.player
            await self.ids.view.show(self.model.jpeg if player is None else player.jpeg())

    def _due(self) -> Any:
        player = self.model.player
        if player is not None:
            return player.frame
        return "unread" if self.model.jpeg is None else "picture"

    def _offers(self) -> Iterator[Offer]:
        model, shell = self.model, self.shell
        if not model.is_clip:
            yield Offer(_("Ask about it"), "comment-question-outline", lambda: shell.ask_about(model.picture))
        yield Offer(_("Export…"), "file-export-outline", model.export)
        yield Offer(_("Delete"), "delete-outline", model.delete)

    def _list_facts(self, facts: list[tuple[str, str]]) -> None:
        if facts == self._listed:
            return
        self._listed = facts
        self.ids.facts.clear_widgets()
        for name, value in facts:
            if value:
                self.ids.facts.add_widget(Fact(name=name, value=value))

    def _tell_history(self, history: tuple[HappeningWords, ...]) -> None:
        if history == self._told:
            return
        self._told = history
        self.ids.history.clear_widgets()
        for one in history:
            row = LedgerRow(
                icon=one.icon, title=one.title, detail=one.detail, source=one.source, receipt=one.receipt_id
            )
            row.bind(on_open=lambda pressed: self.shell.open_left(pressed.receipt))
            self.ids.history.add_widget(row)


load_beside(__file__)
