"""Media over a session: windows with acknowledgement, resume at an offset after a drop, SHA-256 at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from plainsight import wire

from companion_app.link.answers import Item
from companion_app.link.errors import AnswerMalformed, TransferDamaged
from companion_app.link.frames import Frame
from companion_app.link.requests import Conversation, Requests

_ACKS_PER_WINDOW = 4
_PATTERN_PERIOD = 65536  # i*31 + (i>>8) mod 256 repeats after this many bytes

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


@dataclass
class Partial:
    """What has arrived of one sealed blob of `size` bytes; hand it to the next session's fetch and it goes on there."""

    item: int
    part: str
    size: int
    sha256: str
    data: bytearray = field(default_factory=bytearray)

    @classmethod
    def whole(cls, item: Item) -> Partial:
        """For the item itself."""
        return cls(item.id, "item", item.sealed_bytes, item.sealed_sha256)

    @classmethod
    def thumb(cls, item: Item) -> Partial:
        """For the thumbnail of an item that has one."""
        return cls(item.id, "thumb", item.thumb_bytes, item.thumb_sha256 or "")

    @property
    def offset(self) -> int:
        """Everything before this has arrived."""
        return len(self.data)

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return self.offset == self.size

    def add(self, piece: bytes | memoryview) -> None:
        """Take the next piece."""
        self.data += piece

    def clear(self) -> None:
        """Forget what came: it was damaged."""
        self.data.clear()


async def download(requests: Requests, partial: Partial, window: int, progress: Progress | None = None) -> bytes:
    """Fetch what is missing of a sealed blob and check the whole. On a loss `partial` keeps what came.

    Raises GlassesRefused, AnswerMalformed, RequestTimedOut, TransferDamaged (`partial` is emptied), or what ended the
    session.
    """
    if not partial.complete:
        conversation = await requests.begin(
            "fetch", item=partial.item, part=partial.part, offset=partial.offset, window=window
        )
        try:
            answer = conversation.answer(await _response(conversation, requests.timing.answer_within_s))
            if (answer["size"], answer["sha256"]) != (partial.size, partial.sha256):
                raise AnswerMalformed("fetch", "another_item")
            await _take(conversation, partial, window, requests.timing.media_within_s, progress)
        finally:
            _leave(requests, conversation, partial.complete)
    if hashlib.sha256(partial.data).hexdigest() != partial.sha256:
        partial.clear()
        raise TransferDamaged(partial.item)
    return bytes(partial.data)


async def live_frame(
    requests: Requests, conversation: Conversation, answered: Callable[[dict[str, Any]], None]
) -> bytes:
    """The frame that a `live_frame` request brings; `answered(fields)` hears the answer before its first byte.

    A call that is given up before the answer leaves the conversation open: it may still come. Raises as `download`.
    """
    partial = Partial(0, "live", -1, "")
    try:
        fields = conversation.answer(await _response(conversation, requests.timing.media_within_s))
        answered(fields)
        partial = Partial(0, "live", fields["size"], fields["sha256"])
        await _take(conversation, partial, wire.DEFAULT_WINDOW, requests.timing.media_within_s, None)
    finally:
        if conversation.answered:
            _leave(requests, conversation, partial.complete)
        elif not requests.ended.done():
            requests.cancel(conversation)
    if hashlib.sha256(partial.data).hexdigest() != partial.sha256:
        raise TransferDamaged(0)
    return bytes(partial.data)


async def upload(requests: Requests, data: bytes, window: int, progress: Progress | None = None) -> str:
    """Send a release and compare the hash of what arrived; returns it in hex. Raises TransferDamaged (item 0)…"""
    conversation = await requests.begin("update", size=len(data), window=window)
    return await _send_whole(requests, conversation, data, window, progress)


