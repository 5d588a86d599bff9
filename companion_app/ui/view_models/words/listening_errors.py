"""Words for why what was said after the keyword became no question, by class of `companion_app.assistant.listening`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_, _
from companion_app.ui.view_models.words.problem import Problem

_TYPE_IT = N_("Type your question instead.")
_AGAIN = N_('Say "look" and ask again, or type your question.')

LISTENING_WORDS: Mapping[str, tuple[str, str]] = {
    "ListeningError": (N_("Your spoken question could not be used. What was heard is forgotten."), _AGAIN),
    "BadSound": (N_("The sound that came from the glasses was damaged. It is forgotten."), _AGAIN),
    "NoRecogniser": (N_("There is no recogniser on this device: it cannot turn speech into words."), _TYPE_IT),
    "RecogniserFailed": (N_("This device could not turn what you said into words. It is forgotten."), _AGAIN),
    "NothingUnderstood": (N_("No words were understood. What was heard is forgotten."), _AGAIN),
    "PictureMissing": (
        N_("Your question was understood, but the picture it is about did not come."),
        N_("Bring the glasses closer; once the picture is here, type your question."),
    ),
}

# Why a question ended before it was whole, in the glasses' word or in the app's own.
_ENDS: Mapping[str, str] = {
    "withdrawn": N_("You took back your yes, so your question ended."),
    "muted": N_("The microphone was muted, so your question ended."),
    "slow_link": N_("The radio link was too slow for your question."),
    "link_lost": N_("The link to the glasses was lost while you asked."),
    "off": N_("The glasses stopped listening, so your question ended."),
    "resting": N_("The glasses went to rest, so your question ended."),
    "microphone_failed": N_("The microphone of the glasses failed while you asked."),
    "microphone": N_("The microphone of the glasses stopped while you asked."),
    "unfinished": N_("Your question did not come to its end."),
    "too_long": N_("More sound came than a question may have."),
    "bad_sound": N_("The sound that came from the glasses was damaged."),
}


def cut_off_words(reason: str) -> Problem:
    """What happened, and the way out, for each reason."""
    why = _(_ENDS.get(reason, N_("Your question was cut off.")))
    return Problem(_("{why} What was heard of it is forgotten.", why=why), _(_AGAIN))


def known_ends() -> frozenset[str]:
    """Every reason that has words of its own."""
    return frozenset(_ENDS)
