"""Time that passes at once, for worlds that last a day: both the world's clock and the board's go on by a leap.

What the board waits for meanwhile happens late by up to one leap, as if its processor had been busy. The board's
program must follow: it asks for the time that was skipped when it starts, adds each leap to its clock, and says when it
has caught up.
"""

from __future__ import annotations

import asyncio

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.world.agenda import Agenda


class Leap:
    """Serves "clock" on the board link."""

    def __init__(self, agenda: Agenda, link: BoardLink) -> None:
        self._agenda = agenda
        self._link = link
        self._caught_up = asyncio.Event()
        link.register("clock", self)

    async def leap(self, seconds: float) -> None:
        """Let this much time pass at once; returns when a board that follows has done what was due, or is gone."""
        duration_us = round(seconds * 1_000_000)
        self._agenda.skip(duration_us)
        if self._link.attached:
            self._caught_up.clear()
            self._link.event("clock", duration_us)
            await self._caught_up.wait()

    def board_gone(self) -> None:
        """Nobody will catch up."""
        self._caught_up.set()

    def board_skipped_us(self) -> int:
        """By how much the world is ahead of the clock that both processes read."""
        return self._agenda.skipped_us

    def board_caught_up(self) -> None:
        """The board has done what was due by now."""
        self._caught_up.set()
