"""The phone's signature under an exported ledger: who exported it, and that nothing in the file was changed since.

Signed is the file without its `signature` as canonical JSON: keys sorted, no spaces, ASCII (Python: `json.dumps(value,
sort_keys=True, separators=(",", ":"))`), after the line `plainsight-ledger-export`. The certificate is the one by whose
hash the glasses know this phone; who has that hash from elsewhere knows that no other phone made the file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

FIELD = "signature"
_LABEL = b"plainsight-ledger-export\n"
_ALGORITHM = "ECDSA P-256 SHA-256"
_MAX_TEXT = 8192  # characters of a certificate or a signature in base64


class Signer(Protocol):
    """Whoever has the phone's key: keys/phone.py."""

    @property
    def certificate(self) -> bytes:
        """DER."""
        ...

    def sign(self, data: bytes) -> bytes:
        """ECDSA on P-256 with SHA-256, DER."""
        ...


class Signed(StrEnum):
    """What can be said of the signature; the value is the sentence's middle."""

    NOT = "is not signed"
    HOLDS = "is signed, and the signature holds"
    BROKEN = "has a signature that does not hold: the file was changed, or the signature is not of this file"


@dataclass(frozen=True)
class Signature:
    """`phone`: hex SHA-256 of the certificate that the signature names; empty where there is none that can be read."""

    state: Signed
    phone: str = ""


NOT_SIGNED = Signature(Signed.NOT)


def signed(made: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """`made` with the phone's signature under it. Raises VaultLocked, KeyUnreadable."""
    bare = {name: value for name, value in made.items() if name != FIELD}
    return {
        **bare,
        FIELD: {
            "algorithm": _ALGORITHM,
            "certificate": base64.b64encode(signer.certificate).decode(),
            "value": base64.b64encode(signer.sign(_said(bare))).decode(),
        },
    }


def examine_signature(fields: Mapping[str, Any]) -> Signature:
    """Whether the signature in an exported ledger holds. Whatever stands there, this does not fail."""
    if FIELD not in fields:
        return NOT_SIGNED
    match fields[FIELD]:
        case {"algorithm": str(algorithm), "certificate": str(certificate), "value": str(value)}:
            der, signature = _bytes(certificate), _bytes(value)
        case _:
            return Signature(Signed.BROKEN)
    phone = hashlib.sha256(der).hexdigest() if der else ""
    key = _key(der) if algorithm == _ALGORITHM else None
    if key is None:
        return Signature(Signed.BROKEN, phone)
    try:
        said = _said({name: part for name, part in fields.items() if name != FIELD})
        key.verify(signature, said, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, TypeError, RecursionError):
        return Signature(Signed.BROKEN, phone)
    return Signature(Signed.HOLDS, phone)


def _said(bare: Mapping[str, Any]) -> bytes:
    return _LABEL + json.dumps(bare, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if len(text) <= _MAX_TEXT else b""
    except (binascii.Error, ValueError):
        return b""


def _key(der: bytes) -> ec.EllipticCurvePublicKey | None:
    """The key of a certificate on P-256; None for anything else."""
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None
