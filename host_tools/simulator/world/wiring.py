"""What hangs on which pin: the firmware's own pin table is the wiring of the virtual board."""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from pathlib import Path

_DEFAULTS = {
    "LIGHT_SENSE": 1,
    "CAPTURE_LIGHT": 2,
    "BUTTON": 3,
    "LIGHT_PULSES": 4,
    "BATTERY": 5,
    "MUTE": 6,
    "MICROPHONE_CLOCK": 42,
    "MICROPHONE_DATA": 41,
    "STATUS_LIGHT": 43,
    "BUZZER": 44,
    "LIGHT_SENSE_NOMINAL_MV": 200,
    "BATTERY_DIVIDER": 2,
}


@dataclass(frozen=True)
class Fitted:
    """Which of the light's sensors this pair of glasses has."""

    sense_resistor: bool = True
    photodiode: bool = True

    @classmethod
    def for_level(cls, level: str) -> Fitted:
        """What a level needs, and no more; ValueError for `supply`, whose interlock is not simulated, and others."""
        levels = {"software": cls(False, False), "current": cls(True, False), "optical": cls(True, True)}
        if level not in levels:
            raise ValueError(f"no virtual glasses of level {level!r}, choose from {', '.join(levels)}")
        return levels[level]


@dataclass(frozen=True)
class Wiring:
    """GPIO numbers, and what the parts on them are worth."""

    light_sense: int
    capture_light: int
    button: int
    light_pulses: int
    battery: int
    mute: int
    microphone_clock: int
    microphone_data: int
    status_light: int
    buzzer: int
    light_sense_nominal_mv: int
    battery_divider: int
    i2s_microphone: tuple[int, int, int] | None = None  # SCK, WS, SD
    fitted: Fitted = Fitted()

    @classmethod
    def of_board(cls, folder: Path, fitted: Fitted) -> Wiring:
        """Read `pins.py` of a board; the XIAO's wiring where it has none or leaves a name out."""
        table = folder / "pins.py"
        named = runpy.run_path(str(table)) if table.exists() else {}
        values = {name.lower(): int(named.get(name, default)) for name, default in _DEFAULTS.items()}
        return cls(**values, i2s_microphone=named.get("I2S_MICROPHONE"), fitted=fitted)
