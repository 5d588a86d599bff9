"""The Ledger: what happened, in words; one touch to check it; and ways to show it to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.screens.ledger.ledger_row import LedgerRow
from companion_app.ui.view_models.ledger.ledger import LedgerModel
from companion_app.ui.view_models.ledger.rows import Row, Show
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.field import Field as Field
from companion_app.ui.widgets.flow import Flow as Flow
from companion_app.ui.widgets.flow import Stop
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.paragraphs import Paragraphs as Paragraphs
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools


class LedgerPage(Page):
    """Looks at its model; receipts open as a sheet over it."""

    model: LedgerModel = ObjectProperty(None)
    checking = BooleanProperty(False)
    verdict_kind = StringProperty("notice")
    verdict, verdict_means, findings = StringProperty(""), StringProperty(""), StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")
    nothing = StringProperty("")

    _listed: tuple[Row, ...] | None = None

    def refresh(self) -> None:
        """Look at the model again."""
        model = self.model
        model.look()
        self.checking = model.checking
        checked = model.checked
        self.verdict_kind = checked.kind if checked else "notice"
        self.verdict, self.verdict_means = (checked.title, checked.means) if checked else ("", "")
        self.findings = "\n\n".join(checked.findings) if checked else ""
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")
        stops = [Stop(show.value, caption, show is model.show) for show, caption in model.filters]
        self.ids.filters.offer(stops, lambda value: model.choose(Show(value)))
        self.ids.turning.offer(list(self._turns()))
        self.nothing = "" if model.rows else _nothing(model)
        self._list(model.rows)

    def _turns(self) -> Iterator[Offer]:
        if self.model.can_go_newer:
            yield Offer(_("Newer"), "chevron-up", lambda: self._turn(self.model.newer))
        if self.model.can_go_older:
            yield Offer(_("Older"), "chevron-down", lambda: self._turn(self.model.older))

    def _turn(self, turn: Callable[[], None]) -> None:
        """Another page of rows, from its top."""
        turn()
        self.ids.scroller.scroll_to(self.ids.filters, animate=False)

    def _list(self, rows: tuple[Row, ...]) -> None:
        if rows == self._listed:
            return
        self._listed = rows
        self.ids.rows.clear_widgets()
        for row in rows:
            shown = LedgerRow(
                icon=row.icon, title=row.title, detail=row.detail, source=row.source, receipt=row.receipt_id
            )
            shown.bind(on_open=_open_receipt)
            self.ids.rows.add_widget(shown)


def _open_receipt(row: Any) -> None:
    App.get_running_app().models.open_left(row.receipt)


def _nothing(model: LedgerModel) -> str:
    """What to say instead of rows."""
    if model.words:
        return _("No record holds these words.")
    if model.show is Show.TROUBLE:
        return _("Nothing needs your attention.")
    if model.show in (Show.LEFT, Show.BACK):
        return (
            _("Nothing of the kind: nothing was ever shared from this app.") if not model.has_shares else _("Nothing.")
        )
    return _("Nothing is on record yet.")


load_beside(__file__)
