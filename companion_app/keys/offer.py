"""What a phone offers at pairing beside the proof of the code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """Public keys, and the recovery code that the first phone registers; none of them tells a private key."""

    owner_key: bytes
    recovery: bytes
    wrap_key: bytes
