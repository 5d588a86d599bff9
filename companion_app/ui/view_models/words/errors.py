"""Words for what the services raise: what happened, and the way out."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.assistant.listening.errors import QuestionCutOff
from companion_app.erasing.errors import GlassesNotErased
from companion_app.errors import AppError
from companion_app.gallery.errors import ItemLeft
from companion_app.keys.errors import PhraseWrong
from companion_app.language import N_, _
from companion_app.sharing.errors import SharingError
from companion_app.ui.view_models.words.beginning_errors import BEGINNING_WORDS
from companion_app.ui.view_models.words.erasing_errors import ERASING_WORDS
from companion_app.ui.view_models.words.library_errors import LIBRARY_WORDS
from companion_app.ui.view_models.words.link_errors import LINK_WORDS
from companion_app.ui.view_models.words.listening_errors import LISTENING_WORDS, cut_off_words
from companion_app.ui.view_models.words.live import LIVE_ERROR_WORDS
from companion_app.ui.view_models.words.phrase import phrase_problem
from companion_app.ui.view_models.words.port_errors import PORT_WORDS
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.redaction_errors import REDACTION_WORDS
from companion_app.ui.view_models.words.refusals import refusal
from companion_app.ui.view_models.words.sharing_errors import SHARING_WORDS
from companion_app.ui.view_models.words.vault_errors import VAULT_WORDS

_RESTART = N_("Try again. If it happens again, restart the app.")
_MAKE_ROOM = N_("Make room on this device, then try again.")

_WORDS: Mapping[str, tuple[str, str]] = {
    **LINK_WORDS,
    **SHARING_WORDS,
    **LIVE_ERROR_WORDS,
    **REDACTION_WORDS,
    **LISTENING_WORDS,
    **PORT_WORDS,
    **VAULT_WORDS,
    **ERASING_WORDS,
    **LIBRARY_WORDS,
    **BEGINNING_WORDS,
    "AppError": (N_("Something went wrong in this app."), _RESTART),
    "OnboardingError": (N_("That answer could not be recorded."), _RESTART),
    "KeyUnreadable": (
        N_("A key file of this app is damaged or protected in an unknown way. It was left as it is."),
        N_("Restore it from a backup."),
    ),
    "LedgerError": (N_("The ledger could not be written, so nothing was done."), _MAKE_ROOM),
    "LedgerInUse": (N_("Another window or command of this app uses its data."), N_("End that one, then try again.")),
    "GalleryError": (N_("That picture could not be read."), N_("Take a new one.")),
    "PictureGone": (
        N_("That picture is no longer on this phone."),
        N_("Import it again from the glasses, or take a new one."),
    ),
    "PictureDamaged": (
        N_("The picture's file was changed after it was imported."),
        N_("Do not rely on it. Import it again from the glasses."),
    ),
    "CannotPlay": (
        N_("This clip's file cannot be played here."),
        N_("Export it and try another player. If it is damaged there, too, import it again from the glasses."),
    ),
    "GalleryFull": (N_("The picture could not be written to this phone. It is still on the glasses."), _MAKE_ROOM),
    "NotTheOwner": (
        N_("These glasses keep their pictures for another phone, so this one cannot open them."),
        N_("Use the phone that was paired with them first."),
    ),
    "PhraseWrong": (N_("These words are not a recovery phrase."), N_("Check each word and its place, then try again.")),
    "KeyInUse": (
        N_("This phone has a key that opens the pictures of its glasses. Another one would shut them out."),
        N_("Unpair the glasses first, or restore the phrase on another phone."),
    ),
    "CopyUnreadable": (
        N_("The copy of the owner's key is damaged, or was made for another phone."),
        N_("Ask the owner to share it with this phone again."),
    ),
    "CopyOfAnotherKey": (
        N_("The copy that came is not the key that these glasses seal to. It was not kept."),
        N_("Ask the owner to share the right one."),
    ),
    "ItemLeft": (N_("Something stays on the glasses."), N_("Connect again once they are near.")),
    "ControlError": (N_("The glasses did not do that."), _RESTART),
    "UnknownPhone": (N_("No phone with that number is paired."), N_("Look at the list of phones again.")),
    "NotCompared": (
        N_("Your key is shared only after you compared the code of the other phone."),
        N_("Look at the code on both phones, then share."),
    ),
    "PhoneChanged": (
        N_("Since you compared the codes, another phone has taken that number. Nothing was shared."),
        N_("Compare the codes again."),
    ),
    "ClipLost": (
        N_("The clip ended and nothing of it came."),
        N_("If the connection was lost, it is on the glasses and comes once they are near. Otherwise take it again."),
    ),
    "UnknownSetting": (N_("The glasses have no such setting."), N_("Choose another.")),
    "BadSetting": (N_("The glasses do not take that value for this setting."), N_("Choose another value.")),
    "VoiceNeedsAnswers": (
        N_("What the glasses may do with the microphone follows from your answers alone."),
        N_("Change your answer about your voice."),
    ),
    "ReleaseTooLarge": (N_("This is no update for the glasses: it is empty or too large."), N_("Choose another file.")),
    "CannotOpen": (
        N_("What arrived could not be opened with your key, so nothing of it was kept."),
        N_("Check that these are your glasses, then try again."),
    ),
}

# What is known about an upload that failed: the values of `companion_app.sharing.outcome.Outcome`.
_FATES: Mapping[str, str] = {
    "failed before sending": N_("The picture did not leave this device."),
    "unknown: may have been sent": N_("The picture may have been sent: the ledger says so."),
    "sent": N_("The picture was sent: the ledger says so."),
}


def problem(error: AppError) -> Problem:
    """Words for `error`: by the glasses' code, else by the nearest class; what is known of an upload is added."""
    if isinstance(error, ItemLeft):
        cause = problem(error.cause)
        return Problem(_("Item {item} stays on the glasses. {what}", item=error.item, what=cause.what), cause.next_step)
    if isinstance(error, GlassesNotErased):
        cause = problem(error.cause)
        return Problem(_("The glasses were not erased. {why}", why=cause.what), cause.next_step)
    if isinstance(error, QuestionCutOff):
        return cut_off_words(error.reason)
    if isinstance(error, PhraseWrong):
        return phrase_problem(error)
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return refusal(code)
    what, next_step = next(_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS)
    return Problem(" ".join(filter(None, (_(what), _fate(error)))), _(next_step))


def has_own_words(kind: type[AppError]) -> bool:
    """True where `kind` or one of its bases below AppError has words."""
    return any(base.__name__ in _WORDS for base in kind.__mro__ if base is not AppError)


def _fate(error: AppError) -> str:
    outcome = error.data.get("outcome") if isinstance(error, SharingError) else None
    return _(_FATES.get(str(outcome), ""))
