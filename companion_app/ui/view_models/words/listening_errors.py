"""Words for why what was said after the keyword became no question, by class of `companion_app.assistant.listening`."""

from __future__ import annotations

from collections.abc import Mapping

_TYPE_IT = "Type your question instead."
_AGAIN = 'Say "look" and ask again, or type your question.'

LISTENING_WORDS: Mapping[str, tuple[str, str]] = {
    "ListeningError": ("Your spoken question could not be used. What was heard is forgotten.", _AGAIN),
    "BadSound": ("The sound that came from the glasses was damaged. It is forgotten.", _AGAIN),
    "NoRecogniser": ("There is no recogniser on this device: it cannot turn speech into words.", _TYPE_IT),
    "RecogniserFailed": ("This device could not turn what you said into words. It is forgotten.", _AGAIN),
    "NothingUnderstood": ("No words were understood. What was heard is forgotten.", _AGAIN),
    "PictureMissing": (
        "Your question was understood, but the picture it is about did not come.",
        "Bring the glasses closer; once the picture is here, type your question.",
    ),
}

# Why a question ended before it was whole, in the glasses' word or in the app's own.
_ENDS: Mapping[str, str] = {
    "withdrawn": "You took back your yes, so your question ended.",
    "muted": "The microphone was muted, so your question ended.",
    "slow_link": "The radio link was too slow for your question.",
    "link_lost": "The link to the glasses was lost while you asked.",
    "off": "The glasses stopped listening, so your question ended.",
    "resting": "The glasses went to rest, so your question ended.",
    "microphone_failed": "The microphone of the glasses failed while you asked.",
    "microphone": "The microphone of the glasses stopped while you asked.",
    "unfinished": "Your question did not come to its end.",
    "too_long": "More sound came than a question may have.",
    "bad_sound": "The sound that came from the glasses was damaged.",
}


def cut_off_words(reason: str) -> tuple[str, str]:
    """What happened, and the way out, for each reason."""
    return f"{_ENDS.get(reason, 'Your question was cut off.')} What was heard of it is forgotten.", _AGAIN


def known_ends() -> frozenset[str]:
    """Every reason that has words of its own."""
    return frozenset(_ENDS)
