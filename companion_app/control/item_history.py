"""What happened to one picture, from both records: the glasses' journal as this phone holds it, and the phone's ledger.

A picture is found by its commitment. Records that name only its number count as long as no other item has that number:
glasses that were reset begin again at one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from companion_app.gallery.exporting.exporting import EXPORT
from companion_app.gallery.picture import Picture
from companion_app.ledger.lines import parsed
from companion_app.ledger.records import Entry
from companion_app.sharing.shares import Share


class What(StrEnum):
    """What happened. The first ones the glasses say, in their journal; the others stand in this phone's ledger."""

    BEGUN = "begun"  # a clip
    TAKEN = "taken"
    CUT_OFF = "cut_off"  # by a power loss
    FETCHED = "fetched"
    CONFIRMED = "confirmed"
    ERASED = "erased"
    IMPORTED = "imported"
    TOLD = "told"  # the glasses, that it is here
    QUESTION = "question"  # by voice, while it was taken
    SHARED = "shared"  # a yes to it; `share` says whether anything left, and what came back
    ASKED_BACK = "asked_back"
    EXPORTED = "exported"
    DELETED_THERE = "deleted_there"


@dataclass(frozen=True)
class Happening:
    """One record about the picture: when (Unix seconds, by the clock of who says it), what, and what the record says.

    `record` is its number in the journal (`of_glasses`) or in the ledger; `share` what became of a consent.
    """

    time_s: int
    what: What
    of_glasses: bool
    record: int
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    share: Share | None = None


_JOURNAL = {"import": What.FETCHED, "imported": What.CONFIRMED, "delete": What.ERASED, "question": What.QUESTION}
_LEDGER = {"imported": What.TOLD, "question": What.QUESTION, "deleted_on_glasses": What.DELETED_THERE}
_EXPOSURE = {"begun": What.BEGUN, "ended": What.TAKEN, "cut": What.CUT_OFF}


def history_of(
    picture: Picture, entries: Iterable[Entry], journal: Sequence[str], shares: Iterable[Share]
) -> tuple[Happening, ...]:
    """Oldest first. `journal`: the lines of this picture's glasses; `shares`: all of them."""
    found = [*_in_journal(picture, journal), *_in_ledger(picture, entries), *_in_shares(picture, shares)]
    return tuple(sorted(found, key=lambda each: (each.time_s, not each.of_glasses, each.record)))


def _in_journal(picture: Picture, journal: Sequence[str]) -> list[Happening]:
    """The records of the one item with this picture's number that this picture is."""
    items: list[list[Happening]] = [[]]
    for seq, time_s, kind, data in filter(None, map(parsed, journal)):
        if data.get("item") != picture.item:
            continue
        what = _exposed(data) if kind == "exposure" else _JOURNAL.get(kind)
        if what is What.BEGUN or (what is What.TAKEN and "state" not in data):
            items.append([])
        if what is not None:
            items[-1].append(Happening(time_s, what, of_glasses=True, record=seq, data=data))
    items = [item for item in items if item]
    ours = [item for item in items if any(one.data.get("commit") == picture.commitment for one in item)]
    if ours:
        return ours[-1]
    # The record with the commitment is pruned, or a power cut left none: only where there is no other candidate.
    nameless = [item for item in items if not any("commit" in one.data for one in item)]
    return nameless[0] if len(nameless) == len(items) == 1 else []


def _exposed(data: dict[str, Any]) -> What:
    return _EXPOSURE.get(str(data.get("state")), What.TAKEN)


def _in_ledger(picture: Picture, entries: Iterable[Entry]) -> Iterator[Happening]:
    """From what was said while it was taken, over its import, until that of another item with its number."""
    ours = False
    said: list[Happening] = []
    for entry in entries:
        data = entry.data
        if entry.kind == EXPORT:
            commits: object = data.get("commits")
            if isinstance(commits, list) and picture.commitment in commits:
                yield _of_phone(entry, What.EXPORTED)
        elif (data.get("glasses"), data.get("item")) != (picture.glasses, picture.item):
            continue
        elif entry.kind == "import":
            ours = data.get("commit") == picture.commitment
            if ours:
                yield from (*said, _of_phone(entry, What.IMPORTED))
            said = []
        elif entry.kind in _LEDGER:
            happening = _of_phone(entry, _LEDGER[entry.kind])
            if ours:
                yield happening
            elif happening.what is What.QUESTION:
                said.append(happening)


def _of_phone(entry: Entry, what: What) -> Happening:
    return Happening(entry.time_s, what, of_glasses=False, record=entry.seq, data=entry.data)


def _in_shares(picture: Picture, shares: Iterable[Share]) -> Iterator[Happening]:
    for share in shares:
        if share.picture_id != picture.id or share.live:
            continue
        yield _of_share(share, What.SHARED, share.time_s)
        asked = share.asked_back
        if asked is not None:
            yield _of_share(share, What.ASKED_BACK, asked.time_s)


def _of_share(share: Share, what: What, time_s: int) -> Happening:
    return Happening(time_s, what, of_glasses=False, record=-1, share=share)
