"""What a yes to one picture and a yes to a session have in common: it names what was proposed, where that was proposed,
is kept before it is on record, and does not last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.errors import ConsentMismatch, LedgerUnavailable, NeverShared
from companion_app.sharing.receipt_folder import ReceiptFolder
from companion_app.sharing.records import ShareRecords

REGION = "region"


@dataclass(frozen=True)
class Clocks:
    """`wall_s`: Unix seconds, which people and networks set at will; `steady_s` only ever goes on, and `sleep`
    waits so many seconds of it."""

    wall_s: Callable[[], float] = time.time
    steady_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def fresh(self, agreed_s: float, until_s: float, agreed_steady_s: float) -> bool:
        """True until `until_s`. Both clocks must find it so: the wall clock set back would make a yes last as long as
        somebody likes, and the steady one stands still while some devices sleep."""
        in_time = agreed_s <= self.wall_s() < until_s
        return in_time and self.steady_s() - agreed_steady_s < until_s - agreed_s


def ruled_out(records: ShareRecords, card: EndpointCard) -> NeverShared | None:
    """What stops every yes, also one given before: the owner said that nobody but this device is ever asked."""
    if card.stays_here or not records.ruled_out():
        return None
    return NeverShared(endpoint=card.id, recipient=card.recipient)


def mismatch(named: Iterable[tuple[str, object, object]]) -> ConsentMismatch | None:
    """The first of (field, proposed, agreed) in which a yes is to something else."""
    for field, proposed, agreed in named:
        if agreed != proposed:
            return ConsentMismatch(field=field, proposed=proposed, agreed=agreed)
    return None


def keep(
    records: ShareRecords, receipts: ReceiptFolder, receipt_id: str, record: Mapping[str, object], terms: str
) -> None:
    """The owner's copy first: the ledger must not name a receipt that nobody has.
    Raises ReceiptNotKept, LedgerUnavailable."""
    receipts.keep(receipt_id, record, terms)
    try:
        records.agreed(record)
    except LedgerUnavailable:
        with suppress(OSError):  # what stays behind is swept away at the next opening
            receipts.drop(receipt_id)
        raise
