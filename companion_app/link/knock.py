"""The knock before TLS: only a phone that shares a key gets a handshake at all."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from dataclasses import dataclass

from plainsight import wire

from companion_app.link.errors import OpeningTimedOut, ProtocolBroken
from companion_app.link.stream import ByteStream

_KNOCK_S = 5.0  # the glasses give three seconds; the radio takes its share


@dataclass(frozen=True)
class Knock:
    """The glasses' nonce, and the proof that must be the first bytes before the TLS ClientHello."""

    nonce: bytes
    proof: bytes


def knock_key(secret: bytes) -> bytes:
    """The key of the knock, from the pair key or the setup secret."""
    return hmac.digest(secret, b"knock", hashlib.sha256)


async def knock(stream: ByteStream, secret: bytes) -> Knock:
    """Say hello and get the nonce. Raises OpeningTimedOut, LinkLost, ProtocolBroken."""
    await stream.send(wire.KNOCK_HELLO)
    nonce = b""
    try:
        async with asyncio.timeout(_KNOCK_S):
            while len(nonce) < wire.KNOCK_NONCE_BYTES:
                nonce += await stream.receive()
    except TimeoutError as error:
        raise OpeningTimedOut("knock", _KNOCK_S) from error
    if len(nonce) > wire.KNOCK_NONCE_BYTES:
        raise ProtocolBroken("bytes_after_nonce")
    mac = hmac.digest(knock_key(secret), b"plainsight-knock-v1" + nonce, hashlib.sha256)
    return Knock(nonce, mac[: wire.KNOCK_PROOF_BYTES])
