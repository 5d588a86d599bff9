"""What the owner's ledger says, as tests ask for it."""

from __future__ import annotations

from typing import Any

from companion_app.companion import Companion


def kinds(companion: Companion) -> list[str]:
    """The kind of each entry."""
    return [entry.kind for entry in companion.ledger.entries()]


def entries(companion: Companion, kind: str) -> list[dict[str, Any]]:
    """The data of each entry of this kind."""
    return [entry.data for entry in companion.ledger.entries() if entry.kind == kind]
