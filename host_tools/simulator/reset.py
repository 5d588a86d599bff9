"""Why the chip starts."""

from __future__ import annotations

import enum


class Reset(enum.Enum):
    """The values are MicroPython's machine.reset_cause() where it has one of its own (ports/esp32/modmachine.c)."""

    POWER_ON = 1
    HARD = 2
    WATCHDOG = 3
    DEEPSLEEP = 4
    SOFT = 5
    BROWN_OUT = 15  # the chip's own number: MicroPython calls it a watchdog reset
    PANIC = 12  # the chip's own number: MicroPython calls it a hard reset
    LOADER_WATCHDOG = 16  # the chip's own number: the way out of the loader in ROM
