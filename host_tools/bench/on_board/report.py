"""What a run on a board found: as a table, as JSON, and as a file that its owner can send."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from host_tools.bench.on_board.figures import Figure, LeftOut, Outcome, as_json

_FORMAT = 1
_ID_DIGITS = 8


@dataclass(frozen=True)
class Subject:
    """What was measured. `id` tells boards apart and gives no serial number away; hashes are hex, "" where unknown."""

    id: str
    simulated: bool
    machine: str
    micropython: str
    application: str
    firmware_sha256: str
    commit: str
    date: str

    @property
    def label(self) -> str:
        """The word that stands beside every figure."""
        return "simulated" if self.simulated else "measured"


def short_id(unique_id: str) -> str:
    """A name for a board from its serial number, which can't be had back from a file that is sent."""
    return hashlib.sha256(b"plainsight-bench-v1" + unique_id.encode()).hexdigest()[:_ID_DIGITS]


def document(subject: Subject, outcomes: Sequence[Outcome], *, quick: bool) -> dict[str, Any]:
    """Everything, for scripts."""
    rows = [as_json(outcome, subject.label) for outcome in outcomes]
    return {"format": _FORMAT, "label": subject.label, "quick": quick, "board": asdict(subject), "rows": rows}


def save(folder: Path, found: dict[str, Any]) -> Path:
    """Write `on-board-<id>.json`, or with `simulated` in its name where it is; returns the path. Raises OSError."""
    board = found["board"]
    name = f"on-board-{'simulated-' if board['simulated'] else ''}{board['id']}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(found, indent=2) + "\n")
    return beside.replace(path)


def table(subject: Subject, outcomes: Sequence[Outcome]) -> str:
    """Aligned text, each row with its label; what was left out stands below with its reason."""
    lines = [f"{'figure':<46}{'value':>12} {'unit':<7}{'least':>12}{'most':>12}  {'':<10}instead of"]
    lines += (_line(each, subject.label) for each in outcomes if isinstance(each, Figure))
    left = [each for each in outcomes if isinstance(each, LeftOut)]
    return "\n".join((*lines, *_left_out(left)))


def _line(figure: Figure, label: str) -> str:
    beside = figure.beside
    instead = "" if beside is None else f"{beside.value:g} {beside.unit}, {beside.kind}: {beside.source}"
    numbers = f"{_short(figure.value):>12} {figure.unit:<7}{_short(figure.least):>12}{_short(figure.most):>12}"
    return f"{figure.name:<46}{numbers}  {label:<10}{instead}".rstrip()


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3f}"


def _left_out(outcomes: Iterable[LeftOut]) -> list[str]:
    return [f"{'failed' if each.failed else 'left out'}: {each.name}: {each.reason}" for each in outcomes]
