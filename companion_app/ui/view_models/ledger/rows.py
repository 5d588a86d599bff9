"""The rows of the Ledger page: records, acts of sharing, or lines of the glasses' journal, each in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from companion_app.language import N_, _, moment_words
from companion_app.ledger import Entry
from companion_app.ledger.lines import parsed
from companion_app.sharing.shares import Share
from companion_app.ui.view_models.words.record.journal import JOURNAL, journal_told
from companion_app.ui.view_models.words.record.words import group_of, icon_of, told
from companion_app.ui.view_models.words.sharing import asked_back_words, fate, what_left

_RECEIPT = "receipt_id"


class Show(StrEnum):
    """What the page shows."""

    ALL = "all"
    TAKEN = "taken"
    LEFT = "left"
    BACK = "back"
    ANSWERS = "answers"
    DEVICES = "devices"
    TROUBLE = "trouble"
    JOURNAL = "journal"


SHOW_WORDS = {
    Show.ALL: N_("Everything"),
    Show.TAKEN: N_("Taken"),
    Show.LEFT: N_("Left this device"),
    Show.BACK: N_("Asked back"),
    Show.ANSWERS: N_("Your answers"),
    Show.DEVICES: N_("Glasses and phones"),
    Show.TROUBLE: N_("Needs attention"),
    Show.JOURNAL: N_("The glasses' own journal"),
}


@dataclass(frozen=True)
class Row:
    """One row: `source` says when, and where it stands; `receipt_id` leads to a receipt, where there is one."""

    icon: str
    title: str
    detail: str
    source: str
    receipt_id: str = ""


@dataclass(frozen=True)
class Record:
    """Everything that rows are made of; each newest last, as it was written. `running`: the receipt of a live session
    that is not over."""

    entries: Sequence[Entry]
    shares: Sequence[Share]  # newest first
    journal: Sequence[str]
    running: str = ""


def rows(record: Record, show: Show, words: str, first: int, count: int) -> list[Row]:
    """`count` rows from number `first` on, newest first, of those that hold all of `words`."""
    wanted = words.casefold().split()
    fitting = (row for row in _rows(record, show) if _holds(row, wanted))
    return list(islice(fitting, first, first + count))


def _rows(record: Record, show: Show) -> Iterator[Row]:
    """Lazily: telling ten thousand records in words takes longer than anybody waits for a touch."""
    if show in (Show.LEFT, Show.BACK):
        shares = (share for share in record.shares if show is Show.LEFT or share.asked_back is not None)
        return (share_row(share, running=share.receipt_id == record.running) for share in shares)
    if show is Show.JOURNAL:
        return (row for line in reversed(record.journal) if (row := line_row(line)) is not None)
    entries = (one for one in reversed(record.entries) if show is Show.ALL or group_of(one.kind) == show.value)
    return map(entry_row, entries)


def entry_row(entry: Entry) -> Row:
    """One record of this phone's ledger."""
    words = told(entry.kind, entry.data)
    agreed = entry.kind == "share_agreed"
    receipt = str(entry.data.get(_RECEIPT) or "") if agreed else ""
    return Row(icon_of(entry.kind), words.title, words.detail, _source(entry.time_s, entry.seq), receipt)


def share_row(share: Share, *, running: bool = False) -> Row:
    """One act of sharing with everything that became of it."""
    what = _("{fate}: {what}", fate=fate(share, running=running), what=what_left(share))
    parts = [
        what,
        _("For: {purpose}.", purpose=share.purpose) if share.purpose else "",
        asked_back_words(share.asked_back),
    ]
    detail = "\n".join(part for part in parts if part)
    return Row("export-variant", share.recipient, detail, when_words(share.time_s), share.receipt_id)


def line_row(line: str) -> Row | None:
    """One line of the glasses' journal; None for what is none."""
    found = parsed(line)
    if found is None:
        return None
    seq, time_s, kind, data = found
    words = journal_told(kind, data)
    icon = JOURNAL[kind].icon if kind in JOURNAL else icon_of(kind)
    return Row(icon, words.title, words.detail, _source(time_s, seq))


def when_words(time_s: int) -> str:
    """A moment; a forged record may name one that no calendar has."""
    try:
        return moment_words(time_s)
    except (OverflowError, OSError, ValueError):
        return _("at no time that a calendar has")


def _source(time_s: int, number: int) -> str:
    return _("{when} · record {number}", when=when_words(time_s), number=number)


def _holds(row: Row, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    said = f"{row.title} {row.detail} {row.source}".casefold()
    return all(word in said for word in wanted)
