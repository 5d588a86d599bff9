"""What became of what was shared, and of asking it back, in words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import pairwise

from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import AskedBack, Result, Share
from companion_app.ui.view_models.words.measures import byte_count
from companion_app.ui.view_models.words.redaction import place

# A line of a letter that is at least this long was broken because it was full.
_FULL_LINE = 90

# What is known of an upload that did not end with an answer.
_STOPPED: Mapping[Outcome, str] = {
    Outcome.NOT_SENT: "The picture did not leave this device.",
    Outcome.UNKNOWN: "The picture may have been sent: the ledger says so.",
    Outcome.SENT: "The picture was sent: the ledger says so.",
    Outcome.STAYED: "Nothing left this device.",
}
_FATES: Mapping[Outcome, str] = {
    Outcome.NOT_SENT: "Did not leave this device",
    Outcome.UNKNOWN: "May have been sent: nobody can tell",
    Outcome.SENT: "Left this device",
    Outcome.STAYED: "Stayed on this device",
}
_RESULTS: Mapping[Result, str] = {
    Result.ERASED: "They say that it is erased.",
    Result.REFUSED: "They refused to erase it.",
    Result.NO_ANSWER: "No answer came.",
}


def stopped_words(outcome: Outcome | None) -> str:
    """What to say after the owner stopped asking; None: the yes was never used."""
    return f"You stopped. {_STOPPED[outcome or Outcome.NOT_SENT]}"


def fate(share: Share, *, running: bool = False) -> str:
    """How one act of sharing ended, or that it has not."""
    if running:
        return "Under way"
    if share.outcome is None:
        return "You took your yes back before it was used" if share.withdrawn else "Agreed to, and never used"
    return _FATES[share.outcome]


def what_left(share: Share) -> str:
    """What the act was about: countable where it is one picture."""
    if share.live:
        return "pictures of a live session"
    masked = ", ".join(place(kind, count) for kind, count in share.masked.items())
    return f"one picture ({byte_count(share.bytes)})" + (f", {masked} masked" if masked else "")


def asked_back_words(asked: AskedBack | None) -> str:
    """How far asking back is; empty where nobody asked."""
    if asked is None:
        return ""
    if asked.result is not None:
        return f"Asked back on {day(asked.time_s)}. {_RESULTS[asked.result]}"
    return f"Asked back on {day(asked.time_s)}. An answer is due by {day(asked.due_s)}."


def day(time_s: int) -> str:
    """A date in the form that sorts, in the device's own time zone."""
    return time.strftime("%Y-%m-%d", time.localtime(time_s))


def reflowed(text: str) -> str:
    """A letter of fixed lines as a narrow window needs it: long lines that were broken run on again."""
    lines = text.strip().split("\n")
    flowing = [
        line + (" " if len(line) >= _FULL_LINE and following else "\n") for line, following in pairwise([*lines, ""])
    ]
    return "".join(flowing).strip()
