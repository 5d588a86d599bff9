"""What glasses are asked, each of it on their own record: hear nothing, erase every item, forget the other phones."""

from __future__ import annotations

from companion_app.companion import Companion
from companion_app.erasing.receipt import OnGlasses
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused

RECORD = "erasing_glasses"
_OFF = "off"
_ROUNDS = 3  # a picture may be taken while the others go


async def erase_glasses(companion: Companion) -> OnGlasses:
    """Connected glasses end what they do and forget all but this phone, which `Companion.unpair` is for. May be asked
    again after a loss. Raises GlassesRefused, NotConnected, LinkError, LedgerWriteFailed."""
    pin, glasses = companion.pin, companion.glasses
    record = companion.ledger.append(RECORD, glasses=pin.glasses)
    await glasses.stop()
    await glasses.settings(keyword=False)
    await glasses.set_voice(_OFF, record.hash)
    erased = 0
    for _round in range(_ROUNDS):
        items = [item.id for item in await glasses.items()]
        if not items:
            break
        for item in items:
            erased += await _erase(glasses, item)
    left = len(await glasses.items())
    await glasses.crashes(forget=True)
    others = [phone.id for phone in await glasses.phones() if not phone.current]
    for phone in others:
        await companion.revoke(phone)
    hello = await companion.say_hello()
    return OnGlasses(
        glasses=pin.glasses,
        asked=True,
        items_erased=erased,
        items_left=left,
        phones_removed=len(others) + 1,
        journal_count=hello.journal_count,
        journal_head=hello.journal_head,
    )


async def _erase(glasses: GlassesClient, item: int) -> bool:
    """True where it was there. Raises GlassesRefused, LinkError."""
    try:
        await glasses.delete(item)
    except GlassesRefused as refused:
        if refused.code != "unknown_item":
            raise
        return False
    return True
