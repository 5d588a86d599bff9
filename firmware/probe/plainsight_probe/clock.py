"""Microseconds since the probe started, which do not wrap as `time.ticks_us` does after some 18 minutes."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Must be read more often than the ticks wrap; the service does so at every look."""

    def __init__(self, ticks_us: "Callable[[], int]", ticks_diff: "Callable[[int, int], int]"):
        self._ticks_us = ticks_us
        self._ticks_diff = ticks_diff
        self._last = ticks_us()
        self._total_us = 0

    def us(self) -> int:
        """The time now."""
        ticks = self._ticks_us()
        self._total_us += self._ticks_diff(ticks, self._last)
        self._last = ticks
        return self._total_us

    def at(self, ticks: int) -> int:
        """The time at which `ticks` was read, before or after the last `us()`."""
        return self._total_us + self._ticks_diff(ticks, self._last)
