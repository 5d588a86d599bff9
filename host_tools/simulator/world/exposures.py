"""The record of every exposure, and the count that must stay zero: exposures in the dark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Exposure:
    """One frame that the driver recorded into one of its buffers (the sensor exposes always; unrecorded frames vanish).

    begun_s, ended_s: seconds of the monotonic clock. The pixels read out first began to collect light one frame
    interval before the readout, so that is when the exposure began. lit: people saw the capture LED during all of it.
    commanded: the firmware drove the LED when it began. wiped: none of its bytes were left when the driver gave the
    buffer up. sha256: of the JPEG the firmware got, None if it never got it. settled: the sensor's automatic exposure
    had converged.
    """

    begun_s: float
    ended_s: float = 0.0
    commanded: bool = False
    lit: bool = False
    wiped: bool = False
    sha256: str | None = None
    settled: bool = False
    kept: bool = False

    @property
    def in_dark(self) -> bool:
        """Nobody could see it being taken, and it was not both an accident of a commanded light and erased unseen."""
        return not self.lit and (not self.commanded or not self.wiped or self.kept)


def count_in_dark(exposures: Iterable[Exposure]) -> int:
    """How many of them broke the promise "no light, no frame"."""
    return sum(exposure.in_dark for exposure in exposures)
