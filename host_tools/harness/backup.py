"""Leaves a board as it was found: every file taken off it and hashed at the start, put back and verified at the end.

A back-up holds what the board held, keys included: its folder is its owner's alone (mode 700). It is complete once its
manifest stands; one that is still there when a run begins is from a run that did not give the board back, and counts
as what the board was found with.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from host_tools.cable.answers import ask
from host_tools.cable.errors import BoardConfused, CableError
from host_tools.harness.errors import NotRestored

_MANIFEST = "manifest.json"
_CARD = "/sd"  # where the glasses mount a card: not the board's own, and not touched
_STEP = "listing folders"
_TELL_EVERY = 20  # files
_UNIQUE_ID = re.compile("[0-9a-f]{8,64}")

_FOLDERS = """\
import os
def _folders(folder):
 found = []
 for name, kind, *_ in os.ilistdir(folder or "/"):
  path = folder + "/" + name
  if kind == 0x4000 and path != "/sd":
   found.append(path)
   found.extend(_folders(path))
 return found
answer(_folders(""))
"""


class BoardFiles(Protocol):
    """What is needed of a Cable at its REPL."""

    port: str

    def execute(self, code: str, *, timeout_s: float = ...) -> str: ...
    def files(self, root: str = ...) -> dict[str, int]: ...
    def hashes(self, paths: list[str]) -> dict[str, str]: ...
    def get(self, path: str) -> bytes: ...
    def put(self, path: str, content: bytes) -> None: ...
    def make_folder(self, path: str) -> None: ...
    def remove(self, path: str) -> None: ...


@dataclass(frozen=True)
class Held:
    """What a board holds: path to SHA-256 of each file, and the folders."""

    files: dict[str, str]
    folders: tuple[str, ...]


@dataclass(frozen=True)
class BackUp:
    """What one board was found with, below `folder`."""

    folder: Path
    held: Held

    def put_back(self, cable: BoardFiles) -> list[str]:
        """Make the board hold exactly this again; the paths that were not so. Raises NotRestored; the folder stays."""
        try:
            now = look(cable)
            changed = sorted(path for path, sha256 in self.held.files.items() if now.files.get(path) != sha256)
            extra = sorted(set(now.files) - set(self.held.files))
            for path in (*extra, *_deepest_first(set(now.folders) - set(self.held.folders))):
                cable.remove(path)
            for path in sorted(set(self.held.folders) - set(now.folders)):
                cable.make_folder(path)
            for path in changed:
                cable.put(path, self.content(self.held.files[path]))
            after = look(cable)
        except (CableError, OSError) as error:
            raise NotRestored(str(error), self.folder, cable.port) from error
        if after != self.held:
            wrong = _differences(after, self.held)
            raise NotRestored(f"{', '.join(wrong)} differ after restoring", self.folder, cable.port)
        return [*changed, *extra]

    def content(self, sha256: str) -> bytes:
        """One file's bytes. Raises OSError, also for a back-up that was damaged."""
        content = (self.folder / sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError(f"{self.folder / sha256} was changed since it was taken off the board")
        return content

    def forget(self) -> None:
        """The board is as it was: its keys need not lie around here. The manifest goes first."""
        (self.folder / _MANIFEST).unlink()
        shutil.rmtree(self.folder)


def place(boards: Path, unique_id: str, port: str) -> Path:
    """The folder of one board's back-up among those of others; it is emptied before a back-up is made.

    Raises BoardConfused for what is no id: it may be a way to another folder, and two boards without one are not two.
    """
    if _UNIQUE_ID.fullmatch(unique_id) is None:
        raise BoardConfused(port, "asking for its unique id", unique_id)
    return boards / unique_id


def look(cable: BoardFiles) -> Held:
    """What the board holds now, hashed by the board itself. Raises CableError."""
    folders = ask(cable, _FOLDERS, step=_STEP)
    if not isinstance(folders, list):
        raise BoardConfused(cable.port, _STEP, repr(folders))
    paths = sorted(path for path in cable.files("/") if not path.startswith(_CARD + "/"))
    return Held(cable.hashes(paths), tuple(sorted(str(folder) for folder in cast("list[object]", folders))))


def take(cable: BoardFiles, folder: Path, tell: Callable[[str], None]) -> BackUp:
    """Everything off the board, each file's bytes checked against the hash that the board gave. Raises CableError."""
    held = look(cable)
    shutil.rmtree(folder, ignore_errors=True)  # one without a manifest: the board was not touched then
    folder.mkdir(parents=True, mode=0o700)
    try:
        for done, (path, sha256) in enumerate(sorted(held.files.items()), 1):
            _write(folder / sha256, _taken(cable, path, sha256))
            if done % _TELL_EVERY == 0 or done == len(held.files):
                tell(f"taken off the board: {done} of {len(held.files)} files")
        manifest = {"files": held.files, "folders": held.folders}
        _write(folder / _MANIFEST, json.dumps(manifest, indent=1).encode())
    except BaseException:  # the board is untouched: its keys need not lie around here
        shutil.rmtree(folder)
        raise
    return BackUp(folder, held)


def left_over(folder: Path) -> BackUp | None:
    """The back-up of a run that did not give this board back; None where there is none."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError:
        return None
    return BackUp(folder, Held(manifest["files"], tuple(manifest["folders"])))


def _taken(cable: BoardFiles, path: str, sha256: str) -> bytes:
    content = cable.get(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BoardConfused(cable.port, f"taking {path} off the board", "other bytes than those it hashed")
    return content


def _write(path: Path, content: bytes) -> None:
    """For its owner alone; under its name only once it is whole."""
    beside = path.with_suffix(".part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)


def _deepest_first(folders: set[str]) -> list[str]:
    return sorted(folders, key=lambda path: -path.count("/"))


def _differences(after: Held, held: Held) -> list[str]:
    files = {path for path in {*after.files, *held.files} if after.files.get(path) != held.files.get(path)}
    return sorted(files | set(after.folders).symmetric_difference(held.folders))
