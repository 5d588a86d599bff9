"""Waits for a condition, for as long as the test's own time limit allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_LOOKS_EVERY_S = 0.005


async def until(condition: Callable[[], object]) -> None:
    """Return once `condition` holds."""
    while not condition():  # noqa: ASYNC110 (what is waited for tells nobody)
        await asyncio.sleep(_LOOKS_EVERY_S)
