"""The phone's TLS key and self-signed certificate, by whose hash the glasses know this phone."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from companion_app.files import write_atomic
from companion_app.keys.certificate import self_signed
from companion_app.keys.errors import KeyUnreadable
from companion_app.vault import SealedFiles, Vault

_FILE = "phone.pem"
_PURPOSE = "phone.pem"


@dataclass(frozen=True)
class PhoneIdentity:
    """`certificate`: DER, and `certificate_sha256` its hash. `pem` holds it, too, beside the private key, which is
    encrypted (PKCS#8) with a password from the vault, for `ssl` reads keys from files alone."""

    pem: Path
    certificate: bytes
    certificate_sha256: bytes
    _vault: Vault = field(repr=False, compare=False)

    def load_into(self, context: ssl.SSLContext) -> None:
        """Make `context` speak for this phone. Raises VaultLocked."""
        context.load_cert_chain(self.pem, password=_password(self._vault))

    def sign(self, data: bytes) -> bytes:
        """Under `certificate`: ECDSA on P-256 with SHA-256, DER. Raises VaultLocked, KeyUnreadable."""
        return _private_key(self.pem, self._vault).sign(data, ec.ECDSA(SHA256()))


def load_phone_identity(files: SealedFiles) -> PhoneIdentity:
    """The identity among `files`, made at the first call. Raises KeyUnreadable; a damaged one is not replaced."""
    path = files.path(_FILE)
    if not path.exists():
        write_atomic(path, _make(_password(files.vault)))
    key = _private_key(path, files.vault)
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise KeyUnreadable(path, "damaged") from error
    if key.public_key() != certificate.public_key():
        raise KeyUnreadable(path, "key_of_another_certificate")
    der = certificate.public_bytes(serialization.Encoding.DER)
    return PhoneIdentity(path, der, hashlib.sha256(der).digest(), files.vault)


def _private_key(path: Path, vault: Vault) -> ec.EllipticCurvePrivateKey:
    password = _password(vault).encode()
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password)
    except (ValueError, TypeError) as error:  # TypeError: the file's key is in the clear, so it is none of ours
        raise KeyUnreadable(path, "damaged") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnreadable(path, "damaged")
    return key


def _password(vault: Vault) -> str:
    return vault.subkey(_PURPOSE).hex()


def _make(password: str) -> bytes:
    """A new P-256 key, encrypted, and its certificate, as one PEM file."""
    key, certificate = self_signed("plainsight phone")
    protected = serialization.BestAvailableEncryption(password.encode())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protected)
    return private + certificate.public_bytes(serialization.Encoding.PEM)
