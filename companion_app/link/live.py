"""A live session with the glasses: frames pulled one by one, and a chain over them to compare with theirs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from plainsight import wire

from companion_app.link import transfers
from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkError,
    LiveOver,
    ProtocolBroken,
    RequestTimedOut,
    TransferDamaged,
)
from companion_app.link.events import LiveEnded
from companion_app.link.requests import Conversation, Requests

_LABEL = b"plainsight-live-v1"
_LAST_WORD_S = 3.0  # until the glasses have closed the camera and said of the end what their record says
LINK = "link"  # the session of the link was lost, or the glasses fell silent in it


@dataclass(frozen=True)
class LiveBegun:
    """What the glasses made of the request: `record` is the number of its beginning in their journal; `salt` is hex."""

    record: int
    seconds: int
    size: str
    level: str
    salt: str


@dataclass(frozen=True)
class LiveFrame:
    """One frame, exposed after it was asked for: `time_ms` since the beginning, `light` as proven for it alone."""

    jpeg: bytes
    seq: int
    time_ms: int
    light: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class LiveEnd:
    """Why it ended, and what left by the glasses' count; `agrees`: it is what came. None where they could not say."""

    reason: str
    frames: int | None = None
    digest: str | None = None
    record: int | None = None
    agrees: bool | None = None


class LiveView:
    """One live session, from `begin` to `ended`; frames by `next` or `async for`, whose end is in `ended`."""

    def __init__(self, requests: Requests) -> None:
        self.ended: asyncio.Future[LiveEnd] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._begun: LiveBegun | None = None
        self._may_run = False  # on the glasses, for us
        self._early: list[LiveEnded] = []
        self._chain = _Chain(b"")
        self._one = asyncio.Lock()
        self._uncounted: list[Conversation] = []  # requests whose answer would count, oldest first
        self._given_up: list[Conversation] = []  # those that nobody waits for: an answer may still come
        requests.ended.add_done_callback(self._link_ended)

    @property
    def begun(self) -> LiveBegun:
        """What was agreed at the beginning."""
        assert self._begun is not None
        return self._begun

    async def begin(self, seconds: int, size: str) -> None:
        """Ask for it; returns once light is proven and the camera sees. Raises GlassesRefused, LinkError."""
        self._may_run = True
        try:
            fields = await self._requests.ask(
                "live", self._requests.timing.capture_within_s, seconds=seconds, size=size
            )
        except GlassesRefused:
            self._may_run = False
            raise
        self._begun = LiveBegun(fields["record"], seconds, size, fields["level"], fields["salt"])
        self._chain = _Chain(bytes.fromhex(fields["salt"]))
        for event in self._early:
            self.hear(event)

    async def next(self) -> LiveFrame:
        """One frame that is exposed after this call. Raises LiveOver, TransferDamaged, AnswerMalformed, ProtocolBroken.

        A call that is cancelled gives its frame up.
        """
        async with self._one:
            if self.ended.done():
                raise LiveOver(self.ended.result().reason)
            try:
                return await self._pull()
            except (AnswerMalformed, ProtocolBroken, TransferDamaged):
                raise
            except GlassesRefused:  # it has ended, or the transfer slot was taken from it
                await self._last_word()
            except LinkError:
                self._end(LiveEnd(LINK))
            raise LiveOver((await self.ended).reason)

    def __aiter__(self) -> LiveView:
        """Frames until the end."""
        return self

    async def __anext__(self) -> LiveFrame:
        """As `next`; stops at the end."""
        try:
            return await self.next()
        except LiveOver:
            raise StopAsyncIteration from None

    async def stop(self) -> LiveEnd:
        """End it, if it has not ended; what the glasses say of it. A lost link is an end, too."""
        if self._may_run:
            with suppress(TimeoutError, LinkError):  # they end it by themselves, at the latest when its time is over
                async with asyncio.timeout(_LAST_WORD_S):
                    await self._requests.ask("stop")
            if self._begun is not None:
                await self._last_word()
        self._end(LiveEnd(LINK))
        return self.ended.result()

    def hear(self, event: LiveEnded) -> None:
        """What the glasses say of an end: of this session, unless its record is older than our beginning."""
        if self._begun is None:
            self._early.append(event)
        elif event.record is None or event.record > self._begun.record:
            self._count_answers()
            self._may_run = False
            agrees = (event.frames, event.digest) == (self._chain.frames, self._chain.digest)
            self._end(LiveEnd(event.reason, event.frames, event.digest, event.record, agrees))

    async def _pull(self) -> LiveFrame:
        conversation = await self._requests.begin("live_frame", window=wire.DEFAULT_WINDOW)
        self._uncounted.append(conversation)
        answers: list[dict[str, Any]] = []

        def answered(fields: dict[str, Any]) -> None:
            self._count_answers()
            answers.append(fields)

        try:
            jpeg = await transfers.live_frame(self._requests, conversation, answered)
        except (asyncio.CancelledError, RequestTimedOut):
            if not answers:
                self._given_up.append(conversation)
            raise
        [fields] = answers
        return LiveFrame(jpeg, fields["seq"], fields["time_ms"], fields["light"], fields["sha256"])

    def _count_answers(self) -> None:
        """Chain what has come, also where nobody has looked at it yet or ever will; what comes later is no answer."""
        for conversation in self._uncounted:
            frame = conversation.first
            if frame is not None and frame.kind == wire.RESPONSE:
                with suppress(GlassesRefused, AnswerMalformed):  # then nothing had left
                    self._count(conversation, conversation.answer(frame))
        for conversation in self._given_up:
            self._requests.finish(conversation, forget=True)
        self._uncounted.clear()
        self._given_up.clear()

    def _count(self, conversation: Conversation, fields: dict[str, Any]) -> None:
        if fields["seq"] != self._chain.frames + 1:
            raise conversation.breach("live_out_of_order")
        self._chain.add(fields["sha256"])

    async def _last_word(self) -> None:
        await asyncio.wait([self.ended], timeout=_LAST_WORD_S)
        self._end(LiveEnd(LINK))

    def _link_ended(self, _: object) -> None:
        self._may_run = False  # they end it with the link
        self._end(LiveEnd(LINK))

    def _end(self, end: LiveEnd) -> None:
        """The first end counts."""
        if not self.ended.done():
            self._requests.ended.remove_done_callback(self._link_ended)
            self.ended.set_result(end)


class _Chain:
    """d_0 = HMAC(salt, label); d_n = HMAC(salt, d_n-1 || SHA-256 of frame n): what the glasses' journal keeps."""

    def __init__(self, salt: bytes) -> None:
        self.frames = 0
        self._salt = salt
        self._digest = hmac.new(salt, _LABEL, hashlib.sha256).digest()

    @property
    def digest(self) -> str:
        """Over the frames so far, in hex."""
        return self._digest.hex()

    def add(self, sha256: str) -> None:
        """One more frame."""
        self.frames += 1
        self._digest = hmac.new(self._salt, self._digest + bytes.fromhex(sha256), hashlib.sha256).digest()
