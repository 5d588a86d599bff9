"""Numbers as people say them: ages and sizes."""

from __future__ import annotations

from companion_app.language import _, ngettext
from companion_app.language import byte_count as byte_count

_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_DAY_S = 24 * _HOUR_S
_FUTURE_SLACK_S = 5  # the clocks of two devices differ by a little; more than this is worth saying


def age(seconds: float) -> str:
    """How long ago something happened; `seconds` may be negative when the clocks disagree."""
    if seconds < -_FUTURE_SLACK_S:
        return _("time unknown: the clocks disagree")
    if seconds < _FUTURE_SLACK_S:
        return _("just now")
    if seconds < _MINUTE_S:
        return ngettext("{n} second ago", "{n} seconds ago", int(seconds))
    if seconds < _HOUR_S:
        return ngettext("{n} minute ago", "{n} minutes ago", int(seconds // _MINUTE_S))
    if seconds < _DAY_S:
        return ngettext("{n} hour ago", "{n} hours ago", int(seconds // _HOUR_S))
    return ngettext("{n} day ago", "{n} days ago", int(seconds // _DAY_S))


def countdown(seconds: float) -> str:
    """A time that runs out, in minutes and seconds; never below nothing."""
    whole = max(0, round(seconds))
    return f"{whole // _MINUTE_S}:{whole % _MINUTE_S:02d}"


def length(seconds: int) -> str:
    """How long something lasts, in whole minutes where it is that."""
    if seconds % _MINUTE_S:
        return ngettext("{n} second", "{n} seconds", seconds)
    return ngettext("{n} minute", "{n} minutes", seconds // _MINUTE_S)
