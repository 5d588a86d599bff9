"""Data-use cards: who would receive a picture, what they say they do with it, and when that was last read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from companion_app.sharing.address import Address

UNKNOWN = "unknown"
LOCAL_ID = "local"


@dataclass(frozen=True, kw_only=True)
class DataUse:
    """What a recipient says it does with what it is sent, in words; `reviewed`: ISO date of the text that was read."""

    trains: str = UNKNOWN
    retention: str = UNKNOWN
    human_review: str = UNKNOWN
    region: str = UNKNOWN
    reviewed: str = UNKNOWN
    source: str = UNKNOWN
    contact: str = UNKNOWN  # where the owner of a picture may ask for its erasure: an address or a URL


@dataclass(frozen=True, kw_only=True)
class EndpointCard(DataUse):
    """One place an answer can come from; `url` is empty where nothing leaves this device."""

    id: str
    recipient: str
    url: str
    notice: str

    @property
    def stays_here(self) -> bool:
        """True when the picture does not leave this device."""
        return not self.url

    @property
    def terms(self) -> str:
        """All that the user is asked to accept, in one text: whatever changes on the card changes this."""
        lines = (
            f"Recipient: {self.recipient}",
            f"Address: {self.url or 'none: nothing leaves this device'}",
            f"Trains on it: {self.trains}",
            f"Keeps it: {self.retention}",
            f"People may see it: {self.human_review}",
            f"Region: {self.region}",
            f"Terms read on: {self.reviewed}",
            f"Source: {self.source}",
            f"Erasure is asked for at: {self.contact}",
            self.notice,
        )
        return "\n".join(lines) + "\n"

    @property
    def terms_sha256(self) -> str:
        """Hex SHA-256 of `terms` in UTF-8: what an agreement names."""
        return hashlib.sha256(self.terms.encode()).hexdigest()


LOCAL = EndpointCard(
    id=LOCAL_ID,
    recipient="this device",
    url="",
    notice="Programs on this device read the picture, without any network. Nothing is kept but the record of the act.",
    trains="no",
    retention="not at all",
    human_review="no",
    region="this device",
    reviewed="2026-11-22",
    source="this app",
    contact="nobody: nothing left",
)

# One row per host whose terms somebody has read; every other host's are unknown, and its card says so.
_KNOWN_USE = {
    "api.openai.com": DataUse(
        trains="no, unless the account's owner opts in",
        retention="abuse-monitoring logs up to 30 days, longer where the law requires it",
        human_review="possible for what abuse monitoring flags",
        region="not fixed unless the account sets it",
        reviewed="2026-04-07",
        source="https://developers.openai.com/api/docs/guides/your-data",
    ),
}

_KNOWN_NOTICE = "The recipient can change its terms; this card says what they were on the date above."
_UNKNOWN_NOTICE = (
    "Nobody has read this recipient's terms for this app: "
    "assume that it keeps the picture, trains on it and shows it to people."
)
_LOOPBACK_NOTICE = (
    "A program on this computer takes the picture. "
    "It may pass it on to another computer, and this app cannot see whether it does."
)


def for_address(address: Address) -> EndpointCard:
    """The card of an OpenAI-compatible endpoint: the host is the recipient, and terms that nobody read are unknown."""
    use = _KNOWN_USE.get(address.recipient)
    if use is None:
        use, notice = DataUse(), _LOOPBACK_NOTICE if address.loopback else _UNKNOWN_NOTICE
    else:
        notice = _KNOWN_NOTICE
    return EndpointCard(
        id=f"openai-compatible:{address.url}",
        recipient=address.recipient,
        url=address.url,
        notice=notice,
        trains=use.trains,
        retention=use.retention,
        human_review=use.human_review,
        region=use.region,
        reviewed=use.reviewed,
        source=use.source,
        contact=use.contact,
    )
