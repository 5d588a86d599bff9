"""Delete everything everywhere, from an open app: ask back what was shared, ask the glasses, destroy what is here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from companion_app.companion import Companion
from companion_app.erasing.errors import GlassesNotErased
from companion_app.erasing.glasses import erase_glasses
from companion_app.erasing.marker import Marker, read_marker, remove_marker
from companion_app.erasing.receipt import AskedBackRow, ErasureReceipt, OnGlasses, State
from companion_app.erasing.receipt_place import ReceiptPlace
from companion_app.erasing.survey import outstanding
from companion_app.erasing.unfinished import finish
from companion_app.errors import AppError
from companion_app.link.connection import ConnectionState
from companion_app.ports.keystore import Keystore, system_keystore
from companion_app.vault.lock_file import read_lock_file

RECORD = "erasing"
_ENTRY = "entry"  # of a protector in vault.json: the name of its secret in the system's keystore
_TAP = "tap"


class Erasing:
    """One at a time, over a companion that is open on `folder`. `clock`: Unix seconds."""

    def __init__(
        self,
        companion: Companion,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        keystore: Callable[[], Keystore] = system_keystore,
    ) -> None:
        self._companion = companion
        self._folder = folder
        self._clock = clock
        self._keystore = keystore

    @property
    def begun(self) -> Path | None:
        """The receipt's folder where it was begun and not finished: it can go on, or be given up."""
        marker = read_marker(self._folder)
        return marker.receipt if marker is not None else None

    def give_up(self) -> None:
        """Keep what is here after all. What glasses erased and recipients were asked stays as it is. Raises OSError."""
        remove_marker(self._folder)

    async def run(
        self, parent: Path, tell: Callable[[ErasureReceipt], None] = lambda _: None, *, without_glasses: bool = False
    ) -> Path | None:
        """Everything goes; the companion is closed afterwards. Returns the receipt's folder, None where that is gone.

        A receipt is begun below `parent`, or gone on with where one was begun; `tell` hears of it as it grows.
        `without_glasses`: go on where they cannot be asked; the receipt says so. Raises ReceiptInside,
        NoPlaceForReceipt, GlassesNotErased, LedgerWriteFailed, OSError; then nothing here was destroyed.
        """
        place, receipt = self._begin(parent)
        self._companion.sharing.live.stop(_TAP)
        await self._companion.sharing.end_all()
        receipt = self._ask_back(place, receipt)
        tell(receipt)
        while self._companion.paired:
            receipt = _with(receipt, await self._glasses(receipt, without_glasses))
            place.write(receipt)
            tell(receipt)
            await self._companion.unpair()
        self._destroying(place, receipt)
        await self._companion.close()
        self._companion.vault.lock()
        return await asyncio.to_thread(finish, self._folder, clock=self._clock, keystore=self._keystore)

    def _begin(self, parent: Path) -> tuple[ReceiptPlace, ErasureReceipt]:
        """On record, and with a receipt outside, before anything is asked of anybody."""
        begun = self.begun
        place = ReceiptPlace(begun) if begun is not None else None
        receipt = place.read() if place is not None else None
        if place is None or receipt is None:
            now_s = self._clock()
            place = ReceiptPlace.make(parent, self._folder, now_s)
            receipt = ErasureReceipt(begun_s=int(now_s), pictures=len(self._companion.gallery.pictures()))
            place.write(receipt)
            self._companion.ledger.append(RECORD)
            Marker(destroying=False, receipt=place.folder).write(self._folder)
        return place, receipt

    def _ask_back(self, place: ReceiptPlace, receipt: ErasureReceipt) -> ErasureReceipt:
        """A letter for everything that may have left, beside the receipt."""
        rows: list[AskedBackRow] = []
        for share in outstanding(self._companion):
            request = self._companion.sharing.take_back(share.receipt_id)
            file = f"request-{share.receipt_id[:16]}.txt"
            place.write_request(file, request.text)
            row = AskedBackRow(
                request.receipt_id, request.recipient, request.contact, request.asked_s, request.due_s, file
            )
            rows.append(row)
        receipt = replace(receipt, requests=tuple(rows), shares=len(rows))
        place.write(receipt)
        return receipt

    async def _glasses(self, receipt: ErasureReceipt, without: bool) -> OnGlasses:
        """Raises GlassesNotErased."""
        name = self._companion.glasses_id
        try:
            if self._companion.connection.state is not ConnectionState.CONNECTED:
                await self._companion.connect()
            now = await erase_glasses(self._companion)
        except AppError as error:
            if not without:
                raise GlassesNotErased(name, error) from error
            before = _of(receipt, name)
            return before or OnGlasses(name, asked=False, why_not=getattr(error, "code", type(error).__name__))
        before = _of(receipt, name)
        return replace(now, items_erased=now.items_erased + (before.items_erased if before is not None else 0))

    def _destroying(self, place: ReceiptPlace, receipt: ErasureReceipt) -> None:
        """The point of no return. Raises NoPlaceForReceipt, OSError; then it was not passed."""
        entries = self._companion.ledger.entries()
        head = entries[-1].hash if entries else ""
        place.write(replace(receipt, state=State.DESTROYING, records=len(entries), ledger_head=head))
        rows = read_lock_file(self._folder).protectors
        names = tuple(str(row[_ENTRY]) for row in rows if _ENTRY in row)
        Marker(destroying=True, receipt=place.folder, entries=names).write(self._folder)


def _of(receipt: ErasureReceipt, glasses: str) -> OnGlasses | None:
    return next((one for one in receipt.glasses if one.glasses == glasses), None)


def _with(receipt: ErasureReceipt, one: OnGlasses) -> ErasureReceipt:
    others = tuple(other for other in receipt.glasses if other.glasses != one.glasses)
    return replace(receipt, glasses=(*others, one))
