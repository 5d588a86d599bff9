"""What an examination of the glasses' journal, or of this app's own ledger, found: one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_, _
from companion_app.ledger import Verdict
from companion_app.ledger.verdict import Damage, Finding

_FOUND: Mapping[Damage, str] = {
    Damage.UNREADABLE: N_("Record {n} is not a record."),
    Damage.EDITED: N_("Record {n} was edited."),
    Damage.REMOVED: N_("Record {n} was removed."),
    Damage.REORDERED: N_("Record {n} was moved."),
    Damage.DUPLICATED: N_("Record {n} stands twice."),
    Damage.REPLACED: N_("Record {n} was exchanged for another."),
    Damage.CUT_OFF: N_("Record {n} and all after it were cut off, or an older copy was put back."),
    Damage.GAP: N_(
        "Record {n} and some after it were pruned before this phone had seen them: another phone had signed them, "
        "or nobody had."
    ),
    Damage.HEAD_BEHIND: N_("Record {n} and all after it are not in the head: an older head was put back."),
    Damage.HEAD_MISSING: N_("Record {n} and all after it have no head to be compared with."),
}


def finding_words(finding: Finding) -> str:
    """One damage, where it is."""
    return _(_FOUND[finding.damage], n=finding.position)


def verdict_words(verdict: Verdict) -> str:
    """What was found; what the glasses say themselves that was done to them stands last, as they say it."""
    if not verdict.intact:
        return " ".join([*map(finding_words, (*verdict.findings, *verdict.recorded)), *verdict.told])
    if verdict.first:
        return _(
            "All records from number {first} to {last} are in place. This phone never saw the earlier ones: "
            "the glasses had pruned them, after a phone had signed them.",
            first=verdict.first,
            last=verdict.count - 1,
        )
    return _("All {n} records are in place.", n=verdict.count)
