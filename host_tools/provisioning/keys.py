"""The key and certificate of a pair of glasses: EC P-256, self-signed, to be pinned; no issuer is trusted."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# A board that was never told the time believes it is 2000-01-01, and Mbed TLS refuses a certificate that starts
# on or before that day there, so validity starts one day later; it ends after any board's life.
_VALID_FROM = datetime.datetime(2000, 1, 2, tzinfo=datetime.UTC)
_VALID_UNTIL = datetime.datetime(2099, 12, 31, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class DeviceIdentity:
    """Certificate and private key as DER; `certificate_sha256` is what phones pin (32 bytes)."""

    certificate: bytes
    private_key: bytes

    @property
    def certificate_sha256(self) -> bytes:
        """SHA-256 of the DER certificate."""
        return hashlib.sha256(self.certificate).digest()


def make_identity(common_name: str = "plainsight") -> DeviceIdentity:
    """A new key and its self-signed certificate; every call gives another."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return DeviceIdentity(
        certificate.public_bytes(serialization.Encoding.DER),
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ),
    )
