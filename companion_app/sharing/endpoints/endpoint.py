"""What an adapter is: a card, and a way to ask that can reach the network only through the outbox's `post`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from companion_app.sharing.cards import EndpointCard


class Post(Protocol):
    """POST `body` to the card's own address, once per receipt; returns the answer's bytes. Raises DeliveryError."""

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> bytes: ...


@dataclass(frozen=True)
class Reply:
    """An endpoint's words, cleaned of control characters, and who says them."""

    text: str
    answered_by: str


class Endpoint(Protocol):
    """One place an answer can come from."""

    @property
    def card(self) -> EndpointCard: ...

    async def ask(self, jpeg: bytes, question: str, post: Post) -> Reply:
        """Answer `question` about `jpeg`. Raises DeliveryError or what a local answer raises."""
        ...
