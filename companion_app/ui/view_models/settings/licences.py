"""What this app is made of: every installed package that it needs, with its licence, as the packages say it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from companion_app.language import _, ngettext
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Door, Reading, Say, Words

_OWN = "plainsight"
_EXTRAS = frozenset({"answers", "desktop"})  # of the app; the others are of the tools around it
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)""")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TEXT_NAMES = ("licen", "copying", "notice", "copyright")
_MOST_TEXT_BYTES = 200_000
_CLASSIFIER = "License :: "
_PIECE_CHARACTERS = 1500  # a texture taller than a small GPU takes would stay black
_MOST_PIECES = 400


@dataclass(frozen=True)
class Package:
    """One installed package, and what it says its licence is called."""

    name: str
    version: str
    licence: str


def packages(root: str = _OWN) -> list[Package]:
    """`root` and all that it needs and that is installed, by name; what is not installed needs no licence here."""
    found: dict[str, Package] = {}
    waiting = [root]
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = _package(installed)
        extras = _EXTRAS if name == _OWN else frozenset[str]()
        waiting += [needed for line in installed.requires or () if (needed := _needed(line, extras))]
    return sorted(found.values(), key=lambda package: package.name.lower())


def _needed(line: str, extras: frozenset[str]) -> str:
    """The package that a requirement names; "" for one of an extra that is none of these."""
    extra, name = _EXTRA.search(line), _NAME.match(line)
    return name[0] if name and (extra is None or extra[1] in extras) else ""


def _package(installed: metadata.Distribution) -> Package:
    about = installed.metadata
    said = _field(about, "License-Expression") or _from_classifiers(about.get_all("Classifier") or [])
    short = _field(about, "License").strip().partition("\n")[0]
    return Package(about["Name"], installed.version, said or short or _("not said"))


def _field(about: metadata.PackageMetadata, name: str) -> str:
    return next(iter(about.get_all(name) or []), "")


def _from_classifiers(lines: Sequence[str]) -> str:
    names = [line.rpartition(" :: ")[2] for line in lines if line.startswith(_CLASSIFIER)]
    return ", ".join(dict.fromkeys(names))


def licence_texts(name: str) -> list[str]:
    """The licence files of a package as it ships them, which may be none; what cannot be read is left out."""
    texts: list[str] = []
    for file in metadata.distribution(name).files or ():
        if not file.name.lower().startswith(_TEXT_NAMES) or file.suffix in (".py", ".pyc"):
            continue
        try:
            texts.append(Path(file.locate()).read_bytes()[:_MOST_TEXT_BYTES].decode("utf-8", "replace"))
        except OSError:
            continue
    return texts


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class LicencesModel(BlocksModel):
    """The list; `enter` shows one package's own words."""

    def __init__(self, enter: Callable[[BlocksModel], None]) -> None:
        super().__init__()
        self._enter = enter
        self._packages: list[Package] | None = None

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Licences")

    async def begin(self) -> None:
        """Read what is installed, off the main thread."""
        self._packages = await asyncio.to_thread(packages)
        self.changed()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        if self._packages is None:
            return (Say("notice", "progress-clock", _("Looking at what is installed…")),)
        count = ngettext("This app stands on {n} package.", "This app stands on {n} packages.", len(self._packages))
        return (
            Words(count),
            Words(_("Read from what is installed here; nothing was fetched."), quiet=True),
            *(self._door(package) for package in self._packages),
        )

    def _door(self, package: Package) -> Door:
        title = f"{package.name} {package.version}"
        return Door(
            package.name,
            title,
            package.licence,
            "file-document-outline",
            lambda: self._enter(LicenceModel(package)),
        )


class LicenceModel(BlocksModel):
    """One package's licence as it ships it, in its own language."""

    def __init__(self, package: Package) -> None:
        super().__init__()
        self._package = package
        self._texts = licence_texts(package.name)

    @property
    def title(self) -> str:
        """What the page is called."""
        return self._package.name

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        blocks: list[Block] = [
            Reading(_("Version"), self._package.version),
            Reading(_("Licence"), self._package.licence),
        ]
        if not self._texts:
            blocks.append(Words(_("The package came without the text of its licence.")))
        for text in self._texts:
            blocks += [Words(paragraph, quiet=True) for paragraph in _paragraphs(text)]
        return blocks


def _paragraphs(text: str) -> list[str]:
    """Pieces of their own, each of which one texture can hold."""
    pieces = [" ".join(piece.split()) for piece in re.split(r"\n\s*\n", text)]
    return [
        piece[at : at + _PIECE_CHARACTERS]
        for piece in pieces
        if piece
        for at in range(0, len(piece), _PIECE_CHARACTERS)
    ][:_MOST_PIECES]
