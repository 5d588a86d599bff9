"""Examines the lines of a chain against each other and against the head kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from companion_app.ledger.head import Head
from companion_app.ledger.records import GENESIS, Entry, UnreadableLine, parse_line
from companion_app.ledger.verdict import Damage, Finding


@dataclass(frozen=True)
class Examination:
    """`entries` are the records whose hash fits their text; the next record is number `count`, chained to `tail`."""

    findings: tuple[Finding, ...]
    entries: tuple[Entry, ...]
    count: int
    tail: str


@dataclass(frozen=True)
class _Placed:
    """A line at its position: the number it bears, or the place it stands in where its number cannot be believed."""

    position: int
    entry: Entry | None
    damage: Damage | None = None


def examine(lines: Sequence[bytes], head: Head | None) -> Examination:
    """Every damage that `lines` (without newlines) and `head` show, by position, and what can still be believed."""
    placed, tail = _place(lines)
    findings = {Finding(one.damage, one.position) for one in placed if one.damage is not None}
    findings.update(_order(placed), _links(placed), _against_head(placed, head))
    return Examination(
        findings=tuple(sorted(findings, key=lambda finding: (finding.position, finding.damage.name))),
        entries=tuple(one.entry for one in placed if one.entry is not None),
        count=_count(placed),
        tail=tail,
    )


def _place(lines: Sequence[bytes]) -> tuple[list[_Placed], str]:
    placed: list[_Placed] = []
    position, tail = -1, GENESIS
    for line in lines:
        position += 1
        try:
            entry, sound = parse_line(line)
        except UnreadableLine:
            placed.append(_Placed(position, None, Damage.UNREADABLE))
            continue
        tail = entry.hash
        if sound:
            position = entry.seq
            placed.append(_Placed(position, entry))
        else:
            placed.append(_Placed(position, None, Damage.EDITED))
    return placed, tail


def _order(placed: Sequence[_Placed]) -> list[Finding]:
    """Records that stand twice or too late, and the first of each run that is missing before the last."""
    findings: list[Finding] = []
    seen: set[int] = set()
    highest = -1
    for one in placed:
        if one.position in seen:
            findings.append(Finding(Damage.DUPLICATED, one.position))
        elif one.position < highest:
            findings.append(Finding(Damage.REORDERED, one.position))
        seen.add(one.position)
        highest = max(highest, one.position)
    gaps = pairwise([-1, *sorted(seen)])
    return findings + [Finding(Damage.REMOVED, before + 1) for before, after in gaps if after > before + 1]


def _links(placed: Sequence[_Placed]) -> list[Finding]:
    """Records that are not the ones their successors were chained to."""
    findings: list[Finding] = []
    if placed and (first := placed[0].entry) is not None and first.seq == 0 and first.previous != GENESIS:
        findings.append(Finding(Damage.REPLACED, 0))
    for one, following in pairwise(placed):
        if one.entry is None or following.entry is None or following.position != one.position + 1:
            continue
        if following.entry.previous != one.entry.hash:
            findings.append(Finding(Damage.REPLACED, one.position))
    return findings


def _against_head(placed: Sequence[_Placed], head: Head | None) -> list[Finding]:
    count = _count(placed)
    if head is None:
        return [Finding(Damage.HEAD_MISSING, 0)] if count else []
    if head.count > count:
        return [Finding(Damage.CUT_OFF, count)]
    findings: list[Finding] = []
    last = next((one.entry for one in placed if one.position == head.count - 1), None)
    if last is not None and last.hash != head.hash:
        findings.append(Finding(Damage.REPLACED, head.count - 1))
    if head.count < count:
        findings.append(Finding(Damage.HEAD_BEHIND, head.count))
    return findings


def _count(placed: Sequence[_Placed]) -> int:
    return max((one.position for one in placed), default=-1) + 1
