"""Words for live sessions: what went wrong, by class name of `sharing.live.errors`, and why one ended."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_, _

LIVE_ERROR_WORDS: Mapping[str, tuple[str, str]] = {
    "LiveError": (N_("The live session could not go on."), N_("Start a new one.")),
    "BadDuration": (N_("A live session lasts from 5 seconds to 10 minutes."), N_("Choose a length within that.")),
    "BadFrame": (N_("A frame came damaged and was not used."), N_("Look around: the next one is tried by itself.")),
    "SessionRunning": (N_("A live session is running already."), N_("Stop it first.")),
    "LogUnavailable": (
        N_("The session's own record could not be written, and nothing leaves off the record."),
        N_("Make room on this device, then start again."),
    ),
    "SessionOver": (N_("The session was over, so nothing more was sent."), N_("Start a new one.")),
    "NoSuchFrame": (N_("That session has no frame with this number."), N_("Look at the session's log.")),
    "FacesStayMasked": (
        N_("Faces stay masked in a live session: whom it will see, nobody can ask beforehand."),
        N_("Take a picture and share that one, if the person agrees."),
    ),
}

_ENDED: Mapping[str, str] = {
    "time": N_("The time was up."),
    "tap": N_("You stopped it."),
    "app": N_("You stopped it."),
    "cancelled": N_("It was stopped."),
    "left": N_("It was stopped."),
    "keyword": N_("You said stop."),
    "button": N_("The glasses' button ended it."),
    "never": N_("You said that AI services are never asked."),
    "link": N_("The connection to the glasses was lost."),
    "idle": N_("Nothing was asked of the glasses for too long."),
    "slow_link": N_("The connection to the glasses is too slow."),
    "light_lost": N_("The capture light failed, so the glasses stopped."),
    "light_stray": N_("Another light disturbed the capture light's proof, so the glasses stopped."),
    "light_unproven": N_("Nobody could prove the capture light, and you did not allow frames without that."),
    "camera_no_frame": N_("The camera gave no picture."),
    "camera_bad_frame": N_("The camera gave a damaged picture."),
    "camera_failed": N_("The camera failed."),
    "battery_low": N_("The glasses' battery is too low."),
    "too_hot": N_("The glasses became too hot."),
    "asleep": N_("The glasses went to sleep."),
    "journal_failed": N_("The glasses could not write their record, so they stopped."),
}


def ended_words(reason: str) -> str:
    """Why a session ended, in a sentence; `reason` is `LiveState.ended`."""
    if reason in _ENDED:
        return _(_ENDED[reason])
    found = LIVE_ERROR_WORDS.get(reason)
    return _(found[0] if found is not None else N_("Something went wrong, and it was stopped."))
