"""What both boards have alike: their name, their ticks, and edges as interrupts."""

import os
import time

from machine import Pin

from plainsight_probe.switches import Switches


class Chip(Switches):
    """See contract.Driver."""

    def __init__(self, pins):
        super().__init__(pins)
        self._mark = Pin(pins.FRAME_MARK, Pin.IN, Pin.PULL_DOWN)

    def machine(self) -> str:
        """See contract.Driver."""
        return os.uname().machine

    def ticks_us(self) -> int:
        """See contract.Driver."""
        return time.ticks_us()  # pyright: ignore[reportReturnType] - an int that the stubs hide

    def ticks_diff(self, later: int, earlier: int) -> int:
        """See contract.Driver."""
        return time.ticks_diff(later, earlier)

    def on_frame_mark(self, handler) -> None:
        """See contract.Driver."""
        self._mark.irq(lambda pin: handler(time.ticks_us(), pin.value()), Pin.IRQ_RISING | Pin.IRQ_FALLING)
