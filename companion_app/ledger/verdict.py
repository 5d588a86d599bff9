"""What an examination of a chain found, by position and in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Damage(StrEnum):
    """How a chain was tampered with or damaged; the value is the sentence's middle."""

    UNREADABLE = "is not a record"
    EDITED = "was edited"
    REMOVED = "was removed"
    REORDERED = "was moved"
    DUPLICATED = "stands twice"
    REPLACED = "was exchanged for another"
    CUT_OFF = "and all after it were cut off, or an older copy was put back"
    GAP = "and some after it were pruned before this phone had seen them: another phone had signed them, or nobody had"
    HEAD_BEHIND = "and all after it are not in the head: an older head was put back"
    HEAD_MISSING = "and all after it have no head to be compared with"


@dataclass(frozen=True)
class Finding:
    """One damage at record number `position` (from 0)."""

    damage: Damage
    position: int

    def __str__(self) -> str:
        return f"record {self.position} {self.damage.value}"


@dataclass(frozen=True)
class Verdict:
    """The result for `count` records found; `recorded` are damages that earlier openings wrote into the chain.

    `first`: this copy begins there; `told`: sentences about what the glasses say themselves that was done to them.
    """

    count: int
    findings: tuple[Finding, ...]
    recorded: tuple[Finding, ...] = ()
    first: int = 0
    told: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """True when nothing was found now or before, and the glasses have nothing to say."""
        return not self.findings and not self.recorded and not self.told

    def words(self) -> str:
        """One sentence per finding, for people."""
        found = [f"{str(finding)[0].upper()}{str(finding)[1:]}." for finding in (*self.findings, *self.recorded)]
        if not self.intact:
            return " ".join([*found, *self.told])
        if self.first:
            return (
                f"All records from number {self.first} to {self.count - 1} are in place. "
                "This phone never saw the earlier ones: the glasses had pruned them, after a phone had signed them."
            )
        return f"All {self.count} records are in place."
