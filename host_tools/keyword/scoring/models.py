"""The model that is scored, by name or file, as the glasses would read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from plainsight.keyword import model as firmware_model
from plainsight.keyword.errors import BadModel
from plainsight.keyword.model import Word

from host_tools.exits import UsageError
from host_tools.keyword.convert.converter import convert_file
from host_tools.keyword.errors import ModelRefused, UnreadableModel
from host_tools.simulator.paths import FIRMWARE

SHIPPED = FIRMWARE / "models"


@dataclass(frozen=True)
class ScoredModel:
    """`content`: the .kwm that the engine runs."""

    name: str
    content: bytes
    words: list[Word]

    @property
    def sha256(self) -> str:
        """Of the .kwm."""
        return hashlib.sha256(self.content).hexdigest()

    def word(self, name: str | None) -> int:
        """The number of the word that is looked for; a model with one word needs no name. Raises UsageError."""
        names = [word.name for word in self.words]
        if name is None and len(names) == 1:
            return 0
        for index, known in enumerate(names):
            if name is not None and known.lower() == name.lower():
                return index
        asked = "" if name is None else f"--word {name}: "
        raise UsageError(f"{asked}this model knows {', '.join(names)}: say with --word WORD which one is looked for")


def load(name: str, manifest: Path | None = None) -> ScoredModel:
    """A .kwm, a .tflite with its manifest, a stock model's name, or one in firmware/models.

    Raises ModelRefused, UnreadableModel and what the converter raises.
    """
    path = Path(name)
    shipped = SHIPPED / f"{name}.kwm"
    if path.suffix != ".kwm" and not path.is_file() and shipped.is_file():
        path = shipped
    if path.suffix == ".kwm" and manifest is not None:
        raise UsageError("--manifest is for a .tflite: a .kwm holds its words and cutoffs itself")
    content = _bytes(path) if path.suffix == ".kwm" else convert_file(name, manifest)
    try:
        return ScoredModel(path.stem, content, firmware_model.read(content).words)
    except BadModel as bad:
        raise ModelRefused(str(path), str(bad)) from bad


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableModel(path, error.strerror or "can't be read") from error
