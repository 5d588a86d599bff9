"""Scripted failures of the camera, each as the real driver shows it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class CameraFault(enum.Enum):
    """The kinds that Camera.fail() takes, by value."""

    ABSENT = "absent"  # the probe finds no sensor: opening fails with ESP_ERR_NOT_FOUND
    ENOMEM = "enomem"  # DMA memory is fragmented: opening fails with ENOMEM
    NONE = "none"  # no whole frame within the driver's time limit: capture() returns None
    HALF = "half"  # a JPEG without its second half
    RAISE = "raise"  # the driver has lost its state: capture() raises ENOENT
    SLOW = "slow"  # the frame comes just within the driver's time limit


_OPENING = frozenset({CameraFault.ABSENT, CameraFault.ENOMEM})


@dataclass
class _Script:
    fault: CameraFault
    skip: int
    left: int


class CameraFaults:
    """A list of scripts; openings consume the faults of opening, captures (the constructor's too) the others."""

    def __init__(self) -> None:
        self._scripts: list[_Script] = []

    def add(self, kind: str, calls: int, skip: int) -> None:
        """Fail `calls` calls after letting `skip` pass; raises ValueError for an unknown kind."""
        self._scripts.append(_Script(CameraFault(kind), skip, calls))

    def clear(self) -> None:
        """Forget all scripts."""
        self._scripts.clear()

    def take(self, *, opening: bool) -> CameraFault | None:
        """The fault of this call, if one is due."""
        for script in self._scripts:
            if (script.fault in _OPENING) is not opening or script.left == 0:
                continue
            if script.skip > 0:
                script.skip -= 1
                continue
            script.left -= 1
            return script.fault
        return None
