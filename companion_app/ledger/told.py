"""What the glasses themselves say that happened to their journal and files while no phone was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from companion_app.ledger.lines import data_of, kind_of
from companion_app.plain_text import plain_text

_JOURNAL_WORDS = {
    "edited": "a record of their journal had been edited",
    "removed": "records had been taken out of the middle of their journal",
    "reordered": "records of their journal had been moved",
    "truncated": "the end of their journal had been cut off",
    "rolled_back": "their journal, or their note of how far it goes, had been removed or put back to an older state",
    "unreadable": "their journal could not be read",
}
_MOST_CHARACTERS = 80
_MOST = 20


@dataclass(frozen=True)
class Told:
    """One such statement: in record `position`, in words."""

    position: int
    what: str

    def __str__(self) -> str:
        return f"In record {self.position} the glasses say that {self.what}."


def told(lines: Sequence[str], first: int) -> tuple[Told, ...]:
    """What the records say, the newest of it where it is very much; `first` is the number of the first of them."""
    found = ((position, _words(line)) for position, line in enumerate(lines, first))
    return tuple(Told(position, words) for position, words in found if words is not None)[-_MOST:]


def _words(line: str) -> str | None:
    kind, data = kind_of(line), data_of(line)
    if kind == "boot":
        return _JOURNAL_WORDS.get(str(data.get("journal")))
    if kind == "damage":
        file, what = (plain_text(str(data.get(name, "?")), _MOST_CHARACTERS) for name in ("file", "what"))
        return f"they found {file} damaged ({what})"
    return None
