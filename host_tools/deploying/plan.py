"""What has to happen so that a board holds an application: nothing that is there already is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from host_tools.deploying.found import Found
from host_tools.deploying.known import Known
from host_tools.deploying.manifest import MAIN, Entry

_BLOCK_BYTES = 4096  # littlefs on a board's flash
_SPARE_BYTES = 64 * 1024  # for folders, the record, and what the program writes meanwhile


@dataclass(frozen=True)
class Plan:
    """`slot` is to hold the application; all paths are below it, those of `stage` below the root of the flash.

    `keep`, `copy` (from the slot that runs) and `upload` make up the application; `clear` goes first: `remove` with
    what has the right name and the wrong content. `stage`: what of the root has to be replaced. `unlink`: what of the
    root has to go. `switch`: the record has to be written. `needed_bytes`: room that the flash must have.
    """

    slot: str
    keep: tuple[str, ...]
    copy: tuple[str, ...]
    upload: tuple[str, ...]
    remove: tuple[str, ...]
    clear: tuple[str, ...]
    stage: tuple[str, ...]
    unlink: tuple[str, ...]
    switch: bool
    needed_bytes: int

    @property
    def is_done(self) -> bool:
        """The board holds it all, and runs it."""
        return not (self.copy or self.upload or self.clear or self.stage or self.unlink or self.switch)


def plan(slot: Mapping[str, Entry], root: Mapping[str, Entry], found: Found, known: Known) -> Plan:
    """How to bring the board that was `found` to the application whose files are `slot` and `root`."""
    stage, unlink = _root(root, found, known)
    if found.running and _is_equal(slot, found.slots[found.running], known.slots[found.running]):
        # What lies beside the slots keeps the console shut: that it was replaced has to get on record, too.
        keep, switch = tuple(sorted(slot)), bool(stage or unlink) or found.verdict != "ok" or found.on_trial
        return Plan(found.running, keep, (), (), (), (), stage, unlink, switch, _room(root, stage))
    here, there = known.slots[found.idle], known.slots[found.running] if found.running else dict[str, str]()
    keep = tuple(path for path in sorted(slot) if here.get(path) == slot[path].sha256)
    missing = [path for path in sorted(slot) if path not in keep]
    copy = tuple(path for path in missing if there.get(path) == slot[path].sha256)
    upload = tuple(path for path in missing if path not in copy)
    lying = found.slots[found.idle]
    clear = tuple(path for path in sorted(lying) if path not in keep)
    remove = tuple(path for path in clear if path not in slot)
    freed = sum(_blocks(lying[path]) for path in clear)
    needed = max(0, _room(slot, copy + upload) - freed) + _room(root, stage)
    return Plan(found.idle, keep, copy, upload, remove, clear, stage, unlink, True, needed)


def _root(root: Mapping[str, Entry], found: Found, known: Known) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What of the root has to be replaced, and what has to go: what was begun, and strangers in the loader's folder.

    A program that has to be replaced goes before anything else of the root does: without it a board waits at its REPL.
    """
    stage = tuple(path for path in sorted(root) if known.root.get(path) != root[path].sha256)
    unlink = tuple(path for path in sorted(found.root) if path not in root)
    if (stage or unlink) and MAIN not in stage:
        stage = (*stage, MAIN)
    return stage, unlink


def _is_equal(wanted: Mapping[str, Entry], lying: Mapping[str, int], hashes: Mapping[str, str]) -> bool:
    return set(lying) == set(wanted) and all(hashes.get(path) == entry.sha256 for path, entry in wanted.items())


def _room(files: Mapping[str, Entry], paths: tuple[str, ...]) -> int:
    """What these files take, and some more; nothing where there are none."""
    return sum(_blocks(files[path].size) for path in paths) + (_SPARE_BYTES if paths else 0)


def _blocks(size: int) -> int:
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
