"""Tells a board what its battery's voltage really is, so that its gauge reads right from then on."""

from __future__ import annotations

from host_tools.exits import LinkError, UsageError

_MOST_DIGITS = 9
_CODE = """
from board import Board
from plainsight.power import calibration
from plainsight.power.gauge import Gauge
read_mv = Gauge(Board(), calibration.Calibration()).read_mv()
try:
    scale_ppm = calibration.from_reference(read_mv, {true_mv})
    calibration.save(".", 0, scale_ppm)
    print("calibrated", read_mv, scale_ppm)
except calibration.BadCalibration:
    print("refused", read_mv, 0)
"""


def calibration_code(true_mv: int) -> str:
    """What a board runs to learn that its battery has `true_mv`."""
    return _CODE.format(true_mv=int(true_mv))


def read_calibration(output: str, true_mv: int) -> tuple[int, int]:
    """(what the board read in mV, its correction in parts per million) from what `calibration_code` printed.

    Raises UsageError where no tolerance explains the difference, and LinkError where the answer makes no sense.
    """
    match output.split()[-3:]:
        case ["calibrated", read_mv, scale_ppm] if _is_number(read_mv) and _is_number(scale_ppm):
            return int(read_mv), int(scale_ppm)
        case ["refused", read_mv, _]:
            raise UsageError(
                f"--battery-mv {true_mv}: the board reads {read_mv} mV; more than tolerances explain. "
                "Check the divider's wiring and the figure."
            )
        case _:
            raise LinkError("calibrating", f"the board answered {output.strip()[-200:]!r}")


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
