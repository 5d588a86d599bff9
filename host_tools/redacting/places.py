"""Which picture is written where. An input is never written to, and nothing is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from host_tools.exits import PhotoError, UsageError

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_JPEG = frozenset({".jpg", ".jpeg"})


@dataclass(frozen=True)
class Place:
    """One picture and the file that its redacted copy becomes."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Places:
    """`places` in the order of their names; `others`: files of a folder that are no pictures by their names."""

    places: tuple[Place, ...]
    others: int


def places_for(source: Path, target: Path) -> Places:
    """A file to a file, or a folder to a folder. Raises PhotoError, UsageError."""
    if source.is_dir():
        return _of_folder(source, target)
    if not source.is_file():
        raise PhotoError(source, "there is no such file or folder")
    if target.is_dir():
        target /= _name(source)
    if target.suffix.lower() not in _JPEG:
        raise UsageError(f"{target}: what comes out is a JPEG; end its name in .jpg")
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists; nothing is replaced, so choose another name")
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}")
    return Places((Place(source, target),), 0)


def _of_folder(source: Path, target: Path) -> Places:
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; the pictures of a folder go into a folder")
    inside, outside = source.resolve(), target.resolve()
    if outside == inside or inside in outside.parents or outside in inside.parents:
        raise UsageError(f"{target}: choose a folder that is neither {source} nor within it nor around it")
    pictures: dict[Path, Place] = {}
    others = 0
    for path in _files(source):
        if path.suffix.lower() not in _PICTURES:
            others += 1
            continue
        written = target / path.relative_to(source).parent / _name(path)
        while written in pictures:  # `a.png` beside `a.png.jpg`
            written = written.with_name(written.name + ".jpg")
        pictures[written] = Place(path, written)
    return Places(tuple(pictures.values()), others)


def _files(folder: Path) -> Iterator[Path]:
    """All files below `folder` in a fixed order; links to folders are not followed."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root, name) for name in sorted(names))


def _name(source: Path) -> str:
    """`a.jpg` stays, `a.png` becomes `a.png.jpg`: two pictures of a folder never become one file."""
    return source.name if source.suffix.lower() in _JPEG else source.name + ".jpg"
