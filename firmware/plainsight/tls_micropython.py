"""The TLS server on MicroPython's `tls` module (Mbed TLS)."""

import hashlib

import tls

from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.stream import ByteStream

_SUITES = ("TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256", "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384")


class TlsEndpoint:
    """Key and certificate of the glasses. One connection at a time: the newest gets the certificates that are seen."""

    def __init__(self, certificate: bytes, key: bytes):
        self._connection: TlsConnection | None = None
        self._context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        # CERT_REQUIRED would refuse every phone that no authority signed; the session compares the hash itself.
        self._context.verify_mode = tls.CERT_OPTIONAL  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
        self._context.verify_callback = self._seen  # pyright: ignore[reportAttributeAccessIssue]
        self._context.set_ciphers(_SUITES)

    def accept(self, stream: "ByteStream") -> "TlsConnection":
        """Begin a handshake on `stream`; it advances with each `readinto`."""
        self._connection = TlsConnection(self._context, stream)
        return self._connection

    def _seen(self, certificate: bytes, depth: int) -> int:
        """Called for each certificate of the peer's chain; depth 0 is its own, and only that counts. 0 lets it pass."""
        if depth == 0 and self._connection is not None:
            self._connection.certificate_sha256 = hashlib.sha256(certificate).digest()
        return 0


class TlsConnection:
    """One TLS connection over one stream."""

    def __init__(self, context: "tls.SSLContext", stream: "ByteStream"):
        self.certificate_sha256: bytes | None = None
        # A handshake at once would block for ever on a stream that has nothing yet.
        self._socket = context.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)

    def readinto(self, out: bytearray | memoryview) -> int | None:
        """Decrypted bytes, None to wait for the stream, 0 at the end. Raises TlsFailed."""
        try:
            return self._socket.readinto(out)
        except (OSError, ValueError) as error:  # a foreign or outdated certificate is a ValueError
            raise TlsFailed(error.args[0])

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Encrypt and write; the caller has made sure of the room. Raises TlsFailed."""
        try:
            taken = self._socket.write(data)
        except (OSError, ValueError) as error:
            raise TlsFailed(error.args[0])
        return taken or 0

    def close(self) -> None:
        """Send the farewell and give the memory back."""
        try:
            self._socket.close()
        except OSError:
            return  # it was broken already
