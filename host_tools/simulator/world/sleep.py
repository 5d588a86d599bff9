"""Deep and light sleep: what wakes the chip, and that a pin without its pull-up held reads low while it sleeps."""

from __future__ import annotations

import asyncio

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.reset import Reset
from host_tools.simulator.world.agenda import Agenda, Appointment
from host_tools.simulator.world.pins import Pins

EXT0_WAKE, TIMER_WAKE = 2, 4  # machine.EXT0_WAKE, machine.TIMER_WAKE
_EXT1_WAKE = 3


class Sleep:
    """Serves "sleep" on the board link. The wake sources are forgotten at each reset, as the port does."""

    def __init__(self, agenda: Agenda, link: BoardLink, board: BoardProcess, pins: Pins) -> None:
        self._agenda = agenda
        self._board = board
        self._pins = pins
        self._ext0: tuple[int, int] | None = None  # (GPIO, level)
        self._ext1: tuple[tuple[int, ...], int] = ((), 0)
        self._timer: Appointment | None = None
        self._light: asyncio.Event | None = None
        self._deep = False
        self._reason = 0
        pins.on_change.append(self._look)
        link.register("sleep", self)

    @property
    def deep(self) -> bool:
        """The chip sleeps and its program is gone."""
        return self._deep

    def reset(self) -> None:
        """The program ended: its wake sources go with it unless it sleeps by them."""
        if not self._deep:
            self._ext0, self._ext1 = None, ((), 0)

    def lose_power(self) -> None:
        """Nothing sleeps without power."""
        self._deep, self._reason = False, 0
        self._stop_timer()
        self.reset()

    def board_wake_on_ext0(self, gpio: int | None, level: bool) -> None:
        """esp32.wake_on_ext0()."""
        self._ext0 = None if gpio is None else (gpio, int(level))

    def board_wake_on_ext1(self, gpios: tuple[int, ...], level: bool) -> None:
        """esp32.wake_on_ext1(): any high, or all low."""
        self._ext1 = (gpios, int(level))

    def board_wake_reason(self) -> int:
        """machine.wake_reason()."""
        return self._reason

    def board_deepsleep(self, time_ms: int) -> None:
        """machine.deepsleep(): the program ends here; what wakes the chip starts it from the beginning."""
        self._deep, self._reason = True, 0
        self._start_timer(time_ms)
        self._board.sleep()
        self._look()

    async def board_lightsleep(self, time_ms: int) -> None:
        """machine.lightsleep(): the program stands still until the chip wakes."""
        self._light, self._reason = asyncio.Event(), 0
        self._start_timer(time_ms)
        self._look()
        try:
            await self._light.wait()
        finally:
            self._light = None
            self._stop_timer()

    def _start_timer(self, time_ms: int) -> None:
        if time_ms:
            self._timer = self._agenda.at(self._agenda.now_us + time_ms * 1000, lambda: self._wake(TIMER_WAKE))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """A pin may have changed: does that wake the chip?"""
        if not self._deep and self._light is None:
            return
        if self._ext0 is not None and self._pins.asleep_level(self._ext0[0]) == self._ext0[1]:
            self._wake(EXT0_WAKE)
            return
        gpios, level = self._ext1
        levels = [self._pins.asleep_level(gpio) for gpio in gpios]
        if levels and (any(levels) if level else not any(levels)):
            self._wake(_EXT1_WAKE)

    def _wake(self, reason: int) -> None:
        self._reason = reason
        self._stop_timer()
        if self._light is not None:
            self._light.set()
        if self._deep:
            self._deep = False
            self.reset()
            self._board.wake(Reset.DEEPSLEEP)
