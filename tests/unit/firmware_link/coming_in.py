"""How phones come in on the bench: by code, as the owner's, by invitation."""

from __future__ import annotations

import asyncio
from typing import Any

from plainsight.pairing import Applicant

from tests.unit.firmware_link import certificates
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, Glasses
from tests.unit.firmware_link.peer import Peer, mac, settled

RECOVERY = bytes(range(50, 66))
OWNER = "09" + "00" * 31
WRAP_KEY = "ab" * 32
COPY = "QUJD" * 27
GUEST = certificates.make("guest")
_NONCE = bytes(16)


async def come(
    glasses: Glasses, phone: certificates.Credentials, secret: bytes, **more: str
) -> tuple[Peer, asyncio.Task[str], dict[str, Any]]:
    """Knock with a code and ask to be paired."""
    peer, session = glasses.connect()
    await peer.knock(secret)
    await peer.shake_hands(phone.pem_file(glasses.folder))
    fields = peer.pairing_fields(secret, GLASSES.sha256, phone.sha256) | more
    return peer, session, await peer.ask("pair", **fields)


async def owned(glasses: Glasses) -> tuple[Peer, asyncio.Task[str]]:
    """The owner's phone, paired with a recovery code and a wrap key."""
    glasses.window.open()
    peer, session, answer = await come(glasses, PHONE, SECRET, recovery=RECOVERY.hex(), wrap_key=WRAP_KEY)
    assert answer["phone"] == 1
    return peer, session


async def leave(peer: Peer, session: asyncio.Task[str]) -> None:
    """The phone goes away."""
    await peer.transport.close()
    await settled(session)


async def invited_guest(glasses: Glasses, **more: str) -> tuple[Peer, asyncio.Task[str]]:
    """A further phone that came by invitation."""
    glasses.pairing.invite()
    glasses.window.open()
    peer, session, answer = await come(glasses, GUEST, glasses.code.secret or b"", **more)
    assert answer["phone"] == 2
    return peer, session


def pair_by_hand(glasses: Glasses) -> dict[str, Any]:
    """The glasses' part of a pairing alone, as it runs without a pause."""
    glasses.window.open()
    transcript = GLASSES.sha256 + PHONE.sha256 + _NONCE
    fields = {
        "proof": mac(SECRET, b"plainsight-pair-phone-v1" + transcript).hex(),
        "name": "phone",
        "owner_key": OWNER,
        "recovery": RECOVERY.hex(),
        "wrap_key": WRAP_KEY,
    }
    return glasses.pairing.pair(Applicant(SECRET, "code"), _NONCE, PHONE.sha256, fields)[1]
