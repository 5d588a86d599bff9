"""Where this device is, as its system last knew: glasses have no receiver for satellites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from companion_app.ports.system import on_android


@dataclass(frozen=True)
class Fix:
    """A place on WGS 84 in degrees, how far off it may be, and when it was true (seconds since 1970)."""

    latitude: float
    longitude: float
    accuracy_m: float
    time_s: float


class Position(Protocol):
    """The system's knowledge of the place."""

    async def where(self) -> Fix | None:
        """The last known place; None where there is none, or the system may not tell it."""
        ...


class NoPosition:
    """`Position` of a desktop: none of its ways to a place would stay on this computer."""

    async def where(self) -> Fix | None:
        """None, always."""
        return None


def system_position() -> Position:
    """The position of this system."""
    if on_android():
        from companion_app.ports.position.android import AndroidPosition

        return AndroidPosition()
    return NoPosition()
