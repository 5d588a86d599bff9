"""The phone's copy of the glasses' journal: each visit must continue the chain that was seen before.

Chain: h_0 = SHA-256("plainsight-journal-v1" ‖ certificate's SHA-256), h_n+1 = SHA-256(h_n ‖ line n as received).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import cast

from companion_app.files import private_folder, write_atomic
from companion_app.ledger.head import Head, read_head, write_head
from companion_app.ledger.verdict import Damage, Finding, Verdict

Read = Callable[[int, int], Awaitable[list[str]]]  # (first, count) -> lines of the glasses

_MAX_LINE_CHARACTERS = 4096
_OWN_SIGNATURES = "countersign"  # what the glasses note about our own signature calls for no further signature


class JournalMirror:
    """`glasses` names the files. Lines in `folder`; what was seen last, and signed last, in `head_folder`."""

    def __init__(self, folder: Path, head_folder: Path, glasses: str, certificate_sha256: bytes) -> None:
        self._lines_path = private_folder(folder) / f"{glasses}.jsonl"
        self._seen_path = private_folder(head_folder) / f"{glasses}.seen"
        self._signed_path = head_folder / f"{glasses}.signed"
        self._genesis = hashlib.sha256(b"plainsight-journal-v1" + certificate_sha256).hexdigest()
        self._seen = read_head(self._seen_path) or Head(0, self._genesis)
        self._lines = self._load()

    @property
    def seen(self) -> Head:
        """How far the glasses' chain was seen whole."""
        return self._seen

    def lines(self) -> tuple[str, ...]:
        """The glasses' records as they said them."""
        return tuple(self._lines)

    async def check(self, stated: Head, read: Read) -> Verdict:
        """Fetch what is new and verify that it continues what was seen, up to the head that the glasses state.

        A sound chain is stored, durable on return; of a damaged one nothing is.
        """
        if stated.count < self._seen.count:
            return Verdict(stated.count, (Finding(Damage.CUT_OFF, stated.count),))
        known = len(self._lines)
        fresh = await read(known, stated.count - known) if stated.count > known else []
        finding = _misplaced(fresh, known, stated.count) or await self._broken(fresh, stated, read)
        if finding is not None:
            return Verdict(stated.count, (finding,))
        self._store(fresh, stated)
        return Verdict(stated.count, ())

    def unsigned(self) -> Head | None:
        """What should be countersigned now: the head that was seen, if more than our own signature is new."""
        signed = read_head(self._signed_path) or Head(0, self._genesis)
        news = self._lines[signed.count : self._seen.count]
        return self._seen if any(_kind(line) != _OWN_SIGNATURES for line in news) else None

    def signed(self, head: Head) -> None:
        """Remember that the glasses took our signature for `head`."""
        write_head(self._signed_path, head)

    async def _broken(self, fresh: Sequence[str], stated: Head, read: Read) -> Finding | None:
        """The first record that differs from what was seen, where the chain does not come out as seen or stated."""
        lines = [*self._lines, *fresh]
        at_seen = chain(self._genesis, lines[: self._seen.count])
        if at_seen == self._seen.hash and chain(at_seen, lines[self._seen.count :]) == stated.hash:
            return None
        if at_seen != self._seen.hash:
            return Finding(Damage.EDITED, min(len(self._lines), self._seen.count - 1))
        again = await read(0, stated.count)
        for position, (then, now) in enumerate(zip(lines, again, strict=False)):
            if then != now:
                return Finding(Damage.EDITED, position)
        return Finding(Damage.REPLACED, max(0, stated.count - 1))

    def _store(self, fresh: Sequence[str], stated: Head) -> None:
        """Lines first, then the head that vouches for them: a cut in between leaves the old head, which is true."""
        if fresh:
            self._lines += fresh
            write_atomic(self._lines_path, "".join(line + "\n" for line in self._lines).encode())
        if stated != self._seen:
            write_head(self._seen_path, stated)
            self._seen = stated

    def _load(self) -> list[str]:
        """The stored lines as far as the head vouches for them; none where they do not come out as it says."""
        try:
            *lines, _ = self._lines_path.read_bytes().decode(errors="replace").split("\n")
        except FileNotFoundError:
            return []
        lines = lines[: self._seen.count]
        return lines if chain(self._genesis, lines) == self._seen.hash else []


def chain(head: str, lines: Sequence[str]) -> str:
    """The hex head after `lines`, from the hex head before them."""
    digest = bytes.fromhex(head)
    for line in lines:
        digest = hashlib.sha256(digest + line.encode()).digest()
    return digest.hex()


def countersign_mac(pair_key: bytes, head: Head) -> str:
    """Hex signature of this phone under the glasses' chain up to `head`."""
    key = hmac.digest(pair_key, b"countersign", "sha256")
    return hmac.digest(key, struct.pack("<I", head.count) + bytes.fromhex(head.hash), "sha256").hex()


def _misplaced(lines: Sequence[str], first: int, end: int) -> Finding | None:
    """The first of `lines` that does not bear its own number, or that is missing before `end`."""
    for position, line in enumerate(lines, first):
        number = _number(line)
        if number is None:
            return Finding(Damage.UNREADABLE, position)
        if number != position:
            return Finding(Damage.REMOVED if number > position else Damage.REORDERED, position)
    if first + len(lines) < end:
        return Finding(Damage.REMOVED, first + len(lines))
    return None


def _record(line: str) -> list[object] | None:
    """The parts of a line [seq, time_s, kind, {data}], or None where it is something else."""
    if len(line) > _MAX_LINE_CHARACTERS or "\n" in line:
        return None
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or len(cast("list[object]", value)) != 4:
        return None
    return cast("list[object]", value)


def _number(line: str) -> int | None:
    record = _record(line)
    return record[0] if record is not None and type(record[0]) is int else None


def _kind(line: str) -> object:
    record = _record(line)
    return record[2] if record is not None else None
