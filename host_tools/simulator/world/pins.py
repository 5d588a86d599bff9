"""The board's pins as the stand-ins reach them: digital levels, PWM, ADC, pulse counters, edges."""

from __future__ import annotations

from collections.abc import Callable

from host_tools.simulator.boardlink import BoardErrno, BoardLink, Value
from host_tools.simulator.world.battery import Battery
from host_tools.simulator.world.button import Button
from host_tools.simulator.world.led import FULL_DUTY, Led
from host_tools.simulator.world.light_sense import LightSense
from host_tools.simulator.world.wiring import Wiring

_EINVAL = 22
_RISING, _FALLING = 1, 2  # machine.Pin.IRQ_RISING, IRQ_FALLING


class Pins:
    """Serves "pin", "pwm", "adc" and "pcnt" on the board link."""

    def __init__(
        self, link: BoardLink, wiring: Wiring, led: Led, sense: LightSense, button: Button, battery: Battery
    ) -> None:
        self._link = link
        self._wiring = wiring
        self._led = led
        self._sense = sense
        self._button = button
        self._battery = battery
        self._outputs: dict[int, int] = {}
        self._pulled_up: set[int] = set()
        self._held_up: set[int] = set()  # pull-ups that stay on in deep sleep
        self._edges: dict[int, int] = {}
        self.muted = False
        self.buzzing_hz = 0
        self.tones: list[int] = []  # each change of the buzzer, in Hz
        self.on_change: list[Callable[[], None]] = []  # a level at an input may have changed
        button.on_edge.append(lambda level: self._interrupt(wiring.button, level))
        button.on_edge.append(lambda _level: self._changed())
        for service in ("pin", "pwm", "adc", "pcnt"):
            link.register(service, self)

    @property
    def status_light(self) -> bool:
        """The state light is on."""
        return self._outputs.get(self._wiring.status_light, 0) != 0

    def reset(self) -> None:
        """All pins are inputs again; the light's pull-down makes it dark."""
        self._outputs.clear()
        self._pulled_up.clear()
        self._edges.clear()
        self.buzzing_hz = 0
        self._led.drive(0, 0)

    def told_as(self, service: str, method: str, arguments: tuple[Value, ...]) -> str:
        """Scripts count what a capture does by service: status light, buzzer and battery have a name of their own."""
        del method
        if service not in ("pin", "pwm", "adc") or not arguments:
            return service
        own = {
            self._wiring.status_light: "status",
            self._wiring.buzzer: "buzzer",
            self._wiring.battery: "battery",
        }
        gpio = arguments[0]
        return own.get(gpio, service) if isinstance(gpio, int) else service

    def asleep_level(self, gpio: int) -> int:
        """The level at an input while the chip sleeps: an internal pull-up counts only where it is held."""
        if gpio == self._wiring.button:
            return self._button.level if gpio in self._held_up else 0
        return 1 if gpio in self._held_up else 0

    def board_configure(self, gpio: int, output: bool, pull_up: bool, hold: bool) -> None:
        """The firmware sets a pin's direction and pull, and whether it stays so in deep sleep."""
        (self._pulled_up.add if pull_up else self._pulled_up.discard)(gpio)
        (self._held_up.add if pull_up and hold else self._held_up.discard)(gpio)
        if output:
            self.board_write(gpio, self._outputs.get(gpio, 0))
        elif self._outputs.pop(gpio, None) is not None and gpio == self._wiring.capture_light:
            self._led.drive(0, 0)

    def board_write(self, gpio: int, level: int) -> None:
        """The firmware sets an output's level."""
        self._outputs[gpio] = level
        if gpio == self._wiring.capture_light:
            self._led.drive(FULL_DUTY if level else 0, 0)

    def board_read(self, gpio: int) -> int:
        """The level at a pin."""
        if gpio in self._outputs:
            return self._outputs[gpio]
        if gpio == self._wiring.button:
            return self._button.level if gpio in self._pulled_up else 0
        if gpio == self._wiring.mute:
            return 0 if self.muted or gpio not in self._pulled_up else 1
        return 1 if gpio in self._pulled_up else 0

    def board_watch(self, gpio: int, edges: int) -> None:
        """Interrupt the board at these edges (1 rising, 2 falling, 0 none)."""
        self._edges[gpio] = edges

    def board_modulate(self, gpio: int, hz: int, duty: int) -> None:
        """A PWM waveform starts, changes or (duty 0) pauses on a pin."""
        self._outputs[gpio] = 1 if duty == FULL_DUTY else 0
        if gpio == self._wiring.buzzer:
            self.buzzing_hz = hz if duty else 0
            self.tones.append(self.buzzing_hz)
        if gpio == self._wiring.capture_light:
            self._led.drive(duty, hz if duty not in (0, FULL_DUTY) else 0)

    def board_microvolts(self, gpio: int) -> int:
        """What the calibrated ADC reads; EINVAL for a pin that ADC1 does not reach."""
        if not 1 <= gpio <= 10:
            raise BoardErrno(_EINVAL)
        if gpio == self._wiring.light_sense and self._wiring.fitted.sense_resistor:
            return round(self._sense.millivolts() * 1000)
        if gpio == self._wiring.battery:
            return round(self._battery.at_pin_mv() * 1000)
        return 0

    def board_pulses(self, gpio: int) -> int:
        """Rising edges at a pin since power-on."""
        sensed = gpio == self._wiring.light_pulses and self._wiring.fitted.photodiode
        return self._sense.pulses() if sensed else 0

    def _changed(self) -> None:
        for notify in self.on_change:
            notify()

    def _interrupt(self, gpio: int, level: int) -> None:
        if self._edges.get(gpio, 0) & (_RISING if level else _FALLING):
            self._link.event("pin", gpio, level)
