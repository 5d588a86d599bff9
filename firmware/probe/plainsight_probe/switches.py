"""The output pins of either board: five transistors and a servo."""

from machine import PWM, Pin

from plainsight_probe import circuit

_PIN_NAMES = {"open": "OPEN", "short": "SHORT", "replace": "REPLACE", "button": "BUTTON", "power": "POWER"}


class Switches:
    """Made at rest. The servo gets no pulses until the first cover: limp, its spring holds the flap open."""

    def __init__(self, pins):
        self._pins = {name: Pin(getattr(pins, pin), Pin.OUT, value=0) for name, pin in _PIN_NAMES.items()}
        self._servo_pin = Pin(pins.COVER, Pin.OUT, value=0)
        self._servo = None
        self._opened = self._replaced = False

    def switch(self, name: str, on: bool) -> None:
        """One of `faults.SETTLES_MS`."""
        if name == "cover":
            self._turn(circuit.SERVO_COVERED_NS if on else circuit.SERVO_OPEN_NS)
        elif name in ("open", "replace"):
            self._break(name, on)
        else:
            self._pins[name].value(1 if on else 0)

    def rest(self) -> None:
        """All released; the power last, when nothing is broken any more."""
        self._opened = self._replaced = False
        for name in ("open", "short", "replace", "button"):
            self._pins[name].value(0)
        if self._servo is not None:
            self._servo.deinit()
            self._servo = None
            self._servo_pin.init(Pin.OUT, value=0)
        self._pins["power"].value(0)

    def _break(self, name: str, on: bool) -> None:
        """A resistor takes the LED's place only where the LED's own circuit is broken too: K1 serves both faults."""
        if name == "open":
            self._opened = on
        else:
            self._replaced = on
        self._pins["replace"].value(1 if self._replaced else 0)
        self._pins["open"].value(1 if self._opened or self._replaced else 0)

    def _turn(self, pulse_ns: int) -> None:
        if self._servo is None:
            self._servo = PWM(self._servo_pin, freq=circuit.SERVO_HZ, duty_ns=pulse_ns)
        else:
            self._servo.duty_ns(pulse_ns)
