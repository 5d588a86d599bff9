"""Words for what the Live room shows: frames and their rate, the link, the battery, the microphone, who may watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from companion_app.language import N_, _, byte_words, listed, ngettext, number
from companion_app.link.answers import Status

_GOOD_BYTES_PER_S, _SLOW_BYTES_PER_S = 20_000, 5_000  # FACTS of the radio: 5 to 35 kB/s are to be expected
_STALE_S = 3.0

_LEVELS: Mapping[str, str] = {
    "software": N_("Software only: nothing measures the light, so its pictures stay unproven."),
    "current": N_("Current: the glasses measure that the light draws power."),
    "optical": N_("Optical: a sensor beside the light sees it shine."),
    "supply": N_("Supply: a sensor sees the light, and without it the camera has no power."),
}
_ENDED: Mapping[str, str] = {
    "time": N_("The minute is over; the light is off."),
    "link": N_("The link was lost; the glasses ended it."),
    "slow_link": N_("The link was too slow to go on."),
    "idle": N_("No frame was asked for any more, so the glasses ended it."),
    "keyword": N_("You said stop."),
    "button": N_("The button of the glasses ended it."),
}
_RECORDING: Mapping[str, str] = {
    "clip": N_("A clip is being taken."),
    "timelapse": N_("Pictures are being taken at an interval."),
    "live": N_("A phone looks through the glasses."),
    "burst": N_("A burst is being taken."),
}
_KEYWORD: Mapping[str, str] = {
    "off": N_("Muted: the glasses confirm that they do not listen. Clips have no sound."),
    "muted": N_("Muted by the switch on the glasses."),
    "resting": N_("The glasses rest and do not listen."),
    "no_model": N_("The glasses have no keyword to listen for."),
    "bad_model": N_("The keyword of the glasses is damaged: they do not listen."),
    "microphone_failed": N_("The microphone of the glasses does not work."),
}


def frame_words(age_s: float, frames_per_s: float, bytes_per_s: float) -> str:
    """How old the newest frame is, and how fast they come."""
    if age_s > _STALE_S:
        return _("This frame is {age} seconds old; the next is on its way.", age=number(age_s))
    if not frames_per_s:
        return _("This frame came just now.")
    rate, size = number(frames_per_s, 1), byte_words(int(bytes_per_s))
    return _("Now · {rate} pictures a second · {size} a second", rate=rate, size=size)


def looking_ended(reason: str) -> str:
    """Why looking ended."""
    return _(_ENDED[reason]) if reason in _ENDED else _("The glasses ended it ({reason}).", reason=reason)


def recording_words(what: str) -> str:
    """What runs on the glasses; empty for nothing."""
    return _(_RECORDING[what]) if what in _RECORDING else ""


def keyword_words(state: str, spoken: Sequence[str], *, allowed: bool) -> str:
    """What the microphone does, by the glasses' own word `state`."""
    if not allowed:
        return _("Off: you said that the microphone stays off.")
    if state == "listening":
        if spoken:
            return _("Listening for: {words}. Nothing of it leaves the glasses.", words=listed(list(spoken)))
        return _("Listening for the keyword. Nothing of it leaves the glasses.")
    return _(_KEYWORD[state]) if state in _KEYWORD else _("The glasses have not said yet.")


def battery_words(status: Status) -> str:
    """How full the battery is, and how warm the glasses are."""
    return _("{percent} % · {celsius} °C", percent=number(status.battery_percent), celsius=number(status.temperature_c))


def level_words(level: str) -> str:
    """Which proof of light the glasses can give."""
    return _(_LEVELS[level]) if level in _LEVELS else level


def link_words(bytes_per_s: int) -> str:
    """A grade and the number it rests on."""
    if not bytes_per_s:
        return _("Not measured yet: nothing came over it.")
    rate = byte_words(bytes_per_s)
    if bytes_per_s >= _GOOD_BYTES_PER_S:
        return _("Good: {rate} a second", rate=rate)
    if bytes_per_s >= _SLOW_BYTES_PER_S:
        return _("Fair: {rate} a second", rate=rate)
    return _("Slow: {rate} a second. Come closer to the glasses.", rate=rate)


def watching_words(others: Sequence[str]) -> str:
    """Who else may watch. The glasses hold one session at a time: while ours stands, nobody else's does."""
    if not others:
        return _("Nobody. No other phone is paired with these glasses.")
    return ngettext(
        "Nobody now: the glasses talk to one phone at a time. {n} other phone may when this one is away: {names}.",
        "Nobody now: the glasses talk to one phone at a time. {n} other phones may when this one is away: {names}.",
        len(others),
        names=listed(list(others)),
    )
