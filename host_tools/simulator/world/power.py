"""Power, reset and watchdog: the ways in which the board's program ends without being asked."""

from __future__ import annotations

from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.flash import FlashGauge
from host_tools.simulator.reset import Reset
from host_tools.simulator.world.agenda import Agenda, Appointment

# How much later than the board's own clock says a feed may arrive from a busy computer.
_LATE_US = 250_000
_CHIP_CAUSES = {
    Reset.POWER_ON: 1,
    Reset.HARD: 3,  # machine.reset(): the whole digital core, by software
    Reset.WATCHDOG: 7,
    Reset.DEEPSLEEP: 5,
    Reset.SOFT: 12,
    Reset.BROWN_OUT: 15,
    Reset.PANIC: 12,
    Reset.LOADER_WATCHDOG: 16,
}
# What MicroPython makes of the causes that it has no name for (ports/esp32/modmachine.c).
_CALLED = {Reset.BROWN_OUT: Reset.WATCHDOG, Reset.PANIC: Reset.HARD, Reset.LOADER_WATCHDOG: Reset.WATCHDOG}


class Power:
    """Serves "power" on the board link."""

    def __init__(self, agenda: Agenda, board: BoardProcess, gauge: FlashGauge) -> None:
        self._agenda = agenda
        self._board = board
        self._gauge = gauge
        self._watchdog_us: int | None = None
        self._bite: Appointment | None = None
        self._survives = False  # the next end of the program is a soft reset

    def cut(self, after_writes: int, *, torn: bool = False) -> None:
        """Lose power at the flash operation that follows `after_writes` further ones (half of it done if torn)."""
        self._gauge.cut_after(after_writes, torn=torn)

    def mend(self) -> None:
        """Forget a cut that has not come to pass."""
        self._gauge.disarm()

    def off(self) -> None:
        """Lose power at once."""
        self._board.power_off()

    def brown_out(self) -> None:
        """The supply sags until the chip resets itself."""
        self._board.reset(Reset.BROWN_OUT)

    def program_ended(self) -> None:
        """The watchdog goes with the program, unless that is a soft reset: nothing on the port stops it then."""
        survives, self._survives = self._survives and not self._board.unpowered, False
        if survives:
            return
        self._watchdog_us = None
        if self._bite is not None:
            self._bite.cancel()
            self._bite = None

    def board_reset(self, cause: int) -> None:
        """machine.reset() and machine.soft_reset()."""
        self._board.reset(Reset(cause))

    def board_soft_reset(self) -> None:
        """The REPL ends for a soft reset."""
        self._survives = True

    def board_bootloader(self) -> None:
        """machine.bootloader()."""
        self._board.download()

    def board_reset_cause(self) -> int:
        """machine.reset_cause()."""
        return _CALLED.get(self._cause, self._cause).value

    def board_reset_state_register(self) -> int:
        """RTC_CNTL_RESET_STATE_REG, the first core's cause (esp_rom/esp32s3/rtc.h)."""
        return _CHIP_CAUSES[self._cause]

    @property
    def _cause(self) -> Reset:
        return self._board.resets[-1] if self._board.resets else Reset.POWER_ON

    def board_watchdog(self, timeout_ms: int) -> None:
        """The watchdog starts; on this chip nothing stops it."""
        self._watchdog_us = timeout_ms * 1000
        self.board_feed()

    def board_feed(self) -> None:
        """The watchdog's time begins anew."""
        if self._watchdog_us is None:
            return
        if self._bite is not None:
            self._bite.cancel()
        self._bite = self._agenda.at(self._agenda.now_us + self._watchdog_us + _LATE_US, self._starved)

    def _starved(self) -> None:
        self._board.reset(Reset.WATCHDOG)
