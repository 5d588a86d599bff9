"""The two minutes after a hand held the button, in which the one-time code counts."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.clock import Clock
    from plainsight.failures import Failures

WINDOW_MS = const(120_000)
MAX_FAILURES = const(5)


class PairingWindow:
    """Open for WINDOW_MS or until MAX_FAILURES attempts failed. A closing window records what failed."""

    def __init__(self, clock: "Clock", failures: "Failures"):
        self._clock = clock
        self._failures = failures
        self._open = False
        self._opened_ms = 0
        self._failed = 0

    def open(self) -> None:
        """A hand is on the glasses: begin, or begin anew."""
        self._open = True
        self._opened_ms = self._clock.ms()
        self._failed = 0

    def is_open(self) -> bool:
        """True while a code counts; closes the window when its time is over."""
        if self._open and self._clock.diff(self._clock.ms(), self._opened_ms) >= WINDOW_MS:
            self.close()
        return self._open

    def attempt_failed(self) -> None:
        """One attempt failed; the last one allowed closes the window."""
        if not self.is_open():
            return
        self._failed += 1
        if self._failed >= MAX_FAILURES:
            self.close()

    def close(self) -> None:
        """The code counts no more."""
        self._open = False
        self._failures.record()
