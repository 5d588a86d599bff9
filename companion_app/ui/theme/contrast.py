"""Contrast of two colours as WCAG 2.2 defines it."""

from __future__ import annotations

from collections.abc import Sequence


def luminance(red: float, green: float, blue: float) -> float:
    """Relative luminance of an sRGB colour with channels from 0 to 1."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def ratio(first: Sequence[float], second: Sequence[float]) -> float:
    """Contrast from 1 to 21 of two colours (red, green, blue from 0 to 1; further channels are ignored)."""
    one, other = luminance(*first[:3]), luminance(*second[:3])
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
