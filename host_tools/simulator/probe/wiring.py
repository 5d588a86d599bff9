"""What the probe's pins do and sense around the virtual glasses; the circuit is that of hardware/probe/README.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.paths import FIRMWARE
from host_tools.simulator.probe.parts import Flap, Relay
from host_tools.simulator.probe.pin_table import PinTable
from host_tools.simulator.world.led import FULL_DUTY, LedState
from host_tools.simulator.world.world import World

PROBE_FIRMWARE = FIRMWARE / "probe"
PIN_TABLE = PROBE_FIRMWARE / "plainsight_probe" / "pins_esp32s3.py"

_FILTER_US = 1000  # 10 kOhm and 100 nF before both ADC pins, as a plain mean over this window
_AMBIENT_UV = 15_000  # an office, through the hood
_LIT_UV = 1_200_000  # the LED at full duty in front of the photodiode
_NOMINAL_MA = 20.0
_UV_PER_MA = 50_000  # 1 Ohm times 50


class ProbeWiring:
    """Serves "pin", "pwm", "adc" and "pcnt" on the probe's board link. `power(on)` switches the glasses' supply."""

    def __init__(
        self,
        link: BoardLink,
        world: World,
        nominal_mv: int,
        power: Callable[[bool], None],
        table: Path = PIN_TABLE,
    ) -> None:
        self._link = link
        self._world = world
        self._nominal_mv = nominal_mv
        self._power = power
        self._pins = PinTable.of_file(table)
        agenda = world.agenda
        self._relays = {gpio: Relay(agenda, self._contacts_moved) for gpio in self._pins.relays}
        self._flap = Flap(agenda, lambda covered: world.led.damage(covered=covered))
        self._outputs: dict[int, int] = {}
        self._watched: dict[int, int] = {}
        self._exposing = False
        world.camera.on_frame.append(self._frame_begins)
        link.at_moment = agenda.moment
        link.on_detach.append(self.reset)
        for service in ("pin", "pwm", "adc", "pcnt"):
            link.register(service, self)

    def reset(self) -> None:
        """The probe's pins float: pull-downs release every transistor, the spring opens the flap."""
        self._watched.clear()
        for gpio in list(self._outputs):
            self.board_write(gpio, 0)
        self._outputs.clear()
        self._flap.follow(0, 0)

    def board_configure(self, gpio: int, output: bool, _pull_up: bool, _hold: bool) -> None:
        """A pin's direction; an output keeps its level, an input lets go of its transistor."""
        if output:
            self.board_write(gpio, self._outputs.get(gpio, 0))
        elif gpio in self._outputs:
            self.board_write(gpio, 0)
            del self._outputs[gpio]

    def board_write(self, gpio: int, level: int) -> None:
        """An output's level: high pulls a relay, presses the button, or takes the power away."""
        before = self._outputs.get(gpio, 0)
        self._outputs[gpio] = level
        if gpio in self._relays:
            self._relays[gpio].coil(level == 1)
        elif level != before and gpio == self._pins.button:
            (self._world.button.press if level else self._world.button.release)()
        elif level != before and gpio == self._pins.power:
            self._power(not level)

    def board_read(self, gpio: int) -> int:
        """The level at a pin: of all inputs only the frame mark is wired, to the camera's VSYNC."""
        if gpio in self._outputs:
            return self._outputs[gpio]
        return int(gpio == self._pins.frame_mark and self._exposing)

    def board_watch(self, gpio: int, edges: int) -> None:
        """Interrupt the probe at these edges (1 rising, 2 falling, 0 none)."""
        self._watched[gpio] = edges

    def board_modulate(self, gpio: int, hz: int, duty: int) -> None:
        """Servo pulses."""
        if gpio == self._pins.cover:
            self._flap.follow(hz, duty)

    def board_microvolts(self, gpio: int) -> int:
        """What the ADC reads, without noise."""
        if gpio == self._pins.light_level:
            return round(_AMBIENT_UV + _LIT_UV * self._brightness())
        if gpio == self._pins.led_current:
            return round(self._world.light_sense.millivolts() / self._nominal_mv * _NOMINAL_MA * _UV_PER_MA)
        return 0

    def board_pulses(self, gpio: int) -> int:
        """Flashes: outside the window the photodiode sees as many as the one inside."""
        return self._world.light_sense.pulses() if gpio == self._pins.light_pulses else 0

    def _brightness(self) -> float:
        """Of the LED, seen from outside, averaged over the filter's time; 1.0 steady."""
        now_us = self._world.agenda.now_us
        spans = self._world.led.track.spans(now_us - _FILTER_US, now_us)
        return sum((end - start) * _seen(state) for start, end, state in spans) / _FILTER_US

    def _contacts_moved(self) -> None:
        """K1 breaks the LED's circuit, K2 bridges the LED, K3 gives the current another way than the LED."""
        broken, bridged, bypassed = (self._relays[gpio].closed for gpio in self._pins.relays)
        self._world.led.damage(open=broken and not bypassed, replaced=broken and bypassed, shorted=bridged)

    def _frame_begins(self, begun_us: int, ended_us: int) -> None:
        agenda = self._world.agenda
        agenda.at(begun_us, lambda: self._mark(1))
        agenda.at(ended_us, lambda: self._mark(0))

    def _mark(self, level: int) -> None:
        self._exposing = level == 1
        if self._watched.get(self._pins.frame_mark, 0) & (1 if level else 2):
            self._link.event("pin", self._pins.frame_mark, level)


def _seen(state: LedState) -> float:
    return state.drive.duty / FULL_DUTY if state.shines and not state.covered else 0.0
