"""Pairing: both ends prove the one-time code over both certificates, and only then is a key believed."""

from __future__ import annotations

import hashlib
import hmac

from companion_app.keys.offer import Offer
from companion_app.link.answers import PairAnswer
from companion_app.link.client import GlassesClient
from companion_app.link.errors import PairingProofWrong
from companion_app.link.pins import Pin
from companion_app.link.setup_code import SetupCode

_PHONE_LABEL = b"plainsight-pair-phone-v1"
_GLASSES_LABEL = b"plainsight-pair-glasses-v1"


def proof(label: bytes, secret: bytes, glasses_sha256: bytes, phone_sha256: bytes, nonce: bytes) -> bytes:
    """HMAC under the code over who says it, both certificates' hashes and the knock's nonce."""
    return hmac.digest(secret, label + glasses_sha256 + phone_sha256 + nonce, hashlib.sha256)


async def prove(
    client: GlassesClient,
    code: SetupCode,
    *,
    glasses_sha256: bytes,
    phone_sha256: bytes,
    nonce: bytes,
    name: str,
    offer: Offer,
) -> Pin:
    """Run the `pair` operation over an open session. Raises PairingProofWrong, GlassesRefused…"""
    ours = proof(_PHONE_LABEL, code.secret, glasses_sha256, phone_sha256, nonce)
    answer = await client.pair(ours, name, offer.owner_key, recovery=offer.recovery, wrap_key=offer.wrap_key)
    return check_answer(answer, proof(_GLASSES_LABEL, code.secret, glasses_sha256, phone_sha256, nonce), glasses_sha256)


def check_answer(answer: PairAnswer, expected_proof: bytes, glasses_sha256: bytes) -> Pin:
    """The pin from an answer whose proof holds. Raises PairingProofWrong."""
    if not hmac.compare_digest(bytes.fromhex(answer.proof), expected_proof):
        raise PairingProofWrong
    return Pin(glasses_sha256, bytes.fromhex(answer.pair_key), answer.phone, bytes.fromhex(answer.owner_key))
