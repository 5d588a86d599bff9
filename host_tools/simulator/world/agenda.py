"""The one clock of the world, and what is due at a moment of it.

Board calls carry the board's own time stamp, and due actions carry theirs: each happens at exactly its moment, in
order, however late this process gets to run. That is why pulses counted against the board's clock come out exact.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field


def monotonic_us() -> int:
    """Linux CLOCK_MONOTONIC, which MicroPython's ticks_us() reads too."""
    return time.monotonic_ns() // 1000


@dataclass(order=True)
class Appointment:
    """One due action; `cancel` takes it off the agenda."""

    due_us: int
    number: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """The action will not run."""
        self.cancelled = True


class Agenda:
    """A discrete-event clock that follows real time; `read_us` is the clock it follows."""

    def __init__(self, read_us: Callable[[], int] = monotonic_us) -> None:
        self._followed_us = read_us
        self.skipped_us = 0  # how far it is ahead of the clock that it follows
        self._reached_us = read_us()
        self._held = False
        self._due: list[Appointment] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def now_us(self) -> int:
        """The moment at hand: that of the board call or due action in progress, else of the clock."""
        if not self._held:
            self._advance(self._read_us())
        return self._reached_us

    @contextlib.contextmanager
    def moment(self, stamp_us: int) -> Generator[None]:
        """Hold the clock at the time stamp of a board call (or where it is already, if that is later)."""
        # A stamp ahead of the clock could only be a lie.
        self._advance(min(stamp_us, self._read_us()))
        held, self._held = self._held, True
        try:
            yield
        finally:
            self._held = held

    def at(self, due_us: int, action: Callable[[], None]) -> Appointment:
        """Run `action` at this moment; at the moment at hand if it has passed."""
        appointment = Appointment(max(due_us, self._reached_us), next(self._numbers), action)
        heapq.heappush(self._due, appointment)
        self._arm()
        return appointment

    async def reach(self, due_us: int) -> None:
        """Return when the clock has reached this moment and all that is due by then has happened."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        appointment = self.at(due_us, lambda: None if reached.done() else reached.set_result(None))
        try:
            await reached
        finally:
            appointment.cancel()

    def skip(self, duration_us: int) -> None:
        """Let this much time pass at once: what is due meanwhile happens now, each at its own moment, in order."""
        self.skipped_us += duration_us
        self._advance(self._read_us())
        self._arm()

    def close(self) -> None:
        """Forget everything that is due."""
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read_us(self) -> int:
        return self._followed_us() + self.skipped_us

    def _advance(self, to_us: int) -> None:
        self._run_due(to_us)
        self._reached_us = max(self._reached_us, to_us)

    def _run_due(self, to_us: int) -> None:
        while self._due and self._due[0].due_us <= to_us:
            appointment = heapq.heappop(self._due)
            if appointment.cancelled:
                continue
            self._reached_us = max(self._reached_us, appointment.due_us)
            held, self._held = self._held, True
            try:
                appointment.action()
            finally:
                self._held = held

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due:
            ahead_us = self._due[0].due_us - self._read_us()
            self._timer = asyncio.get_running_loop().call_later(max(0, ahead_us) / 1_000_000, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        # Only as far as what was due: a board call stamped a little later than that may still be on its way.
        self._run_due(self._read_us())
        self._arm()
