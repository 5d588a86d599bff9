"""The pinned list of images, images.toml: what there is, where it is published, and which hashes are known."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from host_tools.flashing.errors import NoSuchImage

UNKNOWN = "unknown"
_LIST = Path(__file__).with_name("images.toml")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Pinned:
    """One image of the list; hashes are hexadecimal or UNKNOWN, sizes 0 where they are unknown. See images.toml."""

    name: str
    board: str
    chip: str
    what: str
    url: str
    page: str
    member: str
    bytes: int
    sha256: str
    member_bytes: int
    member_sha256: str
    hash_source: str
    note: str

    @property
    def hashes(self) -> frozenset[str]:
        """Every hash under which this image may arrive: as the archive, or as what is in it."""
        return frozenset({self.sha256, self.member_sha256} - {UNKNOWN})


def is_hash(text: str) -> bool:
    """Whether it is a SHA-256 as images.toml and --sha256 write it."""
    return _HASH.fullmatch(text) is not None


def pinned_images(listed: Path = _LIST) -> tuple[Pinned, ...]:
    """All images of a list, in its order. Raises ValueError for a list that makes no sense: it is ours."""
    rows = cast("list[dict[str, Any]]", tomllib.loads(listed.read_text(encoding="utf-8"))["image"])
    names = {field.name for field in fields(Pinned)}
    images: list[Pinned] = []
    for row in rows:
        if set(row) != names:
            raise ValueError(f"{listed}: {row.get('name')}: fields are {sorted(names)}")
        image = Pinned(**row)
        for found in (image.sha256, image.member_sha256):
            if found != UNKNOWN and not is_hash(found):
                raise ValueError(f"{listed}: {image.name}: {found} is no sha256")
        if bool(image.hashes) != bool(image.hash_source):
            raise ValueError(f"{listed}: {image.name}: a hash needs its source, and only a hash does")
        if not image.url.startswith("https://"):
            raise ValueError(f"{listed}: {image.name}: images come over https alone")
        images.append(image)
    return tuple(images)


def by_name(name: str, images: tuple[Pinned, ...]) -> Pinned:
    """The image of that name. Raises NoSuchImage."""
    for image in images:
        if image.name == name:
            return image
    raise NoSuchImage(name, tuple(image.name for image in images))


def for_board(board: str, images: tuple[Pinned, ...]) -> Pinned:
    """The image that is taken for a board when none was named. Raises NoSuchImage."""
    for image in images:
        if image.board == board:
            return image
    raise NoSuchImage(f"an image for {board}", tuple(image.name for image in images))