async def pattern_down(requests: Requests, size: int, window: int) -> None:
    """Receive the test pattern. Raises TransferDamaged (item 0), and what `download` raises."""
    conversation = await requests.begin("link_test", direction="down", size=size, window=window)
    came = Partial(0, "item", size, "")
    try:
        answer = conversation.answer(await _response(conversation, requests.timing.answer_within_s))
        await _take(conversation, came, window, requests.timing.media_within_s, None)
    finally:
        _leave(requests, conversation, came.complete)
    if bytes(came.data) != pattern(size) or answer["sha256"] != hashlib.sha256(came.data).hexdigest():
        raise TransferDamaged(0)


async def pattern_up(requests: Requests, size: int, window: int) -> None:
    """Send the test pattern and compare the hash of what arrived. Raises TransferDamaged (item 0)…"""
    conversation = await requests.begin("link_test", direction="up", size=size, window=window)
    await _send_whole(requests, conversation, pattern(size), window, None)


async def _send_whole(
    requests: Requests, conversation: Conversation, data: bytes, window: int, progress: Progress | None
) -> str:
    complete = False
    try:
        arrived = await _give(conversation, data, window, requests.timing.media_within_s, progress)
        complete = True
    finally:
        _leave(requests, conversation, complete)
    if arrived != hashlib.sha256(data).hexdigest():
        raise TransferDamaged(0)
    return arrived


def pattern(size: int) -> bytes:
    """The first `size` bytes of the test pattern of the wire."""
    period = bytearray(min(size, _PATTERN_PERIOD))
    wire.test_pattern(period, 0)
    return (bytes(period) * (size // _PATTERN_PERIOD + 1))[:size]


async def _response(conversation: Conversation, within_s: float) -> Frame:
    frame = await conversation.next(within_s)
    if frame.kind != wire.RESPONSE:
        raise conversation.breach("media_before_answer")
    return frame


async def _take(
    conversation: Conversation, partial: Partial, window: int, within_s: float, progress: Progress | None
) -> None:
    """Collect MEDIA until `partial` is complete, acknowledging four times a window."""
    acknowledged = partial.offset
    while not partial.complete:
        frame = await conversation.next(within_s)
        if frame.kind == wire.RESPONSE:
            conversation.answer(frame)  # an error may still end a transfer; a second answer may not
            raise conversation.breach("answered_twice")
        if frame.kind != wire.MEDIA or wire.u32(frame.body) != partial.offset:
            raise conversation.breach("media_out_of_place")
        if partial.offset + len(frame.body) - 4 > partial.size:
            raise conversation.breach("media_past_the_end")
        partial.add(memoryview(frame.body)[4:])
        if partial.offset - acknowledged >= window // _ACKS_PER_WINDOW or partial.complete:
            acknowledged = partial.offset
            await conversation.send(wire.u32_frame(wire.ACK, conversation.number, acknowledged))
        if progress is not None:
            progress(partial.offset, partial.size)


async def _give(
    conversation: Conversation, data: bytes, window: int, within_s: float, progress: Progress | None
) -> str:
    """Send `data` as MEDIA, never more than `window` ahead of the ACKs; returns the hex hash in the answer."""
    sent = acknowledged = 0
    arrived: str | None = None
    while arrived is None or acknowledged < len(data):
        while sent < min(len(data), acknowledged + window):
            chunk = data[sent : min(sent + wire.MEDIA_CHUNK, acknowledged + window)]
            await conversation.send(wire.media_frame(conversation.number, sent, chunk))
            sent += len(chunk)
        frame = await conversation.next(within_s)
        if frame.kind == wire.RESPONSE and arrived is None:
            arrived = conversation.answer(frame)["sha256"]
        elif frame.kind == wire.ACK and acknowledged <= wire.u32(frame.body) <= sent:
            acknowledged = wire.u32(frame.body)
            if progress is not None:
                progress(acknowledged, len(data))
        else:
            raise conversation.breach("bad_acknowledgement")
    return arrived


def _leave(requests: Requests, conversation: Conversation, complete: bool) -> None:
    """Close the conversation; tell the glasses to stop where they may still be sending."""
    requests.finish(conversation, forget=True)
    if not complete and not conversation.refused and not requests.ended.done():
        requests.cancel(conversation)
