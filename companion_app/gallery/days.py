"""Pictures by the day on which they were taken, as the calendar of this phone has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from companion_app.gallery.picture import Picture

_CLOCK_SET_S = 1_577_836_800  # 2020: glasses whose clock says less were never told the time
_NO_CALENDAR_S = 32_503_680_000  # the year 3000: what says more is no time


@dataclass(frozen=True)
class Day:
    """The pictures of one day in the order they came in; `date` None: their glasses did not know the time."""

    date: date | None
    pictures: tuple[Picture, ...]


def by_day(pictures: Iterable[Picture], zone: tzinfo | None = None) -> list[Day]:
    """Newest day first, those without a date last. `zone` None: that of this phone."""
    found: dict[date | None, list[Picture]] = {}
    for picture in pictures:
        found.setdefault(day_of(picture.time_s, zone), []).append(picture)
    undated = found.pop(None, None)
    days = [Day(day, tuple(found[day])) for day in sorted((day for day in found if day is not None), reverse=True)]
    return [*days, Day(None, tuple(undated))] if undated else days


def day_of(time_s: int, zone: tzinfo | None = None) -> date | None:
    """The date of Unix seconds, None where the glasses' clock had not been set."""
    return datetime.fromtimestamp(time_s, zone).date() if _CLOCK_SET_S <= time_s < _NO_CALENDAR_S else None
