"""Feeds the watchdog only while every expected task keeps reporting: one that hangs restarts the glasses."""

from plainsight.compat import const

_CHECK_MS = const(500)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Clock, Watchdog


class Health:
    """`watchdog` has feed(). A task reports with alive(name), as often as expect(name, within_ms) said."""

    def __init__(self, watchdog: "Watchdog", clock: "Clock"):
        self._watchdog = watchdog
        self._clock = clock
        self._expected: dict[str, int] = {}
        self._seen: dict[str, int] = {}

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
            if not self.late():
                self._watchdog.feed()
            await self._clock.sleep_ms(_CHECK_MS)
