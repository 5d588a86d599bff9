"""The one-time setup code: a 128-bit secret and the certificate's hash, as QR text, typed code and QR picture."""

from __future__ import annotations

import base64
import io
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import segno

_SECRET_BYTES = 16
_QR_VERSION = 1
_GROUP = 4
_PNG_SCALE = 8
_OWNER_ALONE = 0o600


@dataclass(frozen=True)
class SetupCode:
    """What a phone needs once: `certificate_sha256` (32 bytes) and `secret` (16 bytes)."""

    certificate_sha256: bytes
    secret: bytes

    @classmethod
    def new(cls, certificate_sha256: bytes) -> SetupCode:
        """A fresh secret for the glasses with this certificate."""
        return cls(certificate_sha256, secrets.token_bytes(_SECRET_BYTES))

    @property
    def qr_text(self) -> str:
        """`PLAINSIGHT:1:<certificate hash>:<secret>`, base32 without padding: capitals keep the QR small."""
        return f"PLAINSIGHT:{_QR_VERSION}:{_base32(self.certificate_sha256)}:{_base32(self.secret)}"

    @property
    def typed(self) -> str:
        """The secret for the keyboard: 26 characters in groups of four."""
        text = _base32(self.secret)
        return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))

    def terminal_qr(self) -> str:
        """The QR as text for a terminal, two modules a character, dark on light or light on dark alike."""
        out = io.StringIO()
        self._qr().terminal(out, border=2, compact=True)
        return out.getvalue()

    def save_png(self, path: Path) -> None:
        """Write the QR as a picture, for its owner alone: who reads it can pair a phone. Raises OSError."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ALONE), "wb") as file:
            os.fchmod(file.fileno(), _OWNER_ALONE)  # of an earlier picture, too
            self._qr().save(file, kind="png", scale=_PNG_SCALE, border=4)

    def _qr(self) -> segno.QRCode:
        return segno.make_qr(self.qr_text, error="m")


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")
