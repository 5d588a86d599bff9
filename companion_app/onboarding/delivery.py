"""Brings the voice policy to the glasses, with the hash of the record it rests on, and makes them confirm it.

A yes to listening is a yes to what the glasses listen for: where they were not to listen before, the keyword is
switched on with it. The owner can switch it off again, and then nobody listens, whatever the policy allows.
"""

from __future__ import annotations

from typing import Any

from companion_app.ledger import Entry, Ledger
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Reason
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.onboarding.onboarding import Onboarding, VoicePolicy

CONFIRMED = "voice_policy"
_OFF = VoicePolicy.OFF.value


class VoiceNotConfirmed(LinkError):
    """The glasses hold another voice policy than the owner's answers allow; no session is kept with them."""

    reason = Reason.REFUSED

    def __init__(self, wanted: str, held: str) -> None:
        super().__init__(wanted, held)
        self.wanted = wanted
        self.held = held


async def deliver_voice(
    client: GlassesClient, onboarding: Onboarding, ledger: Ledger, *, glasses: str, held: object
) -> bool:
    """Make the glasses hold the owner's policy; True where the keyword was switched on. `held`: what they hold now.

    An answer that changes meanwhile is delivered too: nobody else tells it to a session that is only being opened.
    Raises VoiceNotConfirmed, LinkError. A refusal is borne where they hold the right policy already.
    """
    switched_on = False
    while True:
        wanted, consent = onboarding.voice.value, onboarding.consent_hash()
        confirmed = _held(ledger, glasses)
        if held == wanted and confirmed == {"glasses": glasses, "voice": wanted, "consent": consent}:
            return switched_on
        # Not where another phone, or damage, took away what this owner had them confirm: then the keyword's switch
        # stays as it is, and an owner who has switched it off is not listened to.
        begins = wanted != _OFF and held in (None, _OFF) and confirmed.get("voice", _OFF) == _OFF
        try:
            now_held = await client.set_voice(wanted, consent, keyword=begins)
        except GlassesRefused:
            if held == onboarding.voice.value:
                return switched_on
            raise
        if now_held != wanted:
            raise VoiceNotConfirmed(wanted, now_held)
        ledger.append(CONFIRMED, glasses=glasses, voice=wanted, consent=consent)
        held = now_held
        switched_on = switched_on or begins


def last_confirmed(ledger: Ledger, glasses: str) -> Entry | None:
    """The record of the last policy that these glasses confirmed: `voice`, and the `consent` that it rests on."""
    entries = reversed(ledger.entries())
    return next((one for one in entries if one.kind == CONFIRMED and one.data.get("glasses") == glasses), None)


def _held(ledger: Ledger, glasses: str) -> dict[str, Any]:
    """What that record says; empty where there is none."""
    entry = last_confirmed(ledger, glasses)
    return entry.data if entry is not None else {}
