"""Numbers as people say them: ages and sizes."""

from __future__ import annotations

_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_DAY_S = 24 * _HOUR_S
_FUTURE_SLACK_S = 5  # the clocks of two devices differ by a little; more than this is worth saying


def age(seconds: float) -> str:
    """How long ago something happened; `seconds` may be negative when the clocks disagree."""
    if seconds < -_FUTURE_SLACK_S:
        return "time unknown: the clocks disagree"
    if seconds < _FUTURE_SLACK_S:
        return "just now"
    if seconds < _MINUTE_S:
        return f"{int(seconds)} seconds ago"
    for unit_s, name in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute")):
        count = int(seconds // unit_s)
        if count:
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    raise AssertionError("a minute or more always has a unit")


def byte_count(count: int) -> str:
    """An exact number of bytes, grouped by thousands: what is promised must be countable."""
    return f"{count:,} byte{'' if count == 1 else 's'}"


def countdown(seconds: float) -> str:
    """A time that runs out, in minutes and seconds; never below nothing."""
    whole = max(0, round(seconds))
    return f"{whole // _MINUTE_S}:{whole % _MINUTE_S:02d}"


def length(seconds: int) -> str:
    """How long something lasts, in whole minutes where it is that."""
    if seconds % _MINUTE_S:
        return f"{seconds} seconds"
    minutes = seconds // _MINUTE_S
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
