"""One way to write UUIDs on both sides of the radio."""

from __future__ import annotations

from bleak.uuids import normalize_uuid_str
from bumble.core import UUID


def uuid_text(uuid: UUID) -> str:
    """Return the UUID as Bleak writes it: 128 bits, lower case, with dashes."""
    return normalize_uuid_str(uuid.to_hex_str("-"))
