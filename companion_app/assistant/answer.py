"""What a local answer is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One machine-readable code: its symbology ("QR Code") and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What was looked for and found; None means nobody looked."""

    text: tuple[str, ...] | None = None
    faces: int | None = None
    codes: tuple[Code, ...] | None = None


@dataclass(frozen=True)
class LocalAnswer:
    """Words, and the facts they were made from."""

    text: str
    facts: Facts
