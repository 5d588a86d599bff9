"""The knock: who may begin a TLS handshake at all.

Phone: KNOCK_HELLO. Glasses: a nonce. Phone: HMAC(knock key, label ‖ nonce), cut to 16 bytes.
A stranger learns a nonce and nothing else.
"""

from plainsight import wire
from plainsight.compat import const, same, urandom
from plainsight.hkdf import hmac_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from plainsight.stream import ByteStream

    Caller = TypeVar("Caller")

_LABEL = b"plainsight-knock-v1"
_NONCE_BYTES = const(16)


class KnockRefused(Exception):
    """The first bytes were not those of somebody we know; `reason` is `hello`, `proof` or `ended`."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def knock_key(secret: bytes) -> bytes:
    """The key of a knock, from a pair key or a setup secret."""
    return hmac_sha256(secret, b"knock")


def knock_proof(key: bytes, nonce: bytes) -> bytes:
    """What a phone with this knock key answers to `nonce`."""
    return hmac_sha256(key, _LABEL + nonce)[: wire.KNOCK_PROOF_BYTES]


def recognise(proof: bytes, nonce: bytes, callers: "list[tuple[bytes, Caller]]") -> "Caller | None":
    """The caller of `callers` [(knock key, caller)] who made the proof; every key is tried, whichever fits."""
    found = None
    for key, caller in callers:
        if same(proof, knock_proof(key, nonce)):
            found = caller
    return found


async def listen(stream: "ByteStream") -> tuple[bytes, bytes]:
    """Take a hello, give a fresh nonce, take a proof: (nonce, proof). Raises KnockRefused."""
    hello = bytearray(len(wire.KNOCK_HELLO))
    if not await stream.read_exactly(hello):
        raise KnockRefused("ended")
    if bytes(hello) != wire.KNOCK_HELLO:
        raise KnockRefused("hello")
    nonce = urandom(_NONCE_BYTES)
    stream.write(nonce)
    stream.push()
    proof = bytearray(wire.KNOCK_PROOF_BYTES)
    if not await stream.read_exactly(proof):
        raise KnockRefused("ended")
    return nonce, bytes(proof)
