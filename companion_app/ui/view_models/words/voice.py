"""What the answers of the first login allow, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_, _
from companion_app.onboarding import VoicePolicy

_WORDS: Mapping[VoicePolicy, str] = {
    VoicePolicy.OFF: N_("You said that the microphone of the glasses stays off."),
    VoicePolicy.KEYWORD: N_("You said that the glasses may listen for the keyword. No sound leaves them."),
    VoicePolicy.STREAM: N_(
        "You said that the glasses may listen for the keyword and send what you say after it to this phone."
    ),
}

_LOOKING = N_("You asked aloud. This device is looking at the picture; what you said is forgotten.")
_LOOKING_AND_KEEPING = N_(
    "You asked aloud. This device is looking at the picture. Of what you said it keeps what your answers allow."
)
_ALOUD = N_(
    "Say “look” to your glasses, then your question. What you say after it comes to this phone and becomes words here."
)
_NOT_ALOUD = N_("Your answers keep sound on the glasses: type your question.")


def looking_words(*, keeps: bool) -> str:
    """While this device looks; `keeps`: sound or words of spoken questions may stay here."""
    return _(_LOOKING_AND_KEEPING if keeps else _LOOKING)


def asking_aloud_words(policy: VoicePolicy) -> str:
    """How a question is asked by voice, or why it is not."""
    return _(_ALOUD if policy is VoicePolicy.STREAM else _NOT_ALOUD)


def voice_words(policy: VoicePolicy) -> str:
    """Words for every policy."""
    return _(_WORDS[policy])
