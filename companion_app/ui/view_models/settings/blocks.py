"""What stands on a page of settings, as data: the page lays it out, and every page of settings looks alike."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from companion_app.ui.view_models.observable import Observable

Job = Coroutine[Any, Any, None] | None
Do = Callable[[], Job]


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Heading:
    """Begins a card of its own."""

    text: str


@dataclass(frozen=True)
class Words:
    """A paragraph; `quiet` for what is only good to know."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Reading:
    """A name and what it is."""

    name: str
    value: str


@dataclass(frozen=True)
class Say:
    """Words with a meaning: kind is good, caution, problem or notice. `seek`: scrolls itself into view."""

    kind: str
    icon: str
    title: str
    detail: str = ""
    seek: bool = False


@dataclass(frozen=True)
class Pick:
    """One of several answers, or with `several` a switch by itself."""

    key: str
    title: str
    detail: str
    chosen: bool
    do: Do = field(default=_nothing, compare=False)
    several: bool = False
    enabled: bool = True


@dataclass(frozen=True)
class Act:
    """A button. Kinds as of `widgets.Action`."""

    key: str
    caption: str
    icon: str
    do: Do = field(default=_nothing, compare=False)
    kind: str = "outlined"
    enabled: bool = True


@dataclass(frozen=True)
class Door:
    """Leads to a page within."""

    key: str
    title: str
    detail: str
    icon: str
    do: Do = field(default=_nothing, compare=False)


@dataclass(frozen=True)
class Entry:
    """A line to type; `write` hears every change."""

    key: str
    label: str
    hint: str
    text: str
    write: Callable[[str], None] = field(default=lambda _text: None, compare=False)
    secret: bool = False


Block = Heading | Words | Reading | Say | Pick | Act | Door | Entry


class BlocksModel(Observable):
    """A page of settings. `begin` runs when it is opened, `end` when it is left."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What the page is called."""

    @abstractmethod
    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""

    async def begin(self) -> None:
        """Ask for what the page shows and does not have yet."""

    def end(self) -> None:
        """Stop looking."""
