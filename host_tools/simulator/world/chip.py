"""What else the chip has: its clock, its timers, its address."""

from __future__ import annotations

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.world.agenda import Agenda, Appointment

_RESET_HZ = 160_000_000


class Chip:
    """Serves "chip" on the board link. The clock starts at 2000-01-01 when power comes and survives resets."""

    unique_id = bytes.fromhex("240ac4515301")

    def __init__(self, agenda: Agenda, link: BoardLink) -> None:
        self._agenda = agenda
        self._link = link
        self._epoch_us = agenda.now_us
        self._timers: dict[int, Appointment] = {}
        self._memory = b""
        self.frequency_hz = _RESET_HZ
        link.register("chip", self)

    def lose_power(self) -> None:
        """The clock forgets the time, its memory what was kept there."""
        self._epoch_us = self._agenda.now_us
        self._memory = b""
        self.reset()

    def reset(self) -> None:
        """Timers stop, the processor runs as it does out of reset."""
        self.frequency_hz = _RESET_HZ
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def board_unique_id(self) -> bytes:
        """machine.unique_id(): the station's address."""
        return self.unique_id

    def board_time_us(self) -> int:
        """Microseconds since 2000-01-01 as the clock has it."""
        return self._agenda.now_us - self._epoch_us

    def board_set_time_us(self, since_2000_us: int) -> None:
        """machine.RTC().datetime(…)."""
        self._epoch_us = self._agenda.now_us - since_2000_us

    def board_set_frequency_hz(self, hz: int) -> None:
        """machine.freq(hz); it only shows here, the computer runs as fast as it does."""
        self.frequency_hz = hz

    def board_memory(self) -> bytes:
        """machine.RTC().memory(): kept through deep sleep and resets, not without power."""
        return self._memory

    def board_set_memory(self, content: bytes) -> None:
        """machine.RTC().memory(content)."""
        self._memory = content

    def board_timer(self, number: int, period_us: int, periodic: bool) -> None:
        """Start a hardware timer; its events are ("timer", number)."""
        self.board_stop_timer(number)
        self._set_timer(number, self._agenda.now_us + period_us, period_us if periodic else 0)

    def board_stop_timer(self, number: int) -> None:
        """Stop a hardware timer."""
        if (timer := self._timers.pop(number, None)) is not None:
            timer.cancel()

    def _set_timer(self, number: int, due_us: int, period_us: int) -> None:
        self._timers[number] = self._agenda.at(due_us, lambda: self._fire(number, due_us, period_us))

    def _fire(self, number: int, due_us: int, period_us: int) -> None:
        del self._timers[number]
        self._link.event("timer", number)
        if period_us:
            self._set_timer(number, due_us + period_us, period_us)
