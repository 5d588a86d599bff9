"""Brings the voice policy to the glasses, with the hash of the record it rests on, and makes them confirm it."""

from __future__ import annotations

from companion_app.ledger import Ledger
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Reason
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.onboarding.onboarding import Onboarding


class VoiceNotConfirmed(LinkError):
    """The glasses hold another voice policy than the owner's answers allow; no session is kept with them."""

    reason = Reason.REFUSED

    def __init__(self, wanted: str, held: str) -> None:
        super().__init__(wanted, held)
        self.wanted = wanted
        self.held = held


async def deliver_voice(
    client: GlassesClient, onboarding: Onboarding, ledger: Ledger, *, glasses: str, held: object
) -> None:
    """Make the glasses hold the owner's policy; `held` is what they say they hold now.

    An answer that changes meanwhile is delivered too: nobody else tells it to a session that is only being opened.
    Raises VoiceNotConfirmed, LinkError. A refusal is borne where they hold the right policy already.
    """
    while True:
        wanted, consent = onboarding.voice.value, onboarding.consent_hash()
        if held == wanted and _is_confirmed(ledger, glasses, wanted, consent):
            return
        try:
            now_held = await client.set_voice(wanted, consent)
        except GlassesRefused:
            if held == onboarding.voice.value:
                return
            raise
        if now_held != wanted:
            raise VoiceNotConfirmed(wanted, now_held)
        ledger.append("voice_policy", glasses=glasses, voice=wanted, consent=consent)
        held = now_held


def _is_confirmed(ledger: Ledger, glasses: str, voice: str, consent: str) -> bool:
    """True where the last policy that these glasses confirmed is this one, on this record."""
    for entry in reversed(ledger.entries()):
        if entry.kind == "voice_policy" and entry.data.get("glasses") == glasses:
            return entry.data == {"glasses": glasses, "voice": voice, "consent": consent}
    return False
