"""How warm the chip is, as its own sensor says."""

from __future__ import annotations

from host_tools.simulator.boardlink import BoardErrno, BoardLink
from host_tools.simulator.world.agenda import Agenda

_ROOM_C = 35.0  # a chip at work in a room of 20 degrees
_ESP_ERR_INVALID_STATE = -259


class Heat:
    """Serves "heat" on the board link."""

    def __init__(self, agenda: Agenda, link: BoardLink) -> None:
        self._agenda = agenda
        self._from_c = _ROOM_C
        self._to_c = _ROOM_C
        self._per_s = 0.0
        self._since_us = agenda.now_us
        self.broken = False  # the sensor's driver answers with an error
        link.register("heat", self)

    @property
    def celsius(self) -> float:
        """The chip's temperature now."""
        moved = (self._agenda.now_us - self._since_us) / 1_000_000 * self._per_s
        if self._from_c <= self._to_c:
            return min(self._to_c, self._from_c + moved)
        return max(self._to_c, self._from_c - moved)

    def set_c(self, celsius: float, *, per_s: float | None = None) -> None:
        """This warm from now on, or on its way there with so many degrees in a second."""
        self._from_c = celsius if per_s is None else self.celsius
        self._to_c, self._per_s, self._since_us = celsius, per_s or 0.0, self._agenda.now_us

    def board_celsius(self) -> int:
        """esp32.mcu_temperature()."""
        if self.broken:
            raise BoardErrno(_ESP_ERR_INVALID_STATE)
        return round(self.celsius)
