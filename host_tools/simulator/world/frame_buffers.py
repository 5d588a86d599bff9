"""The camera driver's frame buffers: which are free, filling, ready or held, and whose bytes are still in them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from host_tools.simulator.world.exposures import Exposure


class BufferState(enum.Enum):
    """What the driver does with a buffer."""

    FREE = enum.auto()
    FILLING = enum.auto()
    READY = enum.auto()
    HELD = enum.auto()


@dataclass
class _Remains:
    """Bytes [start, end) of an earlier frame, all that later frames have not overwritten."""

    exposure: Exposure
    start: int
    end: int


@dataclass
class FrameBuffer:
    """One buffer of `size` bytes; at most one frame, and the remains of those before it."""

    size: int
    state: BufferState = BufferState.FREE
    exposure: Exposure | None = None
    scene_us: int = 0
    brightness: float = 1.0
    _remains: list[_Remains] = field(default_factory=list[_Remains])
    _hidden: list[Exposure] = field(default_factory=list[Exposure])

    def begin(self, exposure: Exposure) -> None:
        """The driver starts to fill the buffer."""
        self.state, self.exposure = BufferState.FILLING, exposure

    def hand_over(self, length: int) -> None:
        """The firmware gets the frame: now it is known which bytes it takes, and what of older ones it leaves."""
        assert self.exposure is not None
        for remains in self._remains:
            remains.start = max(remains.start, length)
        for remains in self._remains:
            remains.exposure.wiped = remains.start >= remains.end
        self._remains = [remains for remains in self._remains if remains.start < remains.end]
        self._remains.append(_Remains(self.exposure, 0, length))
        self.state = BufferState.HELD

    def give_up(self, extent: int) -> None:
        """The driver takes the buffer back or frees it; its bytes are zero from `extent` on."""
        if self.state is not BufferState.HELD and self.exposure is not None:
            # Never shown to the firmware, so nobody knows how far it reaches: it never counts as erased.
            self._hidden.append(self.exposure)
        else:
            for remains in self._remains:
                remains.exposure.wiped = extent <= remains.start
            self._remains = [remains for remains in self._remains if not remains.exposure.wiped]
        self.state, self.exposure = BufferState.FREE, None

    def lose_power(self) -> None:
        """The memory forgets everything."""
        present = [self.exposure] if self.exposure is not None else []
        for exposure in (*self._hidden, *(remains.exposure for remains in self._remains), *present):
            exposure.wiped = True
        self._remains.clear()
        self._hidden.clear()
        self.state, self.exposure = BufferState.FREE, None
