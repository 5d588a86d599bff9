"""Asking back what left: the text of a request for erasure, for the owner to send; nothing sends it by itself."""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass
from typing import Any, cast

from companion_app.sharing.cards import UNKNOWN
from companion_app.sharing.consent_record import iso_time
from companion_app.sharing.errors import NothingToTakeBack
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import ANSWER_DUE_S, Share

_LINES = """\
To: {recipient}{to}
Date: {date}
Subject: Withdrawal of consent and request for erasure, receipt {receipt}

{began}

I withdraw my consent. Please erase, without undue delay, {what}, what your systems answered, and everything that was
derived from them, in logs, back-ups and data sets as well, and tell everybody you passed them on to that I asked for
this.

What it concerns:
  receipt      {receipt}
  agreed at    {time} (UTC)
  address      {address}
{hashes}
Where the GDPR applies: Art. 7(3) for the withdrawal, Art. 17(1)(b) for the erasure, Art. 19 for telling recipients, and
Art. 12(3) for an answer within one month of receiving this. Where it does not, I ask the same of you under the law that
does, and under your own terms.

Please answer with one of these: that all of it is erased, and when; that you never held it; or what you keep, on what
ground, and until when (Art. 12(4)).

{name}
"""
_WIDTH = 120
_NAME = "[your name, and the account or key under which you use the service, so that it can be found]"


@dataclass(frozen=True)
class ErasureRequest:
    """`text` is for the owner to send to `contact` ("unknown": look at `source`, the recipient's terms); `route` says
    how. `sha256` (hex) is of the text. Times are Unix seconds."""

    receipt_id: str
    recipient: str
    contact: str
    source: str
    route: str
    text: str
    asked_s: int
    due_s: int

    @property
    def sha256(self) -> str:
        """Hex, of `text` in UTF-8: what the ledger keeps of it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def request_for(share: Share, asked_s: int) -> ErasureRequest:
    """The request about one share, the same text for the same moment. Raises NothingToTakeBack."""
    if not share.may_have_left:
        raise NothingToTakeBack(receipt=share.receipt_id, outcome=share.outcome)
    party = _party(share)
    contact = str(party.get("party_contact") or UNKNOWN)
    source, address = _source(share), str(party.get("party_address") or UNKNOWN)
    text = _LINES.format(
        recipient=share.recipient,
        to="" if contact == UNKNOWN else f" ({contact})",
        date=iso_time(asked_s)[:10],
        receipt=share.receipt_id,
        time=iso_time(share.time_s),
        began=_began(share, address),
        address=address,
        what="them" if share.live else "both",
        hashes=_hashes(share),
        name=_NAME,
    )
    return ErasureRequest(
        receipt_id=share.receipt_id,
        recipient=share.recipient,
        contact=contact,
        source=source,
        route=_route(share, contact, source),
        text=text,
        asked_s=asked_s,
        due_s=asked_s + ANSWER_DUE_S,
    )


def _began(share: Share, address: str) -> str:
    """The first paragraph, as wide as the others."""
    sent = "sent" if share.outcome is Outcome.SENT else "may have sent"
    what = "pictures of a live session with a question" if share.live else "a picture and a question about it"
    when = f"On {iso_time(share.time_s)} I {sent} you {what}, at {address}"
    words = f'{when}, for this purpose and no other: "{share.purpose}".'
    return textwrap.fill(words, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _hashes(share: Share) -> str:
    if share.live:
        return "  pictures     the hashes of all of them can be had from me, with their Merkle root\n"
    return f"  picture      JPEG of {share.bytes} bytes, SHA-256 {share.sha256}\n"


def _route(share: Share, contact: str, source: str) -> str:
    if contact != UNKNOWN:
        said = str(_party(share).get("party_erasure") or UNKNOWN)
        says = "" if said == UNKNOWN else f" What it says of such requests: {said}"
        return f"Send this text to {contact}. This app does not send it, and does not know whether you did.{says}"
    if _is_here(share):
        return "A program on this computer took it: erase what it keeps there. It has no way of being asked."
    where = source if source != UNKNOWN else "its own terms"
    return f"Nobody has found a contact of this recipient for this app: look for one in {where}."


def _is_here(share: Share) -> bool:
    host = share.recipient.rpartition(":")[0] if ":" in share.recipient else share.recipient
    return host in ("localhost", "127.0.0.1", "[::1]")


def _party(share: Share) -> dict[str, Any]:
    parties = share.consent.get("parties")
    first = cast("list[Any]", parties)[0] if isinstance(parties, list) and parties else None
    return cast("dict[str, Any]", first) if isinstance(first, dict) else {}


def _source(share: Share) -> str:
    match share.consent:
        case {"processing": {"privacy_notice": {"source": str(source)}}}:
            return source
        case _:
            return UNKNOWN
