"""The phone's copy of the glasses' journal: each visit must continue the chain that was seen before.

Chain: h_0 = SHA-256("plainsight-journal-v1" ‖ certificate's SHA-256), h_n+1 = SHA-256(h_n ‖ line n as received).
The glasses prune old records that a phone has signed, so they state where their chain begins; this phone keeps its own.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Awaitable, Callable, Sequence

from companion_app.ledger.head import Head
from companion_app.ledger.lines import chain, data_of, in_order, kind_of, misplaced
from companion_app.ledger.mirror_files import MirrorFiles
from companion_app.ledger.told import Told, told
from companion_app.ledger.verdict import Damage, Finding, Verdict
from companion_app.vault import SealedFiles

Read = Callable[[int, int], Awaitable[list[str]]]  # (first, count) -> lines of the glasses

_OWN_SIGNATURES = ("countersign", "prune")  # what our own signature brings about calls for no further signature
_PAGE = 16


class JournalMirror:
    """`glasses` names the files. Lines among `files`; what was seen last, and signed last, among `heads`."""

    def __init__(self, files: SealedFiles, heads: SealedFiles, glasses: str, certificate_sha256: bytes) -> None:
        self._genesis = hashlib.sha256(b"plainsight-journal-v1" + certificate_sha256).hexdigest()
        self._files = MirrorFiles(files, heads, glasses, self._genesis)
        self._load()

    @property
    def seen(self) -> Head:
        """How far the glasses' chain was seen whole."""
        return self._seen

    @property
    def first(self) -> int:
        """The number of the oldest record that this phone holds."""
        return self._first.count

    def lines(self) -> tuple[str, ...]:
        """The glasses' records as they said them."""
        return tuple(self._lines)

    def told(self) -> tuple[Told, ...]:
        """What the glasses say was done to them, as far as the owner has not accepted it."""
        return self._told(self.first, self._lines)

    async def check(self, stated: Head, read: Read, base: Head | None = None) -> Verdict:
        """Fetch what is new and verify that it continues what was seen, up to the head that the glasses state.

        `base`: where the glasses say that their chain begins. A sound chain is stored, durable on return; of a damaged
        one nothing is.
        """
        base = base or Head(0, self._genesis)
        if stated.count < max(self._seen.count, base.count):
            return Verdict(stated.count, (Finding(Damage.CUT_OFF, stated.count),), told=self._said())
        held = _Held(self._first, self._lines, self._seen)
        if self._seen.count == 0 or (self._spoilt and base.count <= self._seen.count):
            held = _Held(base, [], Head(0, self._genesis) if self._seen.count == 0 else self._seen)
        elif self._spoilt:
            held = _Held(self._seen, [], self._seen)
        fresh, finding = await _fetch(held.end, base, stated, read)
        if finding is None and (broken := _broken(held, fresh, base, stated)) is not None:
            finding = await _first_difference(held, fresh, base, stated, read) or broken
        if finding is not None:
            said = self._told(held.first.count, [*held.lines, *fresh])  # also what is not taken in
            return Verdict(stated.count, (finding,), told=tuple(map(str, said)))
        self._store(held, fresh, stated)
        return Verdict(stated.count, (), first=self.first, told=self._said())

    async def accept(self, stated: Head, read: Read, base: Head) -> str | None:
        """The owner goes on from what the glasses say now; returns the name under which the old lines are kept.

        None where the chain was whole and only what the glasses had to say is accepted. Raises OSError.
        """
        verdict = await self.check(stated, read, base)
        archive = None
        if verdict.findings:
            archive = self._files.archive()
            self._load()
            if (await self.check(stated, read, base)).findings:  # not even whole in itself: begin behind it
                self._files.store(stated, [], stated)
        self._files.write_accepted(stated)
        self._load()
        return archive

    def unsigned(self) -> Head | None:
        """What should be countersigned now: the head that was seen, if more than our own signature is new."""
        return self._seen if any(kind_of(line) not in _OWN_SIGNATURES for line in self.unsigned_lines()) else None

    def unsigned_lines(self) -> tuple[str, ...]:
        """The records that this phone has seen and not countersigned."""
        return tuple(self._lines[max(0, self._files.signed() - self.first) :])

    def signed(self, head: Head) -> None:
        """Remember that the glasses took our signature for `head`."""
        self._files.write_signed(head)

    def _load(self) -> None:
        lines = self._files.lines()
        self._seen = self._files.seen()
        self._first = self._files.first()
        self._lines = lines or []
        self._spoilt = lines is None  # our own copy is damaged; the head still says what it must come out as

    def _told(self, first: int, lines: Sequence[str]) -> tuple[Told, ...]:
        accepted = self._files.accepted()
        return told(lines[max(0, accepted - first) :], max(accepted, first))

    def _said(self) -> tuple[str, ...]:
        return tuple(str(one) for one in self.told())

    def _store(self, held: _Held, fresh: Sequence[str], stated: Head) -> None:
        if fresh or self._spoilt or held.first != self._first:
            self._files.store(held.first, [*held.lines, *fresh], stated)
            self._load()


