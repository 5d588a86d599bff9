"""How far two places are from each other, and how much of a place is kept."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

_EARTH_M = 6_371_009.0  # mean radius, IUGG
_KEPT_DIGITS = 3  # of a degree: about 100 m, which tells a street and no door


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the sphere, between two (latitude, longitude) in degrees (haversine)."""
    (north, east), (other_north, other_east) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))


def coarse(degrees: float) -> float:
    """As much of it as is kept."""
    return round(degrees, _KEPT_DIGITS)
