"""What a check of the record found, in words: what happened to it, what that means, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_, _, ngettext
from companion_app.ledger.verdict import Damage, Finding, Verdict
from companion_app.sharing.check import Fault, ReceiptFinding
from companion_app.sharing.exported import Checked

_MOST_SHOWN = 20

_MEANS: Mapping[Damage, str] = {
    Damage.UNREADABLE: N_("Record {number} is no record any more: the file was damaged, or somebody wrote into it."),
    Damage.EDITED: N_("Record {number} was changed after it was written. Do not rely on what it says."),
    Damage.REMOVED: N_("Record {number} is missing. Somebody or something took it out."),
    Damage.REORDERED: N_("Record {number} stands in another place than it was written in."),
    Damage.DUPLICATED: N_("Record {number} stands there twice."),
    Damage.REPLACED: N_("Record {number} was exchanged for another one."),
    Damage.CUT_OFF: N_("Record {number} and everything after it is missing, or an older copy was put back."),
    Damage.GAP: N_("Record {number} and some after it were dropped before this phone had seen them."),
    Damage.HEAD_BEHIND: N_("From record {number} on, the note of how far the record goes is older than the record."),
    Damage.HEAD_MISSING: N_("The note of how far the record goes is missing, so nobody can tell whether its end is."),
}
_RECEIPTS: Mapping[Fault, str] = {
    Fault.MISSING: N_("Receipt {receipt} is missing among your copies."),
    Fault.UNREADABLE: N_("Your copy of receipt {receipt} cannot be read."),
    Fault.DIFFERS: N_("Your copy of receipt {receipt} says something else than the ledger."),
    Fault.TERMS: N_("Your copy of receipt {receipt} holds other terms than you agreed to."),
    Fault.STRANGER: N_("Receipt {receipt} is in no record of this ledger."),
    Fault.LOG: N_("The log of live session {receipt} is not the one that the ledger vouches for."),
    Fault.LOG_MISSING: N_("The log of live session {receipt} is gone."),
}
_SHORT = 8


@dataclass(frozen=True)
class CheckedWords:
    """`findings`: a sentence each. `means`: what follows from them. `kind` is a tone."""

    kind: str
    title: str
    means: str
    findings: tuple[str, ...] = ()


def checked_words(checked: Checked, journal: Verdict | None = None) -> CheckedWords:
    """What was found in the app's record, its receipts, and (where it was read) the glasses' journal."""
    found = [*map(finding_words, dict.fromkeys((*checked.verdict.findings, *checked.verdict.recorded)))]
    found += map(receipt_words, checked.receipts)
    if journal is not None and not journal.intact:
        found += [_("The glasses' journal: {finding}", finding=words) for words in map(finding_words, journal.findings)]
        found += journal.told
    if not found:
        return CheckedWords(
            "good",
            ngettext("{n} record, all in place", "All {n} records are in place", checked.verdict.count),
            _(
                "Nothing was changed, removed, moved or cut off, and every receipt fits. What this cannot show: record "
                "and note put back together to an older state, by somebody who had this device while it was unlocked."
            ),
        )
    shown = tuple(found[:_MOST_SHOWN])
    more = len(found) - len(shown)
    if more:
        shown = (*shown, ngettext("And {n} more.", "And {n} more.", more))
    return CheckedWords(
        "problem",
        _("The record is not whole"),
        _(
            "The other records still stand. If you restored a backup, that is why. If not, a disk failed, or somebody "
            "had this device while it was unlocked: do not rely on what the record says about that time. Export it "
            "now, so that you can show it as it is. New records go on after this, and this finding stays on record."
        ),
        shown,
    )


def finding_words(finding: Finding) -> str:
    """One damage, in a sentence."""
    return _(_MEANS[finding.damage], number=finding.position)


def receipt_words(finding: ReceiptFinding) -> str:
    """One receipt that is not as it was given."""
    return _(_RECEIPTS[finding.fault], receipt=finding.receipt_id[:_SHORT])
