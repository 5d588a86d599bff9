"""What became of what was shared, and of asking it back, in words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import pairwise

from companion_app.language import N_, _, listed
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import AskedBack, Result, Share
from companion_app.ui.view_models.words.measures import byte_count
from companion_app.ui.view_models.words.redaction import place

# A line of a letter that is at least this long was broken because it was full.
_FULL_LINE = 90

# What is known of an upload that did not end with an answer.
_STOPPED: Mapping[Outcome, str] = {
    Outcome.NOT_SENT: N_("The picture did not leave this device."),
    Outcome.UNKNOWN: N_("The picture may have been sent: the ledger says so."),
    Outcome.SENT: N_("The picture was sent: the ledger says so."),
    Outcome.STAYED: N_("Nothing left this device."),
}
_FATES: Mapping[Outcome, str] = {
    Outcome.NOT_SENT: N_("Did not leave this device"),
    Outcome.UNKNOWN: N_("May have been sent: nobody can tell"),
    Outcome.SENT: N_("Left this device"),
    Outcome.STAYED: N_("Stayed on this device"),
}
_RESULTS: Mapping[Result, str] = {
    Result.ERASED: N_("They say that it is erased."),
    Result.REFUSED: N_("They refused to erase it."),
    Result.NO_ANSWER: N_("No answer came."),
}


def stopped_words(outcome: Outcome | None) -> str:
    """What to say after the owner stopped asking; None: the yes was never used."""
    return _("You stopped. {what_became}", what_became=_(_STOPPED[outcome or Outcome.NOT_SENT]))


def fate(share: Share, *, running: bool = False) -> str:
    """How one act of sharing ended, or that it has not."""
    if running:
        return _("Under way")
    if share.outcome is None:
        return _("You took your yes back before it was used") if share.withdrawn else _("Agreed to, and never used")
    return outcome_words(share.outcome)


def outcome_words(outcome: Outcome) -> str:
    """How an upload ended."""
    return _(_FATES[outcome])


def result_words(result: Result | None) -> str:
    """What came back to a request for erasure; empty where nothing did."""
    return "" if result is None else _(_RESULTS[result])


def what_left(share: Share) -> str:
    """What the act was about: countable where it is one picture."""
    if share.live:
        return _("pictures of a live session")
    masked = listed(place(kind, count) for kind, count in share.masked.items())
    size = byte_count(share.bytes)
    if masked:
        return _("one picture ({size}), {masked} masked", size=size, masked=masked)
    return _("one picture ({size})", size=size)


def asked_back_words(asked: AskedBack | None) -> str:
    """How far asking back is; empty where nobody asked."""
    if asked is None:
        return ""
    if asked.result is not None:
        return _("Asked back on {day}. {result}", day=day(asked.time_s), result=_(_RESULTS[asked.result]))
    return _("Asked back on {day}. An answer is due by {due}.", day=day(asked.time_s), due=day(asked.due_s))


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
