"""The phone's TLS key and self-signed certificate, by whose hash the glasses know this phone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from companion_app.files import private_folder, write_atomic
from companion_app.keys.certificate import self_signed
from companion_app.keys.errors import KeyUnreadable
from companion_app.keys.protection import Protection

_FILE = "phone.pem"


@dataclass(frozen=True)
class PhoneIdentity:
    """`pem` holds private key and certificate, in the form `ssl` loads; `certificate_sha256` is of the DER."""

    pem: Path
    certificate_sha256: bytes
    protection: Protection


def load_phone_identity(folder: Path) -> PhoneIdentity:
    """The identity in `folder`, made at the first call. Raises KeyUnreadable; a damaged one is not replaced."""
    path = private_folder(folder) / _FILE
    if not path.exists():
        write_atomic(path, _make())
    pem = path.read_bytes()
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(path, "damaged") from error
    if key.public_key() != certificate.public_key():
        raise KeyUnreadable(path, "key_of_another_certificate")
    der = certificate.public_bytes(serialization.Encoding.DER)
    return PhoneIdentity(path, hashlib.sha256(der).digest(), Protection.NONE)


def _make() -> bytes:
    """A new P-256 key and its certificate, as one PEM file."""
    key, certificate = self_signed("plainsight phone")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
