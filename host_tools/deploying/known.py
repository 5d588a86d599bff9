"""Which files on a board are the right ones already, by the hashes that the board computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from host_tools.deploying.board import Board, Progress
from host_tools.deploying.found import Found, hash_in_steps
from host_tools.deploying.manifest import Application, Entry, entries, slot_folder


@dataclass(frozen=True)
class Known:
    """Path to SHA-256 of those files that have the right size: `slots` by slot, `root` of the flash."""

    slots: Mapping[str, Mapping[str, str]]
    root: Mapping[str, str]


def known(board: Board, made: Application, found: Found, progress: Progress) -> Known:
    """Ask the board for the hashes of what may be right: another size is another content."""
    slot, root = entries(made.slot), entries(made.root)
    places = {
        **{
            f"{slot_folder(name)}/{path}": (name, path)
            for name in found.slots
            for path in _sized(slot, found.slots[name])
        },
        **{f"/{path}": ("", path) for path in _sized(root, found.root)},
    }
    hashes = hash_in_steps(board, places, lambda done, size: progress("compared", done, size))
    by_folder: dict[str, dict[str, str]] = {name: {} for name in ("", *found.slots)}
    for place, sha256 in hashes.items():
        name, path = places[place]
        by_folder[name][path] = sha256
    return Known({name: by_folder[name] for name in found.slots}, by_folder[""])


def _sized(wanted: Mapping[str, Entry], lying: Mapping[str, int]) -> list[str]:
    return [path for path, size in lying.items() if path in wanted and wanted[path].size == size]
