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

LOOKING = N_("You asked aloud. This device is looking at the picture; what you said is forgotten.")


def voice_words(policy: VoicePolicy) -> str:
    """Words for every policy."""
    return _(_WORDS[policy])
