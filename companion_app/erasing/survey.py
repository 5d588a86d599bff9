"""What there is to erase, before anybody decides: counts for who asks."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.companion import Companion
from companion_app.sharing.shares import Share


@dataclass(frozen=True)
class Survey:
    """`recipients`: of what may have left, each once; `glasses`: the name in use, "" where none are paired."""

    pictures: int
    records: int
    shares: int
    recipients: tuple[str, ...]
    glasses: str


def survey(companion: Companion) -> Survey:
    """Count, without asking anybody else."""
    left = outstanding(companion)
    return Survey(
        pictures=len(companion.gallery.pictures()),
        records=len(companion.ledger.entries()),
        shares=len(left),
        recipients=tuple(dict.fromkeys(share.recipient for share in left)),
        glasses=companion.glasses_id if companion.paired else "",
    )


def outstanding(companion: Companion) -> list[Share]:
    """What may have left this device, newest first."""
    return [share for share in companion.sharing.shares() if share.may_have_left]
