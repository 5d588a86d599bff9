"""What one board's voltage divider and ADC are off by, in a small file that provisioning writes.

true = read * (1 + scale_ppm / 1,000,000) + offset_mv. The divider's resistors give the scale, the ADC the offset.
"""

import json

from plainsight.compat import const
from plainsight.storage import checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "/battery.json"
_MOST_OFFSET_MV = const(200)
_MOST_SCALE_PPM = const(60_000)  # two resistors of 1 % and an ADC of 3 %: more is no tolerance but a fault
_PPM = const(1_000_000)
_PLAUSIBLE_MV = (3000, 4300)


class BadCalibration(Exception):
    """The numbers are further off than tolerances can explain: something is wired wrongly."""


class Calibration:
    """Corrects a voltage; `known` is False until somebody compared it with a meter or a full cell."""

    def __init__(self, offset_mv: int = 0, scale_ppm: int = 0, known: bool = False):
        self.offset_mv = offset_mv
        self.scale_ppm = scale_ppm
        self.known = known

    def true_mv(self, read_mv: int) -> int:
        """The battery's voltage."""
        return read_mv + (read_mv * self.scale_ppm) // _PPM + self.offset_mv


def load(root: str, note: "Callable[[str], None]") -> Calibration:
    """What stands under `root`; none where there is no file, or where it is damaged: `note(what)` is told so then."""
    try:
        content = checked.read(root + NAME)
        if content is None:
            return Calibration()
        fields = json.loads(content)
        offset_mv, scale_ppm = fields["offset_mv"], fields["scale_ppm"]
        _check(offset_mv, scale_ppm)
    except (KeyError, ValueError, TypeError, UnicodeError, OSError, checked.Damaged, BadCalibration):
        note("unreadable")
        return Calibration()
    return Calibration(offset_mv, scale_ppm, True)


def save(root: str, offset_mv: int, scale_ppm: int) -> None:
    """Keep these numbers. Raises BadCalibration, OSError."""
    _check(offset_mv, scale_ppm)
    data = json.dumps({"version": 1, "offset_mv": offset_mv, "scale_ppm": scale_ppm})
    checked.write(root + NAME, data.encode())


def from_reference(read_mv: int, true_mv: int, offset_mv: int = 0) -> int:
    """The scale (ppm) that makes `read_mv` the voltage a meter shows, or 4200 mV of a cell that was just charged.

    Raises BadCalibration.
    """
    if not _PLAUSIBLE_MV[0] <= true_mv <= _PLAUSIBLE_MV[1] or read_mv <= 0:
        raise BadCalibration
    scale_ppm = (true_mv - offset_mv - read_mv) * _PPM // read_mv
    _check(offset_mv, scale_ppm)
    return scale_ppm


def _check(offset_mv: int, scale_ppm: int) -> None:
    """Raises BadCalibration."""
    if type(offset_mv) is not int or type(scale_ppm) is not int:
        raise BadCalibration
    if abs(offset_mv) > _MOST_OFFSET_MV or abs(scale_ppm) > _MOST_SCALE_PPM:
        raise BadCalibration
