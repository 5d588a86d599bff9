"""Feeds the watchdog only while every task that lasts keeps reporting: one that hangs restarts the glasses."""

from plainsight.compat import const

_CHECK_MS = const(500)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Clock, Watchdog


class NoWatchdog:
    """In the place of a watchdog where nothing may restart the glasses."""

    def feed(self) -> None:
        """There is nothing to feed."""


class Health:
    """Tasks report with alive(name) as often as expect(name, within_ms) said; `on_late(name)` hears who does not."""

    def __init__(self, watchdog: "Watchdog", clock: "Clock", on_late: "Callable[[str], None]"):
        self._watchdog = watchdog
        self._clock = clock
        self._on_late = on_late
        self._expected: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._suspect = ""
        self._named = ""

    def expect(self, name: str, within_ms: int) -> None:
        """From now on the task `name` must report in time."""
        self._expected[name] = within_ms
        self.alive(name)

    def alive(self, name: str) -> None:
        """The task `name` reports. Raises KeyError for one that nobody expects."""
        if name not in self._expected:
            raise KeyError(name)
        self._seen[name] = self._clock.ms()

    def late(self) -> str:
        """The name of a task that has not reported in time, or ""."""
        now = self._clock.ms()
        for name, within_ms in self._expected.items():
            if self._clock.diff(now, self._seen[name]) > within_ms:
                return name
        return ""

    async def run(self) -> None:
        """For ever: feed the watchdog while nobody is late."""
        while True:
            late = self.late()
            if not late:
                self._watchdog.feed()
            elif late == self._suspect and late != self._named:  # not the first look after a sleep of the whole chip
                self._named = late
                self._on_late(late)  # now: the watchdog leaves no time for it
            self._suspect = late
            await self._clock.sleep_ms(_CHECK_MS)
