"""TLS 1.2 with certificates on both ends, a server over a ByteStream: MicroPython's `tls` or CPython's `ssl`.

Both offer `TlsEndpoint(certificate: DER, key: DER).accept(stream) -> connection` with `readinto(out) -> bytes read |
None (wait for the stream) | 0 (the peer closed)`, `write(data) -> bytes taken`, `close()` and `certificate_sha256` (the
peer's, None until it has shown one). Whatever breaks the protocol raises `TlsFailed`.
"""

from plainsight.compat import MICROPYTHON

if MICROPYTHON:
    from plainsight.tls_micropython import TlsEndpoint
else:
    from plainsight.tls_cpython import TlsEndpoint

__all__ = ("TlsEndpoint",)
