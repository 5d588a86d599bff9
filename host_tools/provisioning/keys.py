"""The key and certificate of a pair of glasses: EC P-256, self-signed, to be pinned; no issuer is trusted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization

from companion_app.keys.certificate import self_signed


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
    key, certificate = self_signed(common_name)
    return DeviceIdentity(
        certificate.public_bytes(serialization.Encoding.DER),
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ),
    )