class _Held:
    """Lines from `first` on which must come out as `seen`, once enough of them are there."""

    def __init__(self, first: Head, lines: Sequence[str], seen: Head) -> None:
        self.first = first
        self.lines = lines
        self.seen = seen

    @property
    def end(self) -> int:
        """The number of the first line that is not held."""
        return self.first.count + len(self.lines)


async def _fetch(known: int, base: Head, stated: Head, read: Read) -> tuple[list[str], Finding | None]:
    """The lines from `known` to the stated end, or what is wrong with them.

    Before `base` the glasses may still have lines that they do not vouch for, and may have pruned some.
    """
    lines: list[str] = []
    while known + len(lines) < min(base.count, stated.count):
        at = known + len(lines)
        page = await read(at, min(_PAGE, base.count - at))
        good = in_order(page, at)
        if not good:
            return [], await _lost(at, base, stated, read)
        lines += page[:good]
    at = known + len(lines)
    fresh = await read(at, stated.count - at) if stated.count > at else []
    return [*lines, *fresh], misplaced(fresh, at, stated.count)


async def _lost(position: int, base: Head, stated: Head, read: Read) -> Finding:
    """A record before the base is not there any more: pruned, as the glasses say in a record, or removed."""
    later = await read(base.count, stated.count - base.count)
    pruned = (data_of(line).get("first") for line in later if kind_of(line) == "prune")
    was_pruned = any(type(first) is int and first > position for first in pruned)
    return Finding(Damage.GAP if was_pruned else Damage.REMOVED, position)


async def _first_difference(held: _Held, fresh: Sequence[str], base: Head, stated: Head, read: Read) -> Finding | None:
    """The first record that the glasses now say otherwise than before."""
    start = max(base.count, held.first.count)
    before = [*held.lines, *fresh][start - held.first.count :]
    again = await read(start, stated.count - start)
    for position, (one, other) in enumerate(zip(before, again, strict=False), start):
        if one != other:
            return Finding(Damage.EDITED, position)
    return None


def _broken(held: _Held, fresh: Sequence[str], base: Head, stated: Head) -> Finding | None:
    """Where the chain first fails to come out as seen, as the glasses' base says, or as they state."""
    lines = [*held.lines, *fresh]
    marks = [(held.seen, Damage.EDITED), (base, Damage.REPLACED), (stated, Damage.REPLACED)]
    for mark, damage in sorted(marks, key=lambda each: each[0].count):
        if mark.count < held.first.count:
            continue
        if chain(held.first.hash, lines[: mark.count - held.first.count]) != mark.hash:
            return Finding(damage, max(0, mark.count - 1))
    return None


def countersign_mac(pair_key: bytes, head: Head) -> str:
    """Hex signature of this phone under the glasses' chain up to `head`."""
    key = hmac.digest(pair_key, b"countersign", "sha256")
    return hmac.digest(key, struct.pack("<I", head.count) + bytes.fromhex(head.hash), "sha256").hex()
