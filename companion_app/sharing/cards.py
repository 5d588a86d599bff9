"""Data-use cards: who would receive a picture, what they say they do with it, and when that was last read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from companion_app.sharing.address import Address, parse

UNKNOWN = "unknown"
LOCAL_ID = "local"


@dataclass(frozen=True)
class DataUse:
    """What a recipient says it does with what it is sent; `reviewed` is the ISO date of the text that was read."""

    trains: str
    retention: str
    human_review: str
    region: str
    reviewed: str
    source: str


@dataclass(frozen=True)
class EndpointCard:
    """One place an answer can come from; `url` is empty where nothing leaves this device."""

    id: str
    recipient: str
    url: str
    notice: str
    use: DataUse

    @property
    def trains(self) -> str:
        """Whether pictures train the recipient's models, in words."""
        return self.use.trains

    @property
    def retention(self) -> str:
        """How long the recipient keeps what it is sent, in words."""
        return self.use.retention

    @property
    def human_review(self) -> str:
        """Whether people may look at it, in words."""
        return self.use.human_review

    @property
    def region(self) -> str:
        """Where it is processed, in words."""
        return self.use.region

    @property
    def reviewed(self) -> str:
        """ISO date of the text this card was made from, or "unknown"."""
        return self.use.reviewed

    @property
    def source(self) -> str:
        """Where that text stands, or "unknown"."""
        return self.use.source

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
    notice="The picture is read by programs on this device, without any network. Nothing is kept but the record of the act.",
    use=DataUse(
        trains="no", retention="not at all", human_review="no", region="this device", reviewed="2026-11-22", source="this app"
    ),
)

_UNKNOWN_USE = DataUse(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)

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

_NOTICES = {
    "known": "The recipient can change its terms; this card says what they were on the date above.",
    "unknown": "Nobody has read this recipient's terms for this app: assume that it keeps the picture, trains on it and shows it to people.",
    "loopback": "A program on this computer takes the picture. It may pass it on to another computer, and this app cannot see whether it does.",
}


def for_address(address: Address) -> EndpointCard:
    """The card of an OpenAI-compatible endpoint at `address`: its host is the recipient; what nobody read is unknown."""
    use = _KNOWN_USE.get(address.recipient)
    notice = "loopback" if address.loopback else "unknown" if use is None else "known"
    return EndpointCard(
        id=f"openai-compatible:{address.url}",
        recipient=address.recipient,
        url=address.url,
        notice=_NOTICES[notice],
        use=use or _UNKNOWN_USE,
    )


def for_base_url(base_url: str) -> EndpointCard:
    """The card for a base URL as a user types it. Raises BadAddress."""
    return for_address(parse(base_url))
