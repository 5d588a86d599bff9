"""Buttons of one size: side by side, or one above the other when words need the room."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.gridlayout import GridLayout

from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.row import mirror
from companion_app.ui.widgets.rules import load_beside


@dataclass(frozen=True)
class Offer:
    """One thing that can be done now; an act that takes time gives a coroutine to run."""

    caption: str
    icon: str
    act: Callable[[], Coroutine[Any, Any, None] | None]


class EvenGrid(GridLayout):
    """Widgets with a `needed_height` (Action, Choice), all of the same size: that of the one that needs most."""

    stacked = BooleanProperty(False)
    tallest = NumericProperty(0)

    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None:
        """Let `widget` be as tall as its tallest neighbour."""
        widget.size_hint_y = 1
        widget.bind(needed_height=self._measure)
        super().add_widget(widget, *arguments, **options)
        self._measure()

    def do_layout(self, *arguments: Any) -> None:
        """Place as always, then mirror where lines begin on the right."""
        super().do_layout(*arguments)
        mirror(self)

    def _measure(self, *_: object) -> None:
        self.tallest = max((child.needed_height for child in self.children), default=0)
        for child in self.children:
            child.size_hint_y = 1  # a rule that is applied after the child was added takes its own height back


class Ways(EvenGrid):
    """Ways on that are equally good. On a sheet they stand below what scrolls, always seen."""


class Tools(EvenGrid):
    """What can be done to what stands above; `offer` lays out what there is to do now."""

    def __init__(self, **options: Any) -> None:
        self._offered: tuple[tuple[str, str], ...] = ()
        super().__init__(**options)

    def offer(self, actions: Sequence[Offer]) -> None:
        """Replace the buttons; the same ones stay as they are, with the keyboard where it was."""
        offered = tuple((one.caption, one.icon) for one in actions)
        if offered == self._offered:
            return
        self._offered = offered
        self.clear_widgets()
        for one in actions:
            button = Action(caption=one.caption, icon=one.icon, kind="outlined")
            button.bind(on_release=lambda _, act=one.act: _run(act))
            self.add_widget(button)


def _run(act: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
    job = act()
    if job is not None:
        App.get_running_app().start(job)


load_beside(__file__)
