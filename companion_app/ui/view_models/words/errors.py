"""Words for what the services raise: what happened, and the way out."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.assistant.listening.errors import QuestionCutOff
from companion_app.errors import AppError
from companion_app.gallery.errors import ItemLeft
from companion_app.keys.errors import PhraseWrong
from companion_app.sharing.errors import SharingError
from companion_app.ui.view_models.words.link_errors import LINK_WORDS
from companion_app.ui.view_models.words.listening_errors import LISTENING_WORDS, cut_off_words
from companion_app.ui.view_models.words.live import LIVE_ERROR_WORDS
from companion_app.ui.view_models.words.port_errors import PORT_WORDS
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.redaction_errors import REDACTION_WORDS
from companion_app.ui.view_models.words.refusals import refusal
from companion_app.ui.view_models.words.sharing_errors import SHARING_WORDS

_RESTART = "Try again. If it happens again, restart the app."
_MAKE_ROOM = "Make room on this device, then try again."

_WORDS: Mapping[str, tuple[str, str]] = {
    **LINK_WORDS,
    **SHARING_WORDS,
    **LIVE_ERROR_WORDS,
    **REDACTION_WORDS,
    **LISTENING_WORDS,
    **PORT_WORDS,
    "AppError": ("Something went wrong in this app.", _RESTART),
    "OnboardingError": ("That answer could not be recorded.", _RESTART),
    "KeyUnreadable": (
        "A key file of this app is damaged or protected in an unknown way. It was left as it is.",
        "Restore it from a backup.",
    ),
    "LedgerError": ("The ledger could not be written, so nothing was done.", _MAKE_ROOM),
    "LedgerInUse": ("Another window or command of this app uses its data.", "End that one, then try again."),
    "GalleryError": ("That picture could not be read.", "Take a new one."),
    "PictureGone": ("That picture is no longer on this phone.", "Import it again from the glasses, or take a new one."),
    "PictureDamaged": (
        "The picture's file was changed after it was imported.",
        "Do not rely on it. Import it again from the glasses.",
    ),
    "CannotPlay": (
        "This clip's file cannot be played here.",
        "Export it and try another player. If it is damaged there, too, import it again from the glasses.",
    ),
    "GalleryFull": ("The picture could not be written to this phone. It is still on the glasses.", _MAKE_ROOM),
    "NotTheOwner": (
        "These glasses keep their pictures for another phone, so this one cannot open them.",
        "Use the phone that was paired with them first.",
    ),
    "PhraseWrong": ("These words are not a recovery phrase.", "Check each word and its place, then try again."),
    "KeyInUse": (
        "This phone has a key that opens the pictures of its glasses. Another one would shut them out.",
        "Unpair the glasses first, or restore the phrase on another phone.",
    ),
    "CopyUnreadable": (
        "The copy of the owner's key is damaged, or was made for another phone.",
        "Ask the owner to share it with this phone again.",
    ),
    "CopyOfAnotherKey": (
        "The copy that came is not the key that these glasses seal to. It was not kept.",
        "Ask the owner to share the right one.",
    ),
    "ItemLeft": ("Something stays on the glasses.", "Connect again once they are near."),
    "ControlError": ("The glasses did not do that.", _RESTART),
    "UnknownPhone": ("No phone with that number is paired.", "Look at the list of phones again."),
    "NotCompared": (
        "Your key is shared only after you compared the code of the other phone.",
        "Look at the code on both phones, then share.",
    ),
    "PhoneChanged": (
        "Since you compared the codes, another phone has taken that number. Nothing was shared.",
        "Compare the codes again.",
    ),
    "ClipLost": (
        "The clip ended and nothing of it came.",
        "If the connection was lost, it is on the glasses and comes once they are near. Otherwise take it again.",
    ),
    "UnknownSetting": ("The glasses have no such setting.", "Choose another."),
    "BadSetting": ("The glasses do not take that value for this setting.", "Choose another value."),
    "VoiceNeedsAnswers": (
        "What the glasses may do with the microphone follows from your answers alone.",
        "Change your answer about your voice.",
    ),
    "ReleaseTooLarge": ("This is no update for the glasses: it is empty or too large.", "Choose another file."),
    "CannotOpen": (
        "What arrived could not be opened with your key, so nothing of it was kept.",
        "Check that these are your glasses, then try again.",
    ),
}

# What is known about an upload that failed: the values of `companion_app.sharing.outcome.Outcome`.
_FATES: Mapping[str, str] = {
    "failed before sending": " The picture did not leave this device.",
    "unknown: may have been sent": " The picture may have been sent: the ledger says so.",
    "sent": " The picture was sent: the ledger says so.",
}


def problem(error: AppError) -> Problem:
    """Words for `error`: by the glasses' code, else by the nearest class; what is known of an upload is added."""
    if isinstance(error, ItemLeft):
        cause = problem(error.cause)
        return Problem(f"Item {error.item} stays on the glasses. {cause.what}", cause.next_step)
    if isinstance(error, QuestionCutOff):
        return Problem(*cut_off_words(error.reason))
    if isinstance(error, PhraseWrong):
        return Problem(f"This is not a recovery phrase: {error}.", _WORDS["PhraseWrong"][1])
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return refusal(code)
    what, next_step = next(_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS)
    return Problem(what + _fate(error), next_step)


def has_own_words(kind: type[AppError]) -> bool:
    """True where `kind` or one of its bases below AppError has words."""
    return any(base.__name__ in _WORDS for base in kind.__mro__ if base is not AppError)


def _fate(error: AppError) -> str:
    outcome = error.data.get("outcome") if isinstance(error, SharingError) else None
    return _FATES.get(str(outcome), "")
