"""One figure of a board with what it stands beside, and one that could not be had with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

BOARD_TICKS = "the board's ticks"
THIS_COMPUTER = "this computer's clock"
COUNTED = "counted"


@dataclass(frozen=True)
class Reference:
    """A figure that a measurement replaces. `kind`: modelled, assumed, documented or reported; `source`: where from."""

    value: float
    unit: str
    kind: str
    source: str


@dataclass(frozen=True)
class Figure:
    """Median, least and most of `samples` readings by `clock`; `beside`: what it replaces, None where nothing was."""

    name: str
    value: float
    unit: str
    least: float
    most: float
    samples: int
    clock: str
    beside: Reference | None = None

    @property
    def ratio(self) -> float | None:
        """This figure to the one it replaces, where both have the same unit."""
        if self.beside is None or self.beside.unit != self.unit or not self.beside.value:
            return None
        return round(self.value / self.beside.value, 3)


@dataclass(frozen=True)
class LeftOut:
    """A figure that this run could not give, and why; `failed`: it should have been able to."""

    name: str
    reason: str
    failed: bool = False


Outcome = Figure | LeftOut


def figure(
    name: str, readings: Sequence[float], unit: str, clock: str = BOARD_TICKS, beside: Reference | None = None
) -> Figure:
    """The figure of at least one reading."""
    rounded = [round(reading, 4) for reading in readings]
    return Figure(name, round(median(rounded), 4), unit, min(rounded), max(rounded), len(rounded), clock, beside)


def as_json(outcome: Outcome, label: str) -> dict[str, Any]:
    """A row for scripts; `label` is `simulated` or `measured`."""
    if isinstance(outcome, LeftOut):
        return {"name": outcome.name, "value": None, "left_out": outcome.reason, "failed": outcome.failed}
    beside = outcome.beside
    return {
        "name": outcome.name,
        "value": outcome.value,
        "unit": outcome.unit,
        "least": outcome.least,
        "most": outcome.most,
        "samples": outcome.samples,
        "clock": outcome.clock,
        "label": label,
        "beside": None
        if beside is None
        else {"value": beside.value, "unit": beside.unit, "kind": beside.kind, "source": beside.source},
        "ratio": outcome.ratio,
    }
