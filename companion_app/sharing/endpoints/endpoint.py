"""What an adapter is: a card, and a way to ask that can reach the network only through the outbox's `post`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from companion_app.sharing.cards import EndpointCard

# Called with each piece of the answer's text as it arrives, cleaned; the pieces in a row are the answer so far.
Heard = Callable[[str], None]


def unheard(_piece: str) -> None:
    """For who waits for the whole answer."""


@dataclass(frozen=True)
class Ask:
    """All of the owner's that an endpoint is given: a JPEG and a question."""

    jpeg: bytes = field(repr=False)
    question: str


class Post(Protocol):
    """POST `body` to the card's own address, once per receipt: `async with post(headers, body) as parts`.

    Entering sends and waits for status 200; `parts` then gives the answer's bytes as they arrive, bounded in size and
    time. Leaving closes the connection. Both raise DeliveryError."""

    def __call__(
        self, headers: Mapping[str, str], body: bytes
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]: ...


@dataclass(frozen=True)
class Reply:
    """An endpoint's words, cleaned of control characters, and who says them."""

    text: str
    answered_by: str


class Endpoint(Protocol):
    """One place an answer can come from."""

    @property
    def card(self) -> EndpointCard: ...

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        """Answer, and tell `heard` on the way. Raises DeliveryError or what a local answer raises."""
        ...
