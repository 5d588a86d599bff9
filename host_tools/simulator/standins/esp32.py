"""`esp32` as far as the glasses use it: the pulse counter, the chip's temperature, what wakes it.

The S3 has no `raw_temperature`, which only the first ESP32 has.
"""

import worldlink
from machine_sleep import wake_on_ext0, wake_on_ext1  # noqa: F401 this is the module

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True

_LIMIT = 32767  # the counter has 16 bits


def mcu_temperature() -> int:
    """Degrees Celsius inside the chip; OSError where the sensor's driver fails."""
    return worldlink.call("heat", "celsius")


class PCNT:
    IGNORE = 0
    INCREMENT = 1
    DECREMENT = 2
    NORMAL = 0
    REVERSE = 1
    HOLD = 2

    _units: dict = {}

    def __new__(cls, id, **options):
        if not 0 <= id <= 3:
            raise ValueError("id")
        if id not in cls._units:
            cls._units[id] = super().__new__(cls)
        return cls._units[id]

    def __init__(self, id, **options) -> None:
        if not hasattr(self, "_running"):
            self._running = False
            self._gpio = None
            self._step = 0
            self._max = 0
            self._counted = 0  # edges before the counter was last started
            self._origin = 0  # edges the world had seen then
        if options:
            self.init(**options)

    def init(self, *, pin=None, rising=None, falling=None, min=None, max=None, value=None, filter=0, channel=0) -> None:
        """One channel counting edges of one pin; `min`, thresholds and the mode pin are not simulated."""
        if channel != 0:
            raise ValueError("channel")
        if pin is not None:
            self._gpio = pin if isinstance(pin, int) else pin._gpio
        if rising is not None or falling is not None:
            # As many falling as rising edges, and they cancel when both count in opposite directions.
            self._step = _signed(rising) + _signed(falling)
        if max is not None:
            if not 0 <= max <= _LIMIT:
                raise ValueError("max")
            self._max = max
        if min is not None or max is not None or value == 0:
            self.value(0)

    def start(self) -> None:
        if not self._running:
            self._origin = self._edges()
            self._running = True

    def stop(self) -> None:
        if self._running:
            self._counted += self._edges() - self._origin
            self._running = False

    def deinit(self) -> None:
        self.stop()

    def value(self, value=None) -> int:
        if value not in (None, 0):
            raise ValueError("value")
        edges = self._edges()
        total = (self._counted + (edges - self._origin if self._running else 0)) * self._step
        if value == 0:
            self._counted, self._origin = 0, edges
        # The hardware starts from zero again when it reaches its limit.
        limit = self._max or _LIMIT + 1
        return total % limit if total >= 0 else -(-total % limit)

    def _edges(self) -> int:
        return worldlink.call("pcnt", "pulses", self._gpio) if self._gpio is not None else 0


def _signed(action) -> int:
    return {PCNT.INCREMENT: 1, PCNT.DECREMENT: -1}.get(action, 0)
