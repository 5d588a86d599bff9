"""All time the firmware sees. Tests put their own object with the same five methods in its place."""

from plainsight import compat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable

    from plainsight.contract import Board


class Clock:
    """Ticks of the processor and the wall clock of a board."""

    def __init__(self, board: "Board"):
        self._board = board

    def ms(self) -> int:
        """Milliseconds that wrap; compare with `diff`."""
        return compat.ticks_ms()

    def us(self) -> int:
        """Microseconds that wrap; compare with `diff`."""
        return compat.ticks_us()

    def diff(self, end: int, start: int) -> int:
        """Signed ticks from `start` to `end`."""
        return compat.ticks_diff(end, start)

    def sleep_ms(self, duration_ms: int) -> "Awaitable[None]":
        """To be awaited at once: let other tasks run for at least this long. No coroutine of ours, so no allocation."""
        return compat.sleep_ms(duration_ms)

    def unix_s(self) -> int:
        """Seconds since 1970; 0 or more, wrong until the phone has set it."""
        return self._board.now_s()
