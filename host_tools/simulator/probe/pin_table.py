"""The probe's own pin table, read from its firmware: it is the wiring of the virtual probe too."""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PinTable:
    """GPIO numbers."""

    light_level: int
    led_current: int
    light_pulses: int
    open: int
    short: int
    replace: int
    cover: int
    power: int
    button: int
    frame_mark: int

    @property
    def relays(self) -> tuple[int, int, int]:
        """K1, K2, K3."""
        return self.open, self.short, self.replace

    @classmethod
    def of_file(cls, path: Path) -> PinTable:
        """Read a `pins_*.py`; KeyError for a name it leaves out."""
        named = runpy.run_path(str(path))
        return cls(**{name: int(named[name.upper()]) for name in cls.__dataclass_fields__})
