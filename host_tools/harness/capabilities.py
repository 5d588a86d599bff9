"""Finds out what a target can do; what it can't do has a reason, which becomes the reason of a skip."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from host_tools.cable.info import BoardInfo

_ADAPTERS = Path("/sys/class/bluetooth")
# What a real board can't be asked, but its owner.
_OWNERS = {
    "card": "no SD card that tests may write to: --card",
    "battery": "no battery that its owner says is connected: --battery",
    "button": "nobody presses its button: --hand, or a probe board with --probe PORT (docs/probe.md)",
}


def missing(
    info: BoardInfo, *, world: bool, probe: bool, switch: bool, fitted: Collection[str], radio: str, level: str
) -> dict[str, str]:
    """Capability to the reason why it is missing. `world`: a simulated one is around the board.

    `fitted`: what its owner says is there, of card, battery and button (a hand). `level`: how its light is proven; a
    simulated world with a photodiode has the resistor, too.
    """
    reasons: dict[str, str] = {}

    def lacks(reason: str, *names: str) -> None:
        reasons.update(dict.fromkeys(names, reason))

    if info.broken:
        lacks(f"Plainsight on the board can't be imported ({info.broken}): plainsight deploy", "application")
    elif info.application is None:
        lacks("no Plainsight on the board: plainsight deploy", "application")
    if info.provisioned and info.mode != "development":
        lacks("the glasses are locked: plainsight provision --mode development", "development", "camera_faults")
    if not info.has_camera:
        lacks("the image has no camera module: plainsight flash --list", "camera")
    reasons.update(_light_problems(level, world))
    if not world:
        lacks("nothing but a cable leads to it: the simulated world is --target sim", "simulator")
        there = {*fitted, "button"} if probe else fitted
        reasons.update({name: reason for name, reason in _OWNERS.items() if name not in there})
        if not probe:
            lacks("no probe board: --probe PORT (docs/probe.md)", "light_faults")
    if not probe:
        lacks("no probe board: --probe", "probe")
    if not switch:
        lacks("nothing switches the board's supply: --power", "power_cycle")
    if problem := _radio_problem(radio, _adapters()):
        lacks(problem, "radio")
    return reasons


def _light_problems(level: str, world: bool) -> dict[str, str]:
    problems: dict[str, str] = {}
    if level != "optical":
        problems["light_optical"] = f"no photodiode sees the light of these glasses: level {level}"
    if level != "current" and not (world and level == "optical"):
        problems["light_current"] = f"the current of the light is not sensed on these glasses: level {level}"
    return problems


def _radio_problem(radio: str, adapters: Collection[str]) -> str:
    if radio == "none":
        return "no radio for the phone: --radio system"
    if radio == "system" and not adapters:
        return "this computer has no Bluetooth adapter"
    return ""


def _adapters() -> list[str]:
    return sorted(path.name for path in _ADAPTERS.iterdir()) if _ADAPTERS.is_dir() else []
