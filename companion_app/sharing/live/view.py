"""What a session needs of whatever shows it the world: the glasses' live frames, or a script in a test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol


class Frame(Protocol):
    """One exposure: a JPEG with its hex hash, its number, its time since the light was proven, and how that was."""

    @property
    def jpeg(self) -> bytes: ...
    @property
    def sha256(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def time_ms(self) -> int: ...
    @property
    def light(self) -> Mapping[str, Any]: ...


class End(Protocol):
    """Why the glasses stopped showing, and their own account of it; None where they could not give one."""

    @property
    def reason(self) -> str: ...
    @property
    def frames(self) -> int | None: ...
    @property
    def digest(self) -> str | None: ...
    @property
    def record(self) -> int | None: ...
    @property
    def agrees(self) -> bool | None: ...


class View(Protocol):
    """Each step asks for one exposure that is made after it was asked for; the iteration ends when `ended` resolves."""

    @property
    def ended(self) -> asyncio.Future[Any]:
        """Resolves to an End as soon as it is over, by whatever."""
        ...

    def __aiter__(self) -> View: ...
    async def __anext__(self) -> Frame: ...


def is_proven(light: Mapping[str, Any]) -> bool:
    """True where the glasses showed that their light was on for this very exposure."""
    return light.get("verdict") == "proven"
