"""The battery, as the firmware sees it: a voltage behind a divider."""

from __future__ import annotations

_CHARGED_MV = 4000


class Battery:
    """Set by tests; it does not discharge by itself, and a low voltage does not brown the board out."""

    def __init__(self, divider: int) -> None:
        self._divider = divider
        self.millivolts = _CHARGED_MV

    def set_mv(self, millivolts: int) -> None:
        """The cell's voltage from now on."""
        self.millivolts = millivolts

    def at_pin_mv(self) -> float:
        """What the ADC's pin sees."""
        return self.millivolts / self._divider
