"""`machine.Pin` and `machine.Signal`."""

import worldlink

# GPIO 22 to 25 do not exist on the S3; 26 to 37 belong to flash and PSRAM.
_GPIOS = tuple(range(22)) + tuple(range(38, 49))
_watched: dict = {}


def _on_edge(gpio: int, level: int) -> None:
    pin, handler = _watched.get(gpio, (None, None))
    if handler is not None:
        handler(pin)


class Pin:
    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    DRIVE_0 = 0
    DRIVE_1 = 1
    DRIVE_2 = 2
    DRIVE_3 = 3

    def __init__(self, id, mode=-1, pull=-1, *, value=None, drive=None, hold=None) -> None:
        if id not in _GPIOS:
            raise ValueError("invalid pin")
        self._gpio = id
        self._mode = Pin.IN
        self._hold = False
        if (mode, pull, value, drive, hold) != (-1, -1, None, None, None):
            self.init(mode, pull, value=value, drive=drive, hold=hold)

    def init(self, mode=-1, pull=-1, *, value=None, drive=None, hold=None) -> None:
        if mode != -1:
            self._mode = mode
        output = self._mode in (Pin.OUT, Pin.OPEN_DRAIN)
        if value is not None and output:
            # The port sets the level before the direction, so that the pin does not twitch.
            worldlink.call("pin", "write", self._gpio, 1 if value else 0)
        if hold is not None:
            self._hold = hold
        worldlink.call("pin", "configure", self._gpio, output, pull == Pin.PULL_UP, bool(self._hold))

    def value(self, level=None):
        if level is None:
            return worldlink.call("pin", "read", self._gpio)
        worldlink.call("pin", "write", self._gpio, 1 if level else 0)
        return None

    __call__ = value

    def on(self) -> None:
        self.value(1)

    def off(self) -> None:
        self.value(0)

    def irq(self, handler=None, trigger=3, *, priority=1, wake=None, hard=False) -> None:
        _watched[self._gpio] = (self, handler)
        worldlink.subscribe("pin", _on_edge)
        worldlink.call("pin", "watch", self._gpio, trigger if handler is not None else 0)

    def __repr__(self) -> str:
        return "Pin(%d)" % self._gpio


class Signal:
    def __init__(self, pin, *arguments, invert=False, **options) -> None:
        self._pin = pin if isinstance(pin, Pin) else Pin(pin, *arguments, **options)
        self._invert = invert

    def value(self, level=None):
        if level is None:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(level) != self._invert)
        return None

    __call__ = value

    def on(self) -> None:
        self.value(1)

    def off(self) -> None:
        self.value(0)
