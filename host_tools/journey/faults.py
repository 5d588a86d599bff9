"""The faults that a run of the main job can meet, each set on the world right before the button is pressed."""

from __future__ import annotations

from collections.abc import Callable

from host_tools.simulator import Simulator

# Late enough that the transfer is under way, early enough that most of it is still to come.
_DROP_AFTER_BYTES = 6000

_FAULTS: dict[str, Callable[[Simulator], object]] = {
    "led-open": lambda simulator: simulator.world.led.cut(),
    "led-short": lambda simulator: simulator.world.led.short(),
    "led-covered": lambda simulator: simulator.world.led.cover(),
    "link-drop": lambda simulator: simulator.radio.drop_after(_DROP_AFTER_BYTES),
}

NAMES = tuple(_FAULTS)


def inject(fault: str | None, simulator: Simulator) -> None:
    """Make `fault` (one of plan.FAULTS, or None) happen from now on."""
    if fault is not None:
        _FAULTS[fault](simulator)
