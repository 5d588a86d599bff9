"""What the phone keeps of one pair of glasses' journal: its lines, and how far they were seen, signed and accepted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from companion_app.files import private_folder, remove, write_atomic
from companion_app.ledger.head import Head, read_head, write_head
from companion_app.ledger.lines import chain

_MOST_ARCHIVES = 10_000


class MirrorFiles:
    """`glasses` names the files. Lines in `folder`; the heads, as the second place, in `heads`."""

    def __init__(self, folder: Path, heads: Path, glasses: str, genesis: str) -> None:
        self._folder = private_folder(folder)
        self._heads = private_folder(heads)
        self._glasses = glasses
        self._genesis = genesis

    def seen(self) -> Head:
        """How far the chain was seen whole."""
        return read_head(self._head("seen")) or Head(0, self._genesis)

    def first(self) -> Head:
        """Where the stored lines begin: the number of the first, and the head before it."""
        return read_head(self._head("first")) or Head(0, self._genesis)

    def signed(self) -> int:
        """How many records the glasses took this phone's signature for."""
        head = read_head(self._head("signed"))
        return head.count if head is not None else 0

    def accepted(self) -> int:
        """Up to which record the owner has accepted what the glasses say was done to them."""
        head = read_head(self._head("accepted"))
        return head.count if head is not None else 0

    def write_signed(self, head: Head) -> None:
        """Remember a signature. Raises OSError."""
        write_head(self._head("signed"), head)

    def write_accepted(self, head: Head) -> None:
        """Remember what was accepted. Raises OSError."""
        write_head(self._head("accepted"), head)

    def store(self, first: Head, lines: Sequence[str], seen: Head) -> None:
        """Where the lines begin, lines, then the head that vouches for them. Raises OSError.

        A cut in between leaves the old head, which is true of what it can vouch for; the rest is fetched again.
        """
        if first != self.first():
            write_head(self._head("first"), first)
        write_atomic(self._lines(), "".join(line + "\n" for line in lines).encode())
        write_head(self._head("seen"), seen)

    def lines(self) -> list[str] | None:
        """The stored lines as far as the head vouches for them; None where they do not come out as it says."""
        first, seen = self.first(), self.seen()
        try:
            *lines, _ = self._lines().read_bytes().decode(errors="replace").split("\n")
        except FileNotFoundError:
            lines = []
        lines = lines[: max(0, seen.count - first.count)]
        sound = first.count <= seen.count and len(lines) == seen.count - first.count
        return lines if sound and chain(first.hash, lines) == seen.hash else None

    def archive(self) -> str:
        """Keep a copy of the lines under another name and forget how far they were seen; returns it. Raises OSError."""
        name = next(name for name in self._archive_names() if not (self._folder / name).exists())
        write_atomic(self._folder / name, self._lines().read_bytes() if self._lines().exists() else b"")
        for which in ("seen", "signed", "first"):
            remove(self._head(which))
        return name

    def archives(self) -> list[Path]:
        """What was put aside, oldest first."""
        return sorted(self._folder.glob(f"{self._glasses}.before-*.jsonl"))

    def _archive_names(self) -> list[str]:
        return [f"{self._glasses}.before-{number:04d}.jsonl" for number in range(1, _MOST_ARCHIVES)]

    def _lines(self) -> Path:
        return self._folder / f"{self._glasses}.jsonl"

    def _head(self, which: str) -> Path:
        return self._heads / f"{self._glasses}.{which}"
