"""Words for what the services raise: what happened, and the way out. Looked up by class name along the class's bases."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.errors import AppError
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.refusals import refusal

_NOTHING_LEFT = "Nothing was sent."
_ASK_AGAIN = "Ask again, and look at what would be shared."
_TRY_AGAIN = "Try again. If it happens again, restart the app."

_WORDS: Mapping[str, tuple[str, str]] = {
    "AppError": ("Something went wrong in this app.", _TRY_AGAIN),
    # onboarding
    "OnboardingError": ("That answer could not be recorded.", _TRY_AGAIN),
    # gallery
    "GalleryError": ("That picture could not be read.", "Take a new one."),
    "PictureGone": ("That picture is no longer on this phone.", "Take a new one, or import it again from the glasses."),
    "PictureDamaged": ("The file of that picture was changed after it was imported.", "Do not rely on it. Import it again from the glasses."),
    # sharing: before anything left
    "SharingError": (f"That could not be shared. {_NOTHING_LEFT}", _ASK_AGAIN),
    "BadQuestion": ("The question is empty or too long.", "Write a question of at most 1,000 characters."),
    "BadPurpose": ("The purpose is empty or too long.", _ASK_AGAIN),
    "PictureMissing": (f"The picture's file cannot be read. {_NOTHING_LEFT}", "Take a new picture."),
    "PictureChanged": (f"The file of that picture was changed after it was imported. {_NOTHING_LEFT}", "Take a new picture."),
    "PictureTooBig": (f"The picture is too large to be one of the glasses'. {_NOTHING_LEFT}", "Take a new picture."),
    "UnknownEndpoint": (f"Whoever you chose to ask is not set up any more. {_NOTHING_LEFT}", "Choose somebody else to ask."),
    "ConsentError": (f"What you agreed to does not cover this. {_NOTHING_LEFT}", _ASK_AGAIN),
    "ConsentMismatch": (f"What you agreed to is not what would have been sent. {_NOTHING_LEFT}", _ASK_AGAIN),
    "ReceiptExpired": (f"Your agreement had expired. {_NOTHING_LEFT}", _ASK_AGAIN),
    "LedgerUnavailable": (f"The ledger could not be written, and nothing is shared off the record.", "Make room on this device, then ask again."),
    "EgressRefused": ("Something tried to reach the network past your consent. It was stopped.", "Please report this: it is a bug."),
    # sharing: on the way
    "Unreachable": ("Nobody could be reached at that address.", "Check the network, or ask this device instead."),
    "NotTrusted": ("The other side could not prove who it is.", "Do not use this address until its owner has repaired it."),
    "ConnectionLost": ("The connection broke.", "Ask again, or ask this device instead."),
    "DeadlinePassed": ("No answer came in time.", "Ask again later, or ask this device instead."),
    "AnswerTooLarge": ("The answer was too large, so it was thrown away.", "Ask something shorter, or ask somebody else."),
    "Refused": ("The other side refused to answer.", "Check its key and its settings, or ask this device instead."),
    "BadAnswer": ("What came back was not an answer.", "Check the address, or ask somebody else."),
    "DeliveryError": ("No answer came back.", "Ask again, or ask this device instead."),
}


def known_errors() -> frozenset[str]:
    """Names of the classes with words of their own."""
    return frozenset(_WORDS)


def problem(error: AppError) -> Problem:
    """Words for `error`; where the glasses refused, their code decides; where something was on its way, what is known of it is said."""
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return refusal(code)
    what, next_step = next(_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS)
    return Problem(what + _fate(error), next_step)


def _fate(error: AppError) -> str:
    """What is known about the upload that failed, for errors that carry an `outcome`."""
    data = getattr(error, "data", None)
    outcome = str(data.get("outcome", "")) if isinstance(data, dict) else ""
    return _FATES.get(outcome, "")


_FATES: Mapping[str, str] = {
    "failed before sending": " The picture did not leave this device.",
    "unknown: may have been sent": " The picture may have been sent: the ledger says so.",
    "sent": " The picture was sent: the ledger says so.",
}
