"""Lays out the blocks of one model. The same blocks stay where they are, with the keyboard where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kivy.app import App
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from companion_app.ui.screens.settings.door import DoorRow
from companion_app.ui.view_models.settings.blocks import (
    Act,
    Block,
    BlocksModel,
    Do,
    Door,
    Entry,
    Heading,
    Pick,
    Reading,
    Say,
    Words,
)
from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.fact import Fact
from companion_app.ui.widgets.field import Field
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card, Notice
from companion_app.ui.widgets.text import Text


class BlocksPage(Page):
    """Every block before the first Heading stands by itself, the others in the card of their heading."""

    model: BlocksModel = ObjectProperty(None)

    def __init__(self, **options: Any) -> None:
        self._shown: tuple[tuple[type[Block], str], ...] = ()
        self._blocks: tuple[Block, ...] = ()
        self._widgets: list[Any] = []
        super().__init__(**options)

    def refresh(self) -> None:
        """Look at the model again."""
        self.title = self.model.title
        blocks = tuple(self.model.blocks())
        if blocks == self._blocks:
            self._bind_anew(blocks)
            return
        shape = tuple((type(block), getattr(block, "key", "")) for block in blocks)
        if shape != self._shown:
            self._lay_out(blocks)
        self._shown, self._blocks = shape, blocks
        for block, widget in zip(blocks, self._widgets, strict=True):
            widget.block = block
            for name, value in _PROPERTIES[type(block)](block).items():
                if getattr(widget, name) != value:
                    setattr(widget, name, value)

    def _bind_anew(self, blocks: Sequence[Block]) -> None:
        """What looks the same may do something else now."""
        for block, widget in zip(blocks, self._widgets, strict=True):
            widget.block = block

    def _lay_out(self, blocks: Sequence[Block]) -> None:
        focused = next((one.block.key for one in self._widgets if getattr(one, "focus", False)), None)
        column = self.ids.column
        column.clear_widgets()
        self._widgets, into = [], column
        for block in blocks:
            if isinstance(block, Heading):
                into = Card()
                column.add_widget(into)
            widget = _MAKERS[type(block)](block)
            self._widgets.append(widget)
            into.add_widget(widget)
        column.add_widget(Widget())  # what is left over lies below
        for one, block in zip(self._widgets, blocks, strict=True):
            if focused and getattr(block, "key", "") == focused and hasattr(one, "focus"):
                one.focus = True


class SettingsPage(BlocksPage):
    """The room's own page: it stays while the pages within come and go."""


class _Blocked:
    """Knows the block it shows."""

    block: Any = None


class HeadingText(_Blocked, Text):
    """Begins a card."""


class WordsText(_Blocked, Text):
    """A paragraph."""


class ReadingFact(_Blocked, Fact):
    """A name and a value."""


class SayNotice(_Blocked, Notice):
    """Words with a meaning."""


class PickChoice(_Blocked, Choice):
    """A press asks the model; it shows what the model says then."""


class ActButton(_Blocked, Action):
    """A button."""


class DoorButton(_Blocked, DoorRow):
    """A row that leads on."""


class EntryField(_Blocked, Field):
    """A line to type."""


def _pressed(kind: Callable[..., Any]) -> Callable[[Any], Any]:
    def make(_block: Any) -> Any:
        widget = kind()
        widget.bind(on_release=lambda pressed: _run(pressed.block.do))
        return widget

    return make


def _typed(_block: Any) -> EntryField:
    widget = EntryField()
    widget.bind(text=lambda field, text: field.block.write(text) if field.block is not None else None)
    return widget


def _run(do: Do) -> None:
    job = do()
    if job is not None:
        App.get_running_app().start(job)


_MAKERS: Mapping[type[Block], Callable[[Any], Any]] = {
    Heading: lambda _block: HeadingText(role="title"),
    Words: lambda _block: WordsText(),
    Reading: lambda _block: ReadingFact(),
    Say: lambda _block: SayNotice(),
    Pick: _pressed(PickChoice),
    Act: _pressed(ActButton),
    Door: _pressed(DoorButton),
    Entry: _typed,
}
_PROPERTIES: Mapping[type[Block], Callable[[Any], dict[str, Any]]] = {
    Heading: lambda block: {"text": block.text},
    Words: lambda block: {"role": "small" if block.quiet else "body", "quiet": block.quiet, "text": block.text},
    Reading: lambda block: {"name": block.name, "value": block.value},
    Say: lambda block: {
        "kind": block.kind, "icon": block.icon, "seek": block.seek, "detail": block.detail, "title": block.title,
    },
    Pick: lambda block: {
        "value": block.key, "title": block.title, "detail": block.detail, "several": block.several,
        "chosen": block.chosen, "disabled": not block.enabled,
    },
    Act: lambda block: {
        "caption": block.caption, "icon": block.icon, "kind": block.kind, "disabled": not block.enabled,
    },
    Door: lambda block: {"title": block.title, "detail": block.detail, "icon": block.icon},
    Entry: lambda block: {
        "label": block.label, "hint": block.hint, "secret": block.secret, "text": block.text,
    },
}  # fmt: skip


load_beside(__file__)
