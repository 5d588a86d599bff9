"""Requests, answers, events and pings over one session: every frame finds the conversation it belongs to."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from plainsight import wire

from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkError,
    LinkLost,
    LinkSilent,
    ProtocolBroken,
    RequestTimedOut,
)
from companion_app.link.events import Event, parse_event
from companion_app.link.frames import Frame, FrameChannel

_log = logging.getLogger(__name__)

_MAX_REQUEST = 0xFFFF
_MAX_WAITING_FRAMES = 1024  # more than any window holds
_MAX_FORGOTTEN = 64


@dataclass(frozen=True)
class Timing:
    """How long to wait; the glasses drop a session after 60 s without a frame."""

    ping_every_s: float = 20.0
    pong_within_s: float = 10.0
    answer_within_s: float = 10.0
    capture_within_s: float = 30.0
    media_within_s: float = 15.0
    install_within_s: float = 120.0


class Conversation:
    """One request and the frames that answer it."""

    def __init__(self, requests: Requests, operation: str, number: int) -> None:
        self._requests = requests
        self.operation = operation
        self.number = number
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(_MAX_WAITING_FRAMES)
        self.first: Frame | None = None  # what came first, whether or not somebody has taken it
        self.answered = False
        self.refused = False

    async def send(self, frame: bytes) -> None:
        """Send one more frame of this conversation."""
        await self._requests.send(frame)

    async def next(self, within_s: float) -> Frame:
        """The next frame of this conversation. Raises RequestTimedOut, or what ended the session."""
        if not self._waiting.empty():
            return self._waiting.get_nowait()
        waiting = asyncio.ensure_future(self._waiting.get())
        ended = self._requests.ended
        try:
            await asyncio.wait({waiting, ended}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            if ended.done():
                raise ended.result()
            raise RequestTimedOut(self.operation, within_s)
        finally:
            waiting.cancel()

    def answer(self, frame: Frame) -> dict[str, Any]:
        """The checked fields of the RESPONSE. Raises GlassesRefused, AnswerMalformed."""
        self.answered = True
        try:
            fields = wire.parse_json(frame.body)
            code = fields.pop("error", None)
            if code is not None:
                self.refused = True
                raise refusal(self.operation, code, fields)
            wire.check_fields(fields, wire.OPERATIONS[self.operation][2], strict=False)
        except wire.BadBody as error:
            raise AnswerMalformed(self.operation, error.reason) from error
        return fields

    def deliver(self, frame: Frame) -> None:
        """Take a frame from the reader. Raises ProtocolBroken where too many wait."""
        self.first = self.first or frame
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull as error:
            raise ProtocolBroken("flood") from error

    def breach(self, what: str) -> ProtocolBroken:
        """End the session over `what`; returns the error to raise."""
        error = ProtocolBroken(what)
        self._requests.end(error)
        return error


def refusal(operation: str, code: object, fields: dict[str, Any]) -> GlassesRefused:
    """The error for an answer with an `error` field."""
    known = code if isinstance(code, str) and code in wire.ERRORS else "unknown"
    detail = fields.get("detail")
    return GlassesRefused(operation, known, cast("dict[str, Any]", detail) if isinstance(detail, dict) else {})


class Requests:
    """The multiplexer of one session; `ended` resolves to the LinkError that ended it."""

    def __init__(
        self,
        frames: FrameChannel,
        *,
        on_event: Callable[[Event], None],
        voice_allowed: Callable[[], bool],
        on_voice: Callable[[bytes], bool],
        timing: Timing,
    ) -> None:
        self._frames = frames
        self._on_event = on_event
        self._voice_allowed = voice_allowed
        self._on_voice = on_voice
        self.timing = timing
        self.voice_held: object = None  # the policy that the glasses last said they hold, in this session
        self.ended: asyncio.Future[LinkError] = asyncio.get_running_loop().create_future()
        self._open: dict[int, Conversation] = {}
        self._forgotten: deque[int] = deque(maxlen=_MAX_FORGOTTEN)
        self._last = 0
        self._pong = asyncio.Event()
        self._ping_number = 0
        self._cancels: set[asyncio.Task[None]] = set()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]

    async def ask(self, operation: str, within_s: float | None = None, **fields: Any) -> dict[str, Any]:
        """One request, one answer. Raises GlassesRefused, AnswerMalformed, RequestTimedOut, or what ended it all."""
        conversation = await self.begin(operation, **fields)
        try:
            frame = await conversation.next(within_s or self.timing.answer_within_s)
            if frame.kind != wire.RESPONSE:
                raise conversation.breach("no_answer")
            return conversation.answer(frame)
        finally:
            self.finish(conversation, forget=not conversation.answered)

    async def begin(self, operation: str, **fields: Any) -> Conversation:
        """Send a request; the caller must `finish` the conversation."""
        if self.ended.done():
            raise self.ended.result()
        conversation = Conversation(self, operation, self._free_number())
        self._open[conversation.number] = conversation
        try:
            await self.send(wire.json_frame(wire.REQUEST, conversation.number, {"op": operation, **fields}))
        except BaseException:
            self.finish(conversation, forget=True)
            raise
        return conversation

    def finish(self, conversation: Conversation, *, forget: bool) -> None:
        """Close a conversation; with `forget`, frames that still come for it are dropped instead of a breach."""
        self._open.pop(conversation.number, None)
        if forget:
            self._forgotten.append(conversation.number)

    def cancel(self, conversation: Conversation) -> None:
        """Tell the glasses, in the background, to stop a transfer that was left."""
        task = asyncio.create_task(self._send_cancel(conversation.number))
        self._cancels.add(task)
        task.add_done_callback(self._cancels.discard)

    @property
    def unfinished_bytes(self) -> int:
        """What a loss at this moment would waste, see `FrameChannel`."""
        return self._frames.unfinished_bytes

    async def send(self, frame: bytes) -> None:
        """Send one frame; a failure ends the session."""
        try:
            await self._frames.send(frame)
        except LinkError as error:
            self.end(error)
            raise

    def end(self, error: LinkError) -> None:
        """End the session; the first reason stays."""
        if not self.ended.done():
            self.ended.set_result(error)

    async def close(self) -> None:
        """Stop reading and end the link."""
        self.end(LinkLost())
        tasks = [*self._tasks, *self._cancels]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._frames.close()

    async def _send_cancel(self, number: int) -> None:
        with suppress(LinkError):
            await self.send(wire.frame(wire.CANCEL, number))

    def _free_number(self) -> int:
        number = self._last
        while True:
            number = number % _MAX_REQUEST + 1
            if number not in self._open and number not in self._forgotten:
                self._last = number
                return number

    async def _read(self) -> None:
        try:
            while not self.ended.done():
                await self._dispatch(await self._frames.receive())
        except LinkError as error:
            self.end(error)

    async def _dispatch(self, frame: Frame) -> None:
        if frame.kind == wire.PING:
            await self._frames.send(wire.u32_frame(wire.PONG, frame.request, wire.u32(frame.body)))
        elif frame.kind == wire.PONG:
            if wire.u32(frame.body) == self._ping_number:
                self._pong.set()
        elif frame.kind == wire.EVENT:
            self._event(frame)
        elif frame.kind == wire.AUDIO:
            self._hear(frame)
        elif frame.request in self._open:
            self._open[frame.request].deliver(frame)
        elif frame.request == 0 and frame.kind == wire.RESPONSE:
            self._farewell(frame)
        elif frame.request not in self._forgotten:
            raise ProtocolBroken("unasked")

    def _hear(self, frame: Frame) -> None:
        """Audio that is not allowed is dropped until the glasses have said that they stopped; then it is a breach.

        It must not end the session earlier: that session is how they learn of a withdrawal. Raises ProtocolBroken.
        """
        if not self._voice_allowed() and self.voice_held not in (None, "stream"):
            raise ProtocolBroken("voice_not_allowed")
        if self._voice_allowed() and not self._on_voice(frame.body):
            raise ProtocolBroken("bad_sound")

    def _farewell(self, frame: Frame) -> None:
        """The glasses say why they end the session. Raises GlassesRefused, ProtocolBroken."""
        try:
            fields: dict[str, Any] = wire.parse_json(frame.body)
        except wire.BadBody as error:
            raise ProtocolBroken(error.reason) from error
        raise refusal("session", fields.get("error"), fields)

    def _event(self, frame: Frame) -> None:
        try:
            event = parse_event(frame.body)
        except wire.BadBody as error:
            _log.warning("an event broke its table: %s", error.reason)
            return
        if event is not None:
            self._on_event(event)

    async def _ping(self) -> None:
        with suppress(LinkError):
            while True:
                await asyncio.sleep(self.timing.ping_every_s)
                self._pong.clear()
                self._ping_number = (self._ping_number + 1) & 0xFFFFFFFF
                await self.send(wire.u32_frame(wire.PING, 0, self._ping_number))
                try:
                    await asyncio.wait_for(self._pong.wait(), self.timing.pong_within_s)
                except TimeoutError:
                    self.end(LinkSilent(self.timing.pong_within_s))
                    return
