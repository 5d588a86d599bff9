"""The one way from a record to its words; a kind that nobody knows is named, never hidden."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import _
from companion_app.ui.view_models.words.record.owning import OWNING
from companion_app.ui.view_models.words.record.sharing import SHARING
from companion_app.ui.view_models.words.record.taking import TAKING
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, text
from companion_app.ui.view_models.words.record.trouble import TROUBLE

_KINDS: Mapping[str, Kind] = {**TAKING, **SHARING, **OWNING, **TROUBLE}
_UNKNOWN_ICON = "help-circle-outline"


def known_kinds() -> frozenset[str]:
    """Every kind of the app's ledger that has words."""
    return frozenset(_KINDS)


def group_of(kind: str) -> Group:
    """Among what a record of this kind is told."""
    return _KINDS[kind].group if kind in _KINDS else Group.OTHER


def icon_of(kind: str) -> str:
    """The sign beside it."""
    return _KINDS[kind].icon if kind in _KINDS else _UNKNOWN_ICON


def told(kind: str, data: Data) -> Told:
    """A record in words. Whatever its fields hold, this does not fail."""
    if kind in _KINDS:
        return _KINDS[kind].tell(data)
    return Told(_("A record of a kind that this app does not know: {kind}", kind=text({"kind": kind}, "kind")))


def group_words(group: Group) -> str:
    """What a filter is called."""
    return {
        Group.TAKEN: _("Taken"),
        Group.LEFT: _("Left this device"),
        Group.BACK: _("Asked back"),
        Group.ANSWERS: _("Your answers"),
        Group.DEVICES: _("Glasses and phones"),
        Group.TROUBLE: _("Needs attention"),
        Group.OTHER: _("Other"),
    }[group]
