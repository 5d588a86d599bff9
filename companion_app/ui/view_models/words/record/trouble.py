"""Records of the record itself: what was checked and signed, and what was found damaged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from companion_app.language import _, ngettext
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, joined, number, text

_MOST_SENTENCES = 5


def _journal(data: Data) -> Told:
    count = number(data, "count")
    return Told(
        _("The glasses' journal was whole, and this phone signed it"),
        ngettext("{n} record.", "{n} records.", count),
    )


def _journal_damage(data: Data) -> Told:
    return Told(_("The glasses' journal did not fit what this phone had seen"), _found(data))


def _journal_accepted(data: Data) -> Told:
    return Told(_("You accepted what was found in the glasses' journal"), _found(data))


def _damage(data: Data) -> Told:
    return Told(_("This app found its own record damaged"), _found(data))


def _recovered(data: Data) -> Told:
    count = number(data, "dropped_bytes")
    return Told(
        _("The app had ended in the middle of a record"),
        ngettext(
            "{n} byte of an unfinished line was dropped; nothing that was confirmed is missing.",
            "{n} bytes of an unfinished line were dropped; nothing that was confirmed is missing.",
            count,
        ),
    )


def _found(data: Data) -> str:
    """What was found, by position, and what the glasses said."""
    rows = data.get("findings")
    sentences: list[str] = []
    for row in cast("list[object]", rows)[:_MOST_SENTENCES] if isinstance(rows, list) else ():
        match row:
            case [str(name), int(position)]:
                named = text({"n": name.replace("_", " ").lower()}, "n")
                sentences.append(_("Record {number}: {finding}.", number=position, finding=named))
            case _other:
                continue
    said = data.get("told")
    for line in cast("list[object]", said)[:_MOST_SENTENCES] if isinstance(said, list) else ():
        sentences.append(text({"n": line}, "n"))
    return joined(*sentences)


TROUBLE: Mapping[str, Kind] = {
    "journal": Kind(Group.DEVICES, "check-decagram-outline", _journal),
    "journal_damage": Kind(Group.TROUBLE, "alert-outline", _journal_damage),
    "journal_accepted": Kind(Group.TROUBLE, "alert-outline", _journal_accepted),
    "damage": Kind(Group.TROUBLE, "alert-outline", _damage),
    "recovered": Kind(Group.TROUBLE, "information-outline", _recovered),
}
