"""What lies on a board before a deploy, asked in short steps: none of them keeps its processor for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from loader import record

from host_tools.cable.answers import ask
from host_tools.cable.board_files import BESIDE
from host_tools.cable.errors import BoardConfused
from host_tools.cable.info import architecture
from host_tools.deploying.board import Board
from host_tools.deploying.manifest import LOADER, ROOT_FILES, Entry, firmware_sha256, slot_folder
from host_tools.printable import printable

NEEDED_MODULES = ("camera", "tls", "bluetooth")
SLOTS_FOLDER = "/slots"
STAGE_FOLDER = "/slots/next"  # what goes to the root of the flash waits here until all else is in its place
_STEP = "asking the board what is on it"
_HASHED_AT_ONCE = 16
_LOOK = """\
import os, sys
def _sizes(paths):
 found = {{}}
 for path in paths:
  try:
   stat = os.stat(path)
  except OSError:
   continue
  if not stat[0] & 0x4000:
   found[path] = stat[6]
 return found
def _missing(names):
 lost = []
 for name in names:
  try:
   __import__(name)
  except ImportError:
   lost.append(name)
 return lost
_stat = os.statvfs("/")
_free = _stat[0] * max(0, _stat[3])
answer({{"machine": os.uname().machine, "mpy": getattr(sys.implementation, "_mpy", 0), "free": _free,
 "missing": _missing({modules!r}), "sizes": _sizes({paths!r})}})
"""


@dataclass(frozen=True)
class Found:
    """What a board says. Files are path below their folder (slot, root, stage) to size in bytes; of the root only ours.

    `record` is the slot record and `verdict` what is to be thought of it (loader/record.py); `mpy` is
    sys.implementation._mpy; `missing` are modules that its MicroPython lacks.
    """

    machine: str
    mpy: int
    missing: tuple[str, ...]
    free_bytes: int
    root: Mapping[str, int]
    slots: Mapping[str, Mapping[str, int]]
    stage: Mapping[str, int]
    record: Mapping[str, Any]
    verdict: str

    @property
    def architecture(self) -> str:
        """mpy-cross's name of the native code that it takes, "" for none."""
        return architecture(self.mpy)

    @property
    def mpy_version(self) -> tuple[int, int]:
        """Version and sub-version of the .mpy files that it takes."""
        return self.mpy & 0xFF, self.mpy >> 8 & 3

    @property
    def on_trial(self) -> bool:
        """A release is installed that has not confirmed itself."""
        return bool(self.record["trial"])

    @property
    def running(self) -> str:
        """The slot that must stay as it is: what runs, or ran before a release on trial; "" for none."""
        if self.verdict == "ok":
            return str(self.record["before"] if self.on_trial else self.record["slot"])
        filled = [slot for slot in record.SLOTS if self.slots[slot]]
        return filled[0] if filled and "main.py" in self.root else record.FLASHED  # loader/__init__.py does the same

    @property
    def idle(self) -> str:
        """The slot that may be filled."""
        return "b" if self.running == "a" else "a"


def look(board: Board) -> Found:
    """Ask a board at its REPL. Raises BoardConfused and what `execute` raises."""
    paths = [record.place(""), *("/" + name + ending for name in ROOT_FILES for ending in ("", BESIDE))]
    answer = ask(board, _LOOK.format(modules=NEEDED_MODULES, paths=paths), step=_STEP)
    machine, mpy, free, missing, sizes = _checked(answer, board.port)
    below = board.files(SLOTS_FOLDER)
    root = {path.lstrip("/"): size for path, size in sizes.items() if path != record.place("")}
    root |= {LOADER + path: size for path, size in _below(board.files("/loader"), "/loader").items()}
    fields, verdict = unpacked(board.get(record.place(""))) if record.place("") in sizes else (nothing(), "new")
    return Found(
        machine=machine,
        mpy=mpy,
        missing=missing,
        free_bytes=free,
        root=root,
        slots={slot: _below(below, slot_folder(slot)) for slot in record.SLOTS},
        stage=_below(below, STAGE_FOLDER),
        record=fields,
        verdict=verdict,
    )


def hash_in_steps(
    board: Board, paths: Iterable[str], progress: Callable[[int, int], None] | None = None
) -> dict[str, str]:
    """Path to SHA-256, computed on the board, a few files at a time; `progress` gets files done and files in all."""
    left, found = list(paths), dict[str, str]()
    for start in range(0, len(left), _HASHED_AT_ONCE):
        found |= board.hashes(left[start : start + _HASHED_AT_ONCE])
        if progress is not None:
            progress(min(start + _HASHED_AT_ONCE, len(left)), len(left))
    return found


def firmware_hash(board: Board) -> str | None:
    """The firmware hash of what runs on a board at its REPL, from what lies there; None where nothing was deployed."""
    found = look(board)
    files = found.slots[found.running] if found.running else dict[str, int]()
    if not files or not set(ROOT_FILES) <= set(found.root):
        return None
    folder = slot_folder(found.running)
    sizes = {f"{folder}/{path}": (path, size) for path, size in files.items()}
    sizes |= {f"/{path}": (path, size) for path, size in found.root.items() if not path.endswith(BESIDE)}
    hashes = hash_in_steps(board, sizes)
    return firmware_sha256({path: Entry(size, hashes.get(place, "")) for place, (path, size) in sizes.items()})


def nothing() -> dict[str, Any]:
    """The record of a board that never had one."""
    return cast("dict[str, Any]", record.empty())


def unpacked(content: bytes) -> tuple[dict[str, Any], str]:
    """What a slot record says, and what is to be thought of it: ok or damaged."""
    return cast("tuple[dict[str, Any], str]", record.unpack(content))


def _below(files: Mapping[str, int], folder: str) -> dict[str, int]:
    """The files in a folder, by their path in it."""
    start = folder + "/"
    return {path.removeprefix(start): size for path, size in files.items() if path.startswith(start)}


def _checked(answer: object, port: str) -> tuple[str, int, int, tuple[str, ...], dict[str, int]]:
    """The answer to _LOOK. Raises BoardConfused."""
    fields: dict[str, Any] = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
    machine, missing, sizes = fields.get("machine"), fields.get("missing"), fields.get("sizes")
    mpy, free = fields.get("mpy"), fields.get("free")
    if not isinstance(machine, str) or not isinstance(missing, list) or not isinstance(sizes, dict):
        raise BoardConfused(port, _STEP, repr(fields))
    if not _is_size(mpy) or not _is_size(free):
        raise BoardConfused(port, _STEP, repr(fields))
    names = [printable(name) for name in cast("list[object]", missing) if isinstance(name, str)]
    found = {path: size for path, size in cast("dict[str, object]", sizes).items() if _is_size(size)}
    return printable(machine), mpy, free, tuple(names), found


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
