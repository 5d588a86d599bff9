"""Examines the lines of a chain against each other and against the head kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from companion_app.ledger.head import Head
from companion_app.ledger.records import GENESIS, Entry, UnreadableLine, parse_line
from companion_app.ledger.verdict import Damage, Finding


def examine(lines: Sequence[bytes], head: Head | None) -> tuple[Finding, ...]:
    """Every damage that `lines` (without newlines) and `head` show, by position."""
    findings: list[Finding] = []
    placed = _place(lines, findings)
    findings += _order(placed)
    findings += _links(placed)
    findings += _against_head(placed, head)
    return tuple(sorted(set(findings), key=lambda finding: (finding.position, finding.damage.name)))


def _place(lines: Sequence[bytes], findings: list[Finding]) -> list[tuple[int, Entry | None]]:
    """Each line's position and its record; an edited line keeps the place it stands in, and None."""
    placed: list[tuple[int, Entry | None]] = []
    expected = 0
    for line in lines:
        try:
            entry, sound = parse_line(line)
        except UnreadableLine:
            findings.append(Finding(Damage.UNREADABLE, expected))
            placed.append((expected, None))
        else:
            if not sound:
                findings.append(Finding(Damage.EDITED, expected))
            else:
                expected = entry.seq
            placed.append((expected, entry if sound else None))
        expected += 1
    return placed


def _order(placed: Sequence[tuple[int, Entry | None]]) -> list[Finding]:
    """Records that stand twice, too early or too late, or that are missing before the last."""
    findings: list[Finding] = []
    seen: set[int] = set()
    highest = -1
    for position, _ in placed:
        if position in seen:
            findings.append(Finding(Damage.DUPLICATED, position))
        elif position < highest:
            findings.append(Finding(Damage.REORDERED, position))
        seen.add(position)
        highest = max(highest, position)
    # A forged sequence number must not make the list of missing records long: the first of each gap is named.
    present = sorted(seen)
    for before, after in pairwise([-1, *present]):
        if after > before + 1:
            findings.append(Finding(Damage.REMOVED, before + 1))
    return findings


def _links(placed: Sequence[tuple[int, Entry | None]]) -> list[Finding]:
    """Records whose successor was chained to something else."""
    findings: list[Finding] = []
    if placed and (first := placed[0][1]) is not None and first.seq == 0 and first.previous != GENESIS:
        findings.append(Finding(Damage.REPLACED, 0))
    for (position, entry), (following, successor) in pairwise(placed):
        if entry is None or successor is None or following != position + 1:
            continue
        if successor.previous != entry.hash:
            findings.append(Finding(Damage.REPLACED, position))
    return findings


def _against_head(placed: Sequence[tuple[int, Entry | None]], head: Head | None) -> list[Finding]:
    count = max((position for position, _ in placed), default=-1) + 1
    if head is None:
        return [Finding(Damage.HEAD_MISSING, 0)] if count else []
    if head.count > count:
        return [Finding(Damage.CUT_OFF, count)]
    findings: list[Finding] = []
    last = next((entry for position, entry in placed if position == head.count - 1), None)
    if last is not None and last.hash != head.hash:
        findings.append(Finding(Damage.REPLACED, head.count - 1))
    if head.count < count:
        findings.append(Finding(Damage.HEAD_BEHIND, head.count))
    return findings
