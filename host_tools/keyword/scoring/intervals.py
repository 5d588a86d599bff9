"""How far a counted figure can be trusted: 95 % intervals of a share and of a rate."""

from __future__ import annotations

import math

_Z_95 = 1.959963984540054  # of a normal distribution, two-sided


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's score interval of a share; (0, 1) where nothing was counted."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, _Z_95**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z_95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson(events: int, hours: float) -> tuple[float, float]:
    """The exact (Garwood) interval of a rate an hour; (0, infinite) where no time passed."""
    from scipy.special import gammaincinv  # slow to import, and a help text need not wait for it

    if hours <= 0:
        return 0.0, math.inf
    low = float(gammaincinv(events, 0.025)) if events else 0.0
    return low / hours, float(gammaincinv(events + 1, 0.975)) / hours
