"""The modelled and documented figures that a board's own replace: one table, each with where it stands."""

from __future__ import annotations

from plainsight.sound.stalls import STALLS_MS

from host_tools.bench.on_board.figures import Reference
from host_tools.bench.power_figures import FIGURES
from host_tools.xtensa.cycles import CLOCK_HZ

_STALLS = "firmware/plainsight/sound/stalls.py"
_BY_NAME = {figure.name: figure for figure in FIGURES}


def _power(name: str, *, unit: str, factor: float = 1.0) -> Reference:
    """A row of docs/power.md, in another unit if need be."""
    row = _BY_NAME[name]
    kind = "assumed" if row.source.startswith("assumption") else "documented"
    return Reference(row.value * factor, unit, kind, f"docs/power.md, {name} ({row.low:g} to {row.high:g} {row.unit})")


def _stall(operation: str) -> Reference:
    return Reference(float(STALLS_MS[operation]), "ms", "modelled", f"{_STALLS}: {operation}")


def _modelled(cycles: int, what: str) -> Reference:
    """A row of `plainsight bench keyword`: tests/bench holds it against the interpreter."""
    return Reference(round(cycles / CLOCK_HZ * 1000, 3), "ms", "modelled", f"docs/measuring.md: {what}")


BOOT = _power("boot", unit="s")
STORING = _power("sealing", unit="ms", factor=1000.0)
GOODPUT = _power("ble_kB_s", unit="kB/s")
COLLECTION = _stall("collection of the heap")
ERASING = _stall("erasing one block of flash")
CHUNK = _stall("one chunk sealed and written")
FLIGHT = _stall("one flight of a TLS handshake")
PROGRAM = Reference(0.4, "ms", "documented", "flash datasheets: one page of 256 bytes, typical")
HANDSHAKE = Reference(1000.0, "ms", "reported", "docs/sound.md: others' whole handshakes on this chip")
SIGNATURE = Reference(24.0, "ms", "modelled", "docs/updates.md: verify, ESP32-S3")
STRETCH = Reference(1.2, "ms", "modelled", "docs/updates.md: longest stretch without a pause, ESP32-S3")
RECORD = Reference(100.0, "ms", "modelled", "docs/hardware-status.md: erases of a record by their typical times")
KEYWORD_HOP = _modelled(210_400, "front end, a hop")
KEYWORD_STEP = _modelled(434_600, "look_stop, a step")
KEYWORD_STRETCH = _modelled(270_900 + 473_800, "the longest hop and the longest step")
KEYWORD = Reference(14.8, "%", "modelled", "docs/measuring.md: front end and look_stop, without the decimator")
DECIMATOR = Reference(10.6, "%", "modelled", "docs/measuring.md: decimator")
