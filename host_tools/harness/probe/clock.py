"""The host's clock and the probe's side by side: each answer says that the probe's showed `us` in between."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_KEPT = 64
_DRIFT = 100e-6  # two crystals of 50 ppm each


@dataclass(frozen=True)
class Bracket:
    """The probe's clock showed `us` at some moment from `asked_s` to `answered_s` of the host's."""

    asked_s: float
    answered_s: float
    us: int


class SharedClock:
    """Translates host seconds into an interval of the probe's microseconds that contains the same moment."""

    def __init__(self) -> None:
        self._brackets: deque[Bracket] = deque(maxlen=_KEPT)

    def add(self, asked_s: float, answered_s: float, us: int) -> None:
        """One round trip."""
        self._brackets.append(Bracket(asked_s, answered_s, us))

    def probe_us(self, host_s: float) -> tuple[float, float]:
        """(earliest, latest); the narrowest that any round trip allows. ValueError without one."""
        return min((_within(bracket, host_s) for bracket in self._brackets), key=lambda span: span[1] - span[0])


def _within(bracket: Bracket, host_s: float) -> tuple[float, float]:
    away_s = max(bracket.asked_s - host_s, host_s - bracket.answered_s, 0.0)
    drift_us = away_s * _DRIFT * 1e6
    earliest_us = bracket.us + (host_s - bracket.answered_s) * 1e6 - drift_us
    latest_us = bracket.us + (host_s - bracket.asked_s) * 1e6 + drift_us
    return earliest_us, latest_us
