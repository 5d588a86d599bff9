"""What the probe does to the glasses. At rest: every switch released, the finger up, the power on."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight_probe.contract import Driver

# Name: how long until it has happened, in ms. A G6K relay takes 3 ms and bounces; a small servo 0.1 s for 60 degrees.
SETTLES_MS = {"open": 10, "short": 10, "replace": 10, "cover": 400, "button": 1, "power": 20}
LED_FAULTS = ("open", "short", "replace", "cover")


class Faults:
    """The state of all switches; `away` says that one of them is not at rest."""

    def __init__(self, driver: "Driver"):
        self._driver = driver
        self._on = dict.fromkeys(SETTLES_MS, False)
        self._release_at_us = -1
        self.lapses = 0  # how often the host fell silent with a fault on

    @property
    def away(self) -> bool:
        """The glasses are not left alone."""
        return any(self._on.values())

    def state(self) -> dict:
        """Name to on or off; `power` on means that it is cut."""
        return dict(self._on)

    def set(self, name: str, on: bool) -> int:
        """Switch one of SETTLES_MS; returns when it will have settled, in ms."""
        if name == "button":
            self._release_at_us = -1
        self._driver.switch(name, on)
        self._on[name] = on
        return SETTLES_MS[name]

    def tap(self, now_us: int, held_ms: int) -> None:
        """Press the button now; `look` releases it."""
        self.set("button", True)
        self._release_at_us = now_us + held_ms * 1000

    def look(self, now_us: int) -> None:
        """Release a button that was tapped, when its time has come."""
        if 0 <= self._release_at_us <= now_us:
            self.set("button", False)

    def rest(self) -> None:
        """Mend everything, in the driver's own order, even where the state says that nothing is on."""
        self._release_at_us = -1
        self._driver.rest()
        for name in self._on:
            self._on[name] = False
