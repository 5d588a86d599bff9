"""A time-lapse: photographs on a grid of time, whoever is connected, each through the whole policy."""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from plainsight.contract import Clock

_MS_PER_S = const(1000)
_LOOK_MS = const(200)  # how soon a stop is seen
# Refusals that no later photograph will be spared; heat and a busy camera pass.
_FINAL = ("battery_low", "asleep")


class TimeLapse:
    """Runs once. `photograph()` takes one or raises Refused, on record; `missed(refused)` records one not even tried.

    `must_end()` gives a reason why long recordings can't go on, or "".
    """

    def __init__(
        self,
        clock: "Clock",
        photograph: "Callable[[], Awaitable[Any]]",
        missed: "Callable[[Refused], object]",
        must_end: "Callable[[], str]",
    ):
        self._clock = clock
        self._photograph = photograph
        self._missed = missed
        self._must_end = must_end
        self._stopped = ""
        self.taken = 0
        self.refused = 0

    def stop(self, reason: str) -> None:
        """End it; the first reason counts."""
        self._stopped = self._stopped or reason

    async def run(self, every_s: int, frames: int) -> str:
        """Take `frames` photographs, the first at once; returns why it ended.

        The grid does not drift: what a photograph takes is part of the time to the next one, and moments that pass
        meanwhile are missed, not made up for. A refusal does not end it, but an empty battery does.
        """
        clock = self._clock
        every_ms = every_s * _MS_PER_S
        left_ms = 0  # until the next moment of the grid
        seen_ms = clock.ms()
        moments = 0
        while not self._stopped and moments < frames:
            now_ms = clock.ms()
            left_ms -= clock.diff(now_ms, seen_ms)
            seen_ms = now_ms
            if left_ms > 0:
                await clock.sleep_ms(min(left_ms, _LOOK_MS))
                continue
            left_ms += every_ms
            moments += 1
            while left_ms <= 0 and moments < frames:  # the one before took longer than the interval
                left_ms += every_ms
                moments += 1
                self.refused += 1
                self._missed(Refused("busy", {"doing": "photo"}))
            if self._must_end() in _FINAL:
                self.stop(self._must_end())
            else:
                await self._one()
        return self._stopped or "done"

    async def _one(self) -> None:
        try:
            await self._photograph()
        except Refused as refused:
            self.refused += 1
            if refused.code in _FINAL:
                self.stop(refused.code)
        else:
            self.taken += 1
