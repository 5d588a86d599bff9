"""Words for live sessions: what went wrong, by class name of `sharing.live.errors`, and why one ended."""

from __future__ import annotations

from collections.abc import Mapping

LIVE_ERROR_WORDS: Mapping[str, tuple[str, str]] = {
    "LiveError": ("The live session could not go on.", "Start a new one."),
    "BadDuration": ("A live session lasts from 5 seconds to 10 minutes.", "Choose a length within that."),
    "BadFrame": ("A frame came damaged and was not used.", "Look around: the next one is tried by itself."),
    "SessionRunning": ("A live session is running already.", "Stop it first."),
    "LogUnavailable": (
        "The session's own record could not be written, and nothing leaves off the record.",
        "Make room on this device, then start again.",
    ),
    "SessionOver": ("The session was over, so nothing more was sent.", "Start a new one."),
    "NoSuchFrame": ("That session has no frame with this number.", "Look at the session's log."),
    "FacesStayMasked": (
        "Faces stay masked in a live session: whom it will see, nobody can ask beforehand.",
        "Take a picture and share that one, if the person agrees.",
    ),
}

_ENDED: Mapping[str, str] = {
    "time": "The time was up.",
    "tap": "You stopped it.",
    "app": "You stopped it.",
    "cancelled": "It was stopped.",
    "left": "It was stopped.",
    "keyword": "You said stop.",
    "button": "The glasses' button ended it.",
    "link": "The connection to the glasses was lost.",
    "idle": "Nothing was asked of the glasses for too long.",
    "slow_link": "The connection to the glasses is too slow.",
    "light_lost": "The capture light failed, so the glasses stopped.",
    "light_stray": "Another light disturbed the capture light's proof, so the glasses stopped.",
    "light_unproven": "Nobody could prove the capture light, and you did not allow frames without that.",
    "camera_no_frame": "The camera gave no picture.",
    "camera_bad_frame": "The camera gave a damaged picture.",
    "camera_failed": "The camera failed.",
    "battery_low": "The glasses' battery is too low.",
    "too_hot": "The glasses became too hot.",
    "asleep": "The glasses went to sleep.",
    "journal_failed": "The glasses could not write their record, so they stopped.",
}


def ended_words(reason: str) -> str:
    """Why a session ended, in a sentence; `reason` is `LiveState.ended`."""
    if reason in _ENDED:
        return _ENDED[reason]
    found = LIVE_ERROR_WORDS.get(reason)
    return found[0] if found is not None else "Something went wrong, and it was stopped."
