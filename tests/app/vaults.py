"""Vaults for tests: the key lies beside, so that opening costs nothing; and sealed files in their owner's hands."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from companion_app.ledger import Ledger
from companion_app.sharing.live.frame_log import log_name
from companion_app.vault import KeyBeside, SealedFiles, Vault, sealing
from companion_app.vault.errors import SealBroken


def vault_in(folder: Path) -> Vault:
    """The open vault of `folder`, made at the first call."""
    return Vault.open(folder, KeyBeside()) if Vault.exists(folder) else Vault.create(folder, KeyBeside())


def room(folder: Path) -> SealedFiles:
    """The sealed files of a room whose vault lies in the folder above it."""
    return SealedFiles(vault_in(folder.parent), folder)


def ledger_in(folder: Path, clock: Callable[[], float] = time.time) -> Ledger:
    """The ledger of the app in `folder`."""
    return Ledger(room(folder / "ledger"), room(folder / "heads"), clock)


class OpenedFile:
    """A sealed file as if it lay in the clear: what is written is sealed again with its owner's key."""

    def __init__(self, files: SealedFiles, name: str) -> None:
        self.files = files
        self.name = name

    @property
    def path(self) -> Path:
        """Where it lies, sealed."""
        return self.files.path(self.name)

    def read_bytes(self) -> bytes:
        return self.files.read(self.name)

    def write_bytes(self, content: bytes) -> None:
        self.files.write(self.name, content)

    def read_text(self) -> str:
        return self.read_bytes().decode()

    def write_text(self, text: str) -> None:
        self.write_bytes(text.encode())

    def exists(self) -> bool:
        return self.files.exists(self.name)

    def unlink(self) -> None:
        self.path.unlink()


class OpenedLines(OpenedFile):
    """A sealed file that grows by lines, likewise; a line that was not sealed here reads as "unsealed"."""

    def read_bytes(self) -> bytes:
        return b"".join((b"unsealed" if line is None else line) + b"\n" for line in self.files.lines(self.name).lines)

    def write_bytes(self, content: bytes) -> None:
        """Every whole line sealed; what stands behind the last newline is torn, and stays as it is."""
        *lines, torn = content.split(b"\n")
        key = self.files._line_key(self.name)
        sealed = b"".join(sealing.sealed_line(key, line) + b"\n" for line in lines)
        self.path.write_bytes(sealed + torn)

    def tear(self, torn: bytes) -> None:
        """Append raw bytes, as a crash leaves them."""
        with self.path.open("ab") as file:
            file.write(torn)


def opened_ledger(folder: Path) -> OpenedLines:
    """The records of the app in `folder`."""
    return OpenedLines(room(folder / "ledger"), "ledger.jsonl")


def opened_log(folder: Path, receipt_id: str) -> OpenedLines:
    """The log of a live session of the app in `folder`."""
    return OpenedLines(room(folder / "sharing"), log_name(receipt_id))


def everything_in(files: SealedFiles) -> bytes:
    """What all files of a room say, names included, opened with its owner's key."""
    said: list[bytes] = []
    for name in files.names():
        try:
            content = files.read(name)
        except SealBroken:
            content = OpenedLines(files, name).read_bytes()
        said += [name.encode(), content]
    return b"\n".join(said)
