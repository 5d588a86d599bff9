"""One measured figure, and how a set of them is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ratio` is value / the value of the row named `compared_to`; both None where nothing fits."""

    name: str
    value: float
    unit: str
    compared_to: str | None = None
    ratio: float | None = None
    simulated: bool = True

    def as_json(self) -> dict[str, Any]:
        """The row with its six fields."""
        return asdict(self)


def against(name: str, value: float, unit: str, baseline: Row) -> Row:
    """A row compared with another of the same run."""
    ratio = round(value / baseline.value, 3) if baseline.value else None
    return Row(name, round(value, 3), unit, baseline.name, ratio)


def table(rows: Iterable[Row]) -> str:
    """Rows as aligned text."""
    lines = [f"{'name':<44}{'value':>12} {'unit':<8}{'ratio':>8}  compared to"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        lines.append(f"{row.name:<44}{row.value:>12.3f} {row.unit:<8}{ratio:>8}  {row.compared_to or ''}".rstrip())
    return "\n".join(lines)
