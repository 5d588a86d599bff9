"""Days and times as the language spoken now writes them, in the time zone of the device."""

from __future__ import annotations

import datetime

from companion_app.language.messages import N_, _

# As they stand inside a date: a language that inflects them translates that form.
_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def date_words(day: datetime.date) -> str:
    """A day with its month in letters: 22 November 2026."""
    return _("{day} {month} {year}", day=day.day, month=_(_MONTHS[day.month - 1]), year=day.year)


def weekday_words(day: datetime.date) -> str:
    """A day with its weekday: Sunday, 22 November 2026."""
    return _("{weekday}, {date}", weekday=_(_WEEKDAYS[day.weekday()]), date=date_words(day))


def clock_words(time_s: float) -> str:
    """Hours and minutes of the moment `time_s` (s since 1970): 21:05."""
    at = datetime.datetime.fromtimestamp(time_s)
    return _("{hour}:{minute}", hour=f"{at.hour:02d}", minute=f"{at.minute:02d}")


def moment_words(time_s: float) -> str:
    """The day and the time of `time_s` (s since 1970): 22 November 2026, 21:05."""
    day = datetime.datetime.fromtimestamp(time_s).date()
    return _("{date}, {time}", date=date_words(day), time=clock_words(time_s))
