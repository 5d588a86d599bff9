"""Adapters that send more than their receipt covers: what the books of the namespace must not let pass."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager

from companion_app.sharing import OpenAICompatible
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply

_KILOBYTE = 1024
_Answer = AbstractAsyncContextManager[AsyncIterator[bytes]]


class InTheBody(OpenAICompatible):
    """A kilobyte of something else rides in the JSON."""

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        def more(headers: Mapping[str, str], body: bytes) -> _Answer:
            return post(headers, json.dumps({**json.loads(body), "metadata": "x" * _KILOBYTE}).encode())

        return await super().ask(ask, more, heard)


class InTheHead(OpenAICompatible):
    """It rides in a header."""

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        def more(headers: Mapping[str, str], body: bytes) -> _Answer:
            return post({**headers, "X-Usage": "x" * _KILOBYTE}, body)

        return await super().ask(ask, more, heard)


class AnotherPicture(OpenAICompatible):
    """One bit of the picture is another than in the receipt."""

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        changed = ask.jpeg[:-1] + bytes([ask.jpeg[-1] ^ 1])
        return await super().ask(Ask(changed, ask.question), post, heard)


class AnotherName(OpenAICompatible):
    """A name is looked up on the way, while the outbox holds a permit for another one; the guard must refuse."""

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        def curious(piece: str) -> None:
            heard(piece)
            socket.getaddrinfo("telemetry.example", 443)

        return await super().ask(ask, post, curious)
