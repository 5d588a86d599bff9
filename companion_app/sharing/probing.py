"""Looks at what answers at an address of this computer: the owner's act, on record; nothing but questions leaves."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from dataclasses import replace

from companion_app.sharing import egress, upload
from companion_app.sharing.address import Address, is_loopback
from companion_app.sharing.cards import Found
from companion_app.sharing.endpoints import programs
from companion_app.sharing.errors import DeliveryError, NotProbed
from companion_app.sharing.outcome import Progress
from companion_app.sharing.records import ShareRecords
from companion_app.sharing.upload import Limits, Request

_DEADLINE_S = 10.0
_LIMITS = Limits(deadline_s=_DEADLINE_S, silence_s=3.0, connect_s=3.0, answer_bytes=256 << 10)


async def probe(
    address: Address, model: str, *, records: ShareRecords, tls: ssl.SSLContext, today: datetime.date
) -> Found:
    """Ask the program at `address` what it is: GET, without key, picture or question. What does not answer in ten
    seconds stays unknown. Raises NotProbed for another computer, LedgerUnavailable."""
    if not address.loopback:
        raise NotProbed(endpoint=address.url)
    records.probing(address.recipient, programs.PATHS)
    found = Found(programs.UNKNOWN_PROGRAM, on=today.isoformat())
    try:
        async with asyncio.timeout(_DEADLINE_S):
            found = await programs.identify(lambda path: _get(address, path, tls), model, today.isoformat())
    except TimeoutError:
        pass
    finally:
        records.probed(address.recipient, found.program, found.forwards_to)
    return found


async def _get(address: Address, path: str, tls: ssl.SSLContext) -> bytes | None:
    """One question; None where nothing of use came back."""
    request = Request("GET", replace(address, path=path), {"Accept": "application/json"})
    try:
        with egress.permit(address.host, address.port) as permit:
            hosts = [host for host in await upload.resolve(address, permit) if is_loopback(host)]
            if not hosts:
                return None
            async with upload.exchange(request, hosts, progress=Progress(), tls=tls, limits=_LIMITS) as parts:
                return b"".join([part async for part in parts])
    except DeliveryError:
        return None
