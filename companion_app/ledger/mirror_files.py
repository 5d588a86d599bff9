"""What the phone keeps of one pair of glasses' journal: its lines, and how far they were seen, signed and accepted."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.ledger.head import Head, read_head, write_head
from companion_app.ledger.lines import chain
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_MOST_ARCHIVES = 10_000


class MirrorFiles:
    """`glasses` names the files. Lines among `files`; the heads, as the second place, among `heads`."""

    def __init__(self, files: SealedFiles, heads: SealedFiles, glasses: str, genesis: str) -> None:
        self._files = files
        self._heads = heads
        self._glasses = glasses
        self._genesis = genesis

    def seen(self) -> Head:
        """How far the chain was seen whole."""
        return self._read("seen") or Head(0, self._genesis)

    def first(self) -> Head:
        """Where the stored lines begin: the number of the first, and the head before it."""
        return self._read("first") or Head(0, self._genesis)

    def signed(self) -> int:
        """How many records the glasses took this phone's signature for."""
        head = self._read("signed")
        return head.count if head is not None else 0

    def accepted(self) -> int:
        """Up to which record the owner has accepted what the glasses say was done to them."""
        head = self._read("accepted")
        return head.count if head is not None else 0

    def write_signed(self, head: Head) -> None:
        """Remember a signature. Raises OSError."""
        self._write("signed", head)

    def write_accepted(self, head: Head) -> None:
        """Remember what was accepted. Raises OSError."""
        self._write("accepted", head)

    def store(self, first: Head, lines: Sequence[str], seen: Head) -> None:
        """Where the lines begin, lines, then the head that vouches for them. Raises OSError.

        A cut in between leaves the old head, which is true of what it can vouch for; the rest is fetched again.
        """
        if first != self.first():
            self._write("first", first)
        self._files.write(self._lines, "".join(line + "\n" for line in lines).encode())
        self._write("seen", seen)

    def lines(self) -> list[str] | None:
        """The stored lines as far as the head vouches for them; None where they do not come out as it says."""
        first, seen = self.first(), self.seen()
        try:
            *lines, _ = self._files.read(self._lines).decode(errors="replace").split("\n")
        except FileNotFoundError:
            lines = []
        except SealBroken:
            return None
        lines = lines[: max(0, seen.count - first.count)]
        sound = first.count <= seen.count and len(lines) == seen.count - first.count
        return lines if sound and chain(first.hash, lines) == seen.hash else None

    def archive(self) -> str:
        """Keep a copy of the lines under another name and forget how far they were seen; returns it. Raises OSError."""
        name = next(name for name in self._archive_names() if not self._files.exists(name))
        try:
            held = self._files.read(self._lines)
        except (FileNotFoundError, SealBroken):  # what cannot be opened says nothing that could be kept
            held = b""
        self._files.write(name, held)
        for which in ("seen", "signed", "first"):
            self._heads.remove(self._head(which))
        return name

    def _archive_names(self) -> list[str]:
        return [f"{self._glasses}.before-{number:04d}.jsonl" for number in range(1, _MOST_ARCHIVES)]

    def _read(self, which: str) -> Head | None:
        return read_head(self._heads, self._head(which))

    def _write(self, which: str, head: Head) -> None:
        write_head(self._heads, self._head(which), head)

    @property
    def _lines(self) -> str:
        return f"{self._glasses}.jsonl"

    def _head(self, which: str) -> str:
        return f"{self._glasses}.{which}"
