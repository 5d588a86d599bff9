"""Tells a board what its battery's voltage really is, so that its gauge reads right from then on."""

from __future__ import annotations

from host_tools.exits import LinkError, UsageError
from host_tools.provisioning.install import Executor

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


async def calibrate_battery(board: Executor, true_mv: int) -> tuple[int, int]:
    """(what the board read in mV, its correction in parts per million) for a battery of `true_mv`.

    Raises UsageError where no tolerance explains the difference, and LinkError if the board does not answer.
    """
    answer = (await board.execute(_CODE.format(true_mv=int(true_mv)))).split()
    match answer[-3:]:
        case ["calibrated", read_mv, scale_ppm]:
            return int(read_mv), int(scale_ppm)
        case ["refused", read_mv, _]:
            raise UsageError(
                f"--battery-mv {true_mv}: the board reads {read_mv} mV; more than tolerances explain. "
                "Check the divider's wiring and the figure."
            )
        case _:
            raise LinkError("calibrating", f"the board answered {' '.join(answer)[-200:]!r}")
