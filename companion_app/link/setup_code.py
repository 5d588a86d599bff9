"""The one-time setup code: as a QR's text with the glasses' certificate hash, or typed as the bare secret."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

from companion_app.link.errors import BadSetupCode

SECRET_BYTES = 16
_SHA256_BYTES = 32
_PREFIX = "PLAINSIGHT"
_VERSION = "1"
_MAX_CHARACTERS = 200
# Base32 has no 0, 1 and 8, so what was typed for them can only mean the letter.
_LOOK_ALIKES = str.maketrans("018", "OIB")


@dataclass(frozen=True)
class SetupCode:
    """`certificate_sha256` is None for a typed code: then the proofs of the pairing stand for it."""

    secret: bytes = field(repr=False)
    certificate_sha256: bytes | None


def parse_setup_code(text: str) -> SetupCode:
    """Read a QR's text or a typed code. Raises BadSetupCode."""
    if len(text) > _MAX_CHARACTERS:
        raise BadSetupCode("wrong_length")
    compact = re.sub(r"[\s-]", "", text).upper()
    if ":" not in compact:
        return SetupCode(_base32(compact.translate(_LOOK_ALIKES), SECRET_BYTES), None)
    prefix, *rest = compact.split(":")
    if prefix != _PREFIX or len(rest) != 3:
        raise BadSetupCode("not_a_code")
    version, certificate, secret = rest
    if version != _VERSION:
        raise BadSetupCode("wrong_version")
    return SetupCode(_base32(secret, SECRET_BYTES), _base32(certificate, _SHA256_BYTES))


def _base32(text: str, size: int) -> bytes:
    """Exactly `size` bytes from base32 without padding, in its one canonical spelling."""
    if len(text) != (size * 8 + 4) // 5:
        raise BadSetupCode("wrong_length")
    try:
        value = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise BadSetupCode("wrong_characters") from error
    if base64.b32encode(value).decode().rstrip("=") != text:
        raise BadSetupCode("wrong_characters")
    return value
