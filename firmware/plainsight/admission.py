"""From the first byte of a connection to a peer that has shown who it is: knock, TLS handshake, certificate."""

from plainsight import knock
from plainsight.channel import Channel, Ended
from plainsight.compat import const, same
from plainsight.phones import Phone
from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.deadline import Deadline
    from plainsight.pairing import Applicant, Pairing
    from plainsight.stream import ByteStream
    from plainsight.tls_port import TlsEndpoint

KNOCK_MS = const(3_000)
HANDSHAKE_MS = const(8_000)


class NotAdmitted(Exception):
    """A stranger; `kind` is what the failure is counted as."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind


class Admitted:
    """A peer that knocked rightly and showed the certificate that goes with it.

    The first decrypted frame proves that the certificate is its own.
    """

    def __init__(self, caller: "Phone | Applicant", nonce: bytes, channel: Channel, certificate_sha256: bytes):
        self.caller = caller
        self.nonce = nonce
        self.channel = channel
        self.certificate_sha256 = certificate_sha256


async def admit(stream: "ByteStream", endpoint: "TlsEndpoint", pairing: "Pairing", deadline: "Deadline") -> Admitted:
    """Let a known peer in. Raises NotAdmitted, KnockRefused, TlsFailed, Ended."""
    deadline.give(KNOCK_MS, "knock_timeout")
    nonce, proof = await knock.listen(stream)
    caller = knock.recognise(proof, nonce, pairing.callers())
    if caller is None:
        raise NotAdmitted("knock")
    deadline.give(HANDSHAKE_MS, "handshake_timeout")
    channel = Channel(stream, endpoint)
    try:
        await channel.shake_hands()
        return Admitted(caller, nonce, channel, _checked(caller, channel.certificate_sha256))
    except (NotAdmitted, TlsFailed, Ended):
        channel.close()
        raise


def _checked(caller: "Phone | Applicant", certificate_sha256: bytes | None) -> bytes:
    """The certificate's hash, where there is one and it is the one that was pinned with the key of the knock."""
    if certificate_sha256 is None:
        raise NotAdmitted("certificate")
    if isinstance(caller, Phone) and not same(certificate_sha256, caller.certificate_sha256):
        raise NotAdmitted("certificate")
    return certificate_sha256
