"""One record in words, with a way to its receipt where it has one."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from companion_app.ui.widgets.column import Column as Column  # named in ledger_row.kv
from companion_app.ui.widgets.row import Row as Row  # named in ledger_row.kv
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.text import Icon as Icon  # named in ledger_row.kv
from companion_app.ui.widgets.text import Text as Text  # named in ledger_row.kv
from companion_app.ui.widgets.way import Way as Way  # named in ledger_row.kv


class LedgerRow(Card):
    """Dispatches `on_open` where its receipt is to be shown."""

    icon, title, detail = StringProperty("blank"), StringProperty(""), StringProperty("")
    source, receipt = StringProperty(""), StringProperty("")

    def __init__(self, **options: Any) -> None:
        self.register_event_type("on_open")
        super().__init__(**options)

    def on_open(self) -> None:
        """Bind to it."""


load_beside(__file__)
