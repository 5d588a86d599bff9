"""What switches a board's supply."""

from __future__ import annotations

from typing import Literal, Protocol

Means = Literal["probe", "software", "simulated"]


class Power(Protocol):
    """`name`: by what, in words. `means`: "software" for a switch that a command on this computer drives."""

    @property
    def name(self) -> str: ...

    @property
    def means(self) -> Means: ...

    def off(self) -> None:
        """The board has no supply when this returns."""
        ...

    def on(self) -> None:
        """The board has its supply; it may not have booted yet."""
        ...

    def cycle(self, off_s: float = 1.0) -> None:
        """Off, a pause in which capacitors run empty, on; on also after an exception."""
        ...
