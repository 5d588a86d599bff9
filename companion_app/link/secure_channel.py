"""TLS 1.2 with certificates on both ends over a bearer; the glasses' certificate is pinned by its hash."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ssl
from contextlib import suppress

from companion_app.keys.phone import PhoneIdentity
from companion_app.link.errors import (
    HandshakeFailed,
    LinkError,
    LinkLost,
    NotAdmitted,
    OpeningTimedOut,
    ProtocolBroken,
    WrongGlasses,
)
from companion_app.link.stream import ByteStream

_HANDSHAKE_S = 10.0  # the glasses give eight seconds; the radio takes its share
_READ_BYTES = 16384
_CIPHERS = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"


def client_context(identity: PhoneIdentity) -> ssl.SSLContext:
    """TLS 1.2, the ciphers both ends have, and this phone's certificate; the pin stands for the chain of trust.
    Raises VaultLocked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.set_ecdh_curve("prime256v1")
    identity.load_into(context)
    return context


class SecureChannel:
    """Plain bytes in and out; made by `SecureChannel.open`. One reader, any number of senders."""

    def __init__(self, stream: ByteStream, context: ssl.SSLContext) -> None:
        self._stream = stream
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing)
        self._sending = asyncio.Lock()
        self.certificate_sha256 = b""

    @classmethod
    async def open(
        cls, stream: ByteStream, context: ssl.SSLContext, *, before: bytes, pinned: bytes | None
    ) -> SecureChannel:
        """Send `before` (the knock's proof) and shake hands; `pinned` is the certificate's SHA-256, None if not known.

        With None the caller must prove the certificate otherwise before it trusts anything it reads.
        Raises NotAdmitted, HandshakeFailed, WrongGlasses, OpeningTimedOut.
        """
        channel = cls(stream, context)
        try:
            async with asyncio.timeout(_HANDSHAKE_S):
                await channel._handshake(before)
        except TimeoutError as error:
            raise OpeningTimedOut("handshake", _HANDSHAKE_S) from error
        certificate = channel._tls.getpeercert(binary_form=True) or b""
        seen = hashlib.sha256(certificate).digest()
        if pinned is not None and not hmac.compare_digest(seen, pinned):
            raise WrongGlasses(pinned.hex(), seen.hex())
        channel.certificate_sha256 = seen
        return channel

    @property
    def bytes_in(self) -> int:
        """Bytes of the bearer so far, TLS included."""
        return self._stream.bytes_in

    async def send(self, data: bytes) -> None:
        """Send `data` as one record where it fits one. Raises LinkLost, LinkSilent."""
        async with self._sending:
            try:
                self._tls.write(data)
            except ssl.SSLError as error:  # the other end has said goodbye
                raise LinkLost from error
            await self._flush()

    async def receive(self) -> bytes:
        """At least one byte. Raises LinkLost at the end of the session, ProtocolBroken where a record is forged."""
        while True:
            try:
                data = self._tls.read(_READ_BYTES)
            except ssl.SSLWantReadError:
                self._incoming.write(await self._stream.receive())
            except ssl.SSLZeroReturnError as error:
                raise LinkLost from error
            except ssl.SSLError as error:
                raise ProtocolBroken(_why(error)) from error
            else:
                if not data:
                    raise LinkLost
                return data

    async def close(self) -> None:
        """Say goodbye where the link still carries it, then end the link."""
        with suppress(ssl.SSLError):
            self._tls.unwrap()
        with suppress(LinkError, TimeoutError):
            async with asyncio.timeout(1):
                await self._flush()
        await self._stream.close()

    async def _handshake(self, before: bytes) -> None:
        answered = False
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush(before)
                before = b""
            except ssl.SSLError as error:
                with suppress(LinkError):  # the alert tells the other end why, if it still listens
                    await self._flush()
                raise HandshakeFailed(_why(error)) from error
            else:
                await self._flush()
                return
            try:
                self._incoming.write(await self._stream.receive())
            except LinkLost as error:
                raise (HandshakeFailed("closed") if answered else NotAdmitted()) from error
            answered = True

    async def _flush(self, before: bytes = b"") -> None:
        data = before + self._outgoing.read()
        if data:
            await self._stream.send(data)


def _why(error: ssl.SSLError) -> str:
    return (error.reason or type(error).__name__).lower()
