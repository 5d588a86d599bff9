"""One answer, streamed or whole, in any dialect: from bytes as they arrive to words, or to a named error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol, cast

from companion_app.plain_text import plain_text
from companion_app.sharing.endpoints.endpoint import Heard
from companion_app.sharing.endpoints.sse import Event, SseReader
from companion_app.sharing.endpoints.transcript import Transcript
from companion_app.sharing.errors import BadAnswer, BrokeOff

_MAX_MESSAGE_CHARACTERS = 300
_TOOL = "asks for a tool"
_WHITE = b" \t\r\n"


class Dialect(Protocol):
    """How one kind of server words its answers. Raises ValueError with a fixed reason, SaysError."""

    def whole(self, answer: Mapping[str, Any], said: Transcript) -> None:
        """Take a plain JSON answer in."""
        ...

    def event(self, event: Event, said: Transcript) -> bool:
        """Take one event of a stream in; True after the last."""
        ...


class SaysError(Exception):
    """The other side says that it failed, in its own words."""


async def read(parts: AsyncIterator[bytes], dialect: Dialect, recipient: str, heard: Heard) -> Transcript:
    """The whole answer. Asked for a stream, some servers answer in one JSON object: its first byte tells.
    Raises BadAnswer, BrokeOff, and what reading `parts` raises."""
    said = Transcript(heard)
    try:
        first = await _first_bytes(parts)
        if first.startswith(b"{"):
            dialect.whole(json_object(await _rest(first, parts)), said)
        else:
            await _stream(first, parts, dialect, said)
        if not said.ended:
            raise ValueError("cut off")
        if not said.text:
            raise ValueError("no words")
    except SaysError as error:
        raise BrokeOff(recipient=recipient, message=plain_text(str(error), _MAX_MESSAGE_CHARACTERS)) from error
    except ValueError as error:
        raise BadAnswer(recipient=recipient, reason=str(error)) from error
    return said


def json_object(text: bytes | str) -> dict[str, Any]:
    """Raises ValueError("not JSON") for everything else, depth bombs included."""
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(value, dict):
        raise ValueError("not JSON")
    return cast("dict[str, Any]", value)


def refuse_tool() -> None:
    """No tool was offered: an answer that calls one is no answer, and nothing here would do what it says."""
    raise ValueError(_TOOL)


async def _first_bytes(parts: AsyncIterator[bytes]) -> bytes:
    """Up to and with the part that holds the first byte that is not white space."""
    async for part in parts:
        if stripped := part.lstrip(_WHITE):
            return stripped
    raise ValueError("empty")


async def _rest(first: bytes, parts: AsyncIterator[bytes]) -> bytes:
    whole = bytearray(first)
    async for part in parts:
        whole += part
    return bytes(whole)


async def _stream(first: bytes, parts: AsyncIterator[bytes], dialect: Dialect, said: Transcript) -> None:
    """Until the dialect's last event: whatever a server still sends then is left unread."""
    reader = SseReader()
    part = first
    while True:
        for event in reader.feed(part):
            if dialect.event(event, said):
                said.ended = True
                return
        try:
            part = await anext(parts)
        except StopAsyncIteration:
            return
