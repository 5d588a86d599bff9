"""What a manifest says about a model's words: microWakeWord's own fields, and ours where one model hears several."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from plainsight.keyword.model import ACTS

from host_tools.keyword.convert.errors import BadManifest

_REFRACTORY_MS = 1500
_MOST_NAME_BYTES = 24
_MOST_WINDOW = 64
_MOST_REFRACTORY_MS = 60_000


@dataclass(frozen=True)
class Word:
    """`cutoff` is a probability; the mean of the last `window` outputs must exceed it."""

    name: str
    act: str
    cutoff: Fraction
    window: int
    refractory_ms: int

    @property
    def limit(self) -> int:
        """What the sum of those outputs, in 256ths, must exceed."""
        return min(math.floor(self.cutoff * 256 * self.window), 255 * self.window)


def read(path: Path) -> list[Word]:
    """The words of a manifest, in the order of the model's outputs. Raises BadManifest."""
    try:
        manifest: object = json.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)
    except OSError as error:
        raise BadManifest(path, error.strerror or "can't be read") from error
    except (ValueError, RecursionError) as error:
        raise BadManifest(path, "is no JSON") from error
    whole = _object(path, "the manifest", manifest)
    rows = whole.get("words")
    if rows is None:
        micro = _object(path, "micro", whole.get("micro"))
        return [_word(path, {"word": whole.get("wake_word"), **micro})]
    if not isinstance(rows, list) or not rows:
        raise BadManifest(path, "words must be a list")
    return [_word(path, _object(path, "a word", row)) for row in cast("list[object]", rows)]


def _word(path: Path, row: Mapping[str, Any]) -> Word:
    name, act = row.get("word"), row.get("act", "capture")
    if (
        not isinstance(name, str)
        or not 0 < len(name.encode(errors="replace")) <= _MOST_NAME_BYTES
        or not name.isprintable()
    ):
        raise BadManifest(path, f"a word is a text of 1 to {_MOST_NAME_BYTES} bytes")
    if act not in ACTS:
        raise BadManifest(path, f"the act of {name} is none of {', '.join(ACTS)}")
    return Word(
        name,
        act,
        cutoff=_number(path, row, "probability_cutoff", None, 0, 1),
        window=_whole(path, row, "sliding_window_size", None, 1, _MOST_WINDOW),
        refractory_ms=_whole(path, row, "refractory_ms", _REFRACTORY_MS, 0, _MOST_REFRACTORY_MS),
    )


def _number(path: Path, row: Mapping[str, Any], name: str, default: int | None, least: int, most: int) -> Fraction:
    value = row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)) or not least <= value <= most:
        raise BadManifest(path, f"{name} must be a number from {least} to {most}")
    return Fraction(value)


def _whole(path: Path, row: Mapping[str, Any], name: str, default: int | None, least: int, most: int) -> int:
    number = _number(path, row, name, default, least, most)
    if number.denominator != 1:
        raise BadManifest(path, f"{name} must be a whole number")
    return int(number)


def _object(path: Path, what: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadManifest(path, f"{what} is missing or no object")
    return cast("dict[str, Any]", value)
