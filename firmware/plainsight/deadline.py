"""One deadline that a connection must always beat: what it waits for changes, that something is waited for does not."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.clock import Clock

_LOOK_MS = const(250)  # how late an expiry may be noticed


class Deadline:
    """Calls `expired(reason)` once when the time given to the present step has passed."""

    def __init__(self, clock: "Clock", expired: "Callable[[str], None]"):
        self._clock = clock
        self._expired = expired
        self._since_ms = clock.ms()
        self._given_ms = 0
        self._reason = ""

    def give(self, duration_ms: int, reason: str) -> None:
        """From now the peer has `duration_ms` for the step whose failure is called `reason`."""
        self._since_ms = self._clock.ms()
        self._given_ms = duration_ms
        self._reason = reason

    async def run(self) -> None:
        """Watch until expiry; cancel it when the connection ends."""
        while True:
            left_ms = self._given_ms - self._clock.diff(self._clock.ms(), self._since_ms)
            if left_ms <= 0:
                self._expired(self._reason)
                return
            await self._clock.sleep_ms(min(left_ms, _LOOK_MS))
