"""The TLS server on CPython's `ssl`, for the tests and for boards that run Linux.

`ssl` has no verify callback, and refuses a certificate it does not know. So the client's certificate is read from the
handshake, where TLS 1.2 sends it in clear, and trusted for this one connection: `ssl` then checks that the peer holds
its key.
"""

import base64
import hashlib
import os
import ssl
import struct
import tempfile

from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.stream import ByteStream

_SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
_READ_BYTES = 4096
_RECORD_HANDSHAKE = 22
_RECORD_HEADER = 5
_MESSAGE_CERTIFICATE = 11
_MAX_WATCHED = 16384  # a client's first two flights are under 3 kB
_PKCS8_VERSION = b"\x02\x01\x00"  # SEC1 keys carry version 1 at this place


class TlsEndpoint:
    """Key and certificate of the glasses, as PEM text."""

    def __init__(self, certificate: bytes, key: bytes):
        label = "PRIVATE KEY" if _PKCS8_VERSION in key[:8] else "EC PRIVATE KEY"
        self._chain = _pem(label, key) + _pem("CERTIFICATE", certificate)

    def accept(self, stream: "ByteStream") -> "TlsConnection":
        """Begin a handshake on `stream`; it advances with each `readinto`."""
        return TlsConnection(self._context(), stream)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
        context.set_ciphers(_SUITES)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        descriptor, path = tempfile.mkstemp()  # only its owner can read it; `ssl` takes keys from files alone
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(self._chain)
            context.load_cert_chain(path)
        finally:
            os.remove(path)
        return context


def _pem(label: str, der: bytes) -> str:
    """DER as PEM text."""
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


class TlsConnection:
    """One TLS connection over one stream."""

    def __init__(self, context: ssl.SSLContext, stream: "ByteStream"):
        self.certificate_sha256: bytes | None = None
        self._context = context
        self._stream = stream
        self._watch: CertificateWatch | None = CertificateWatch()
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._unsent = b""

    def readinto(self, out: bytearray | memoryview) -> int | None:
        """Decrypted bytes, None to wait for the stream, 0 at the end. Raises TlsFailed."""
        while True:
            try:
                if self._watch is not None:
                    self._shake_hands()
                return self._tls.read(len(out), out)
            except ssl.SSLWantReadError:
                if not self._pull():
                    return None
            except ssl.SSLEOFError:
                return 0
            except ssl.SSLError as error:
                raise TlsFailed(error.reason or str(error)) from error
            finally:
                self._drain()

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Encrypt and write; the caller has made sure of the room. Raises TlsFailed."""
        try:
            return self._tls.write(data)
        except ssl.SSLError as error:
            raise TlsFailed(error.reason or str(error)) from error
        finally:
            self._drain()

    def close(self) -> None:
        """Send the farewell."""
        try:
            self._tls.unwrap()
        except ssl.SSLError:
            pass  # the peer's own farewell is still to come, or it was broken already
        self._drain()

    def _shake_hands(self) -> None:
        self._tls.do_handshake()
        self._watch = None
        certificate = self._tls.getpeercert(binary_form=True)
        self.certificate_sha256 = hashlib.sha256(certificate).digest() if certificate else None

    def _pull(self) -> bool:
        """Move what the stream holds into TLS; False where it holds nothing."""
        buffer = bytearray(_READ_BYTES)
        count = self._stream.readinto(buffer)
        if count is None:
            return False
        if count == 0:
            self._incoming.write_eof()
            return True
        data = bytes(memoryview(buffer)[:count])
        certificate = self._watch.feed(data) if self._watch is not None else None
        if certificate:
            self._trust(certificate)
        self._incoming.write(data)
        return True

    def _trust(self, certificate: bytes) -> None:
        try:
            self._context.load_verify_locations(cadata=certificate)
        except ssl.SSLError as error:
            raise TlsFailed(error.reason or str(error)) from error

    def _drain(self) -> None:
        """Move what TLS wrote into the stream, as far as it has room."""
        self._unsent += self._outgoing.read()
        if self._unsent:
            self._unsent = self._unsent[self._stream.write(self._unsent) or 0 :]


class CertificateWatch:
    """Finds the client's certificate in the clear part of a TLS 1.2 handshake; what it can't read is left to TLS."""

    def __init__(self) -> None:
        self._records = b""
        self._messages = b""
        self._done = False

    def feed(self, data: bytes) -> bytes | None:
        """Take raw bytes of the connection; returns the DER certificate when it is complete, once."""
        if self._done:
            return None
        self._records += data
        while len(self._records) >= _RECORD_HEADER and not self._done:
            kind, _, length = struct.unpack_from(">BHH", self._records)
            if kind != _RECORD_HANDSHAKE or len(self._messages) > _MAX_WATCHED:
                self._done = True
            elif len(self._records) < _RECORD_HEADER + length:
                break
            else:
                self._messages += self._records[_RECORD_HEADER : _RECORD_HEADER + length]
                self._records = self._records[_RECORD_HEADER + length :]
        return self._certificate()

    def _certificate(self) -> bytes | None:
        while len(self._messages) >= 4:
            length = int.from_bytes(self._messages[1:4], "big")
            if len(self._messages) < 4 + length:
                return None
            kind, body = self._messages[0], self._messages[4 : 4 + length]
            self._messages = self._messages[4 + length :]
            if kind == _MESSAGE_CERTIFICATE:
                self._done = True
                size = int.from_bytes(body[3:6], "big")
                return body[6 : 6 + size] or None
        return None
