"""One live session while it runs: frames come, some are asked about, and whatever says "enough" ends it at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from companion_app.errors import AppError
from companion_app.observers import Observers
from companion_app.redaction import Redactor
from companion_app.redaction.errors import RedactionError, RedactionUnavailable, StillVisible
from companion_app.sharing.endpoints.endpoint import Ask, Endpoint
from companion_app.sharing.errors import DeliveryError, NotTrusted, Refused
from companion_app.sharing.live.act import FrameAct
from companion_app.sharing.live.changes import ChangeSampler
from companion_app.sharing.live.clock import SessionClock
from companion_app.sharing.live.errors import BadFrame
from companion_app.sharing.live.frame_log import FrameLog
from companion_app.sharing.live.latest import Latest
from companion_app.sharing.live.preparing import Prepared, as_redacted, as_taken, redact
from companion_app.sharing.live.rules import SessionReceipt
from companion_app.sharing.live.signature import signature
from companion_app.sharing.live.state import LiveState
from companion_app.sharing.live.view import End, Frame, View, is_proven
from companion_app.sharing.outbox import Outbox
from companion_app.sharing.outcome import Outcome
from companion_app.speech import Sentences, Speaker

T = TypeVar("T")
_log = logging.getLogger(__name__)

# A task that was cancelled has this long to close its connection; it can send nothing any more, waited for or not.
_WIND_UP_S = 0.5
_FAILURES_IN_A_ROW = 3
_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 30.0
# "Too many requests", "unavailable", "overloaded": what a pause may mend. Other refusals will be refused again.
_WORTH_WAITING = frozenset({429, 502, 503, 504, 529})


@dataclass(frozen=True)
class Parts:
    """What a session works with; `salt` (hex) goes into the commitments, `keep` takes a copy of what leaves;
    `ruled_out`: the owner has said meanwhile that nobody but this device is ever asked."""

    endpoint: Endpoint
    outbox: Outbox
    redactor: Callable[[], Redactor]
    log: FrameLog
    clock: SessionClock
    salt: str = field(repr=False)
    speaker: Speaker | None = None
    keep: Callable[[int, bytes], None] = lambda _number, _jpeg: None
    ruled_out: Callable[[], bool] = lambda: False


class LiveSession:
    """Made by `LiveSharing.begin`; `run` shows it the world, `stop` ends it from anywhere in the event loop.

    Nothing that is seen or answered reaches back: the question is the receipt's, to the letter, for each frame; no
    answer is sent to anybody; the length is the clock's."""

    def __init__(self, receipt: SessionReceipt, parts: Parts) -> None:
        self.receipt = receipt
        self._parts = parts
        self._view: View | None = None
        self._state = LiveState(left_s=parts.clock.left_s)
        self._observers: Observers[LiveState] = Observers()
        self._sampler = ChangeSampler()
        self._chosen: Latest[Frame] = Latest()
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []
        self._frames = 0
        self._failures = 0

    @property
    def state(self) -> LiveState:
        """As it is now."""
        return replace(self._state, left_s=self._parts.clock.left_s)

    @property
    def end_of_view(self) -> End | None:
        """The glasses' own account; None before they gave one."""
        ended = self._view.ended if self._view is not None else None
        return ended.result() if ended is not None and ended.done() and not ended.cancelled() else None

    @property
    def log(self) -> FrameLog:
        """What is on record of it."""
        return self._parts.log

    def observe(self, callback: Callable[[LiveState], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def stop(self, reason: str) -> None:
        """End it now: silence, no upload goes on, no further one begins. The first reason counts."""
        if self._state.ended is not None:
            return
        self._state = replace(self._state, ended=reason)
        for task in self._tasks:
            task.cancel()
        self._over.set()
        if self._parts.speaker is not None:
            self._parts.speaker.hush()
        # Last: a screen that fails to draw the end must not be able to hold it up.
        self._tell()

    async def unless_over(self, opening: Coroutine[Any, Any, T]) -> T | None:
        """What comes of `opening`, which `stop` and the clock cancel; None where the session ended meanwhile."""
        if self._state.ended is not None:
            opening.close()
            return None
        job = asyncio.create_task(opening)
        timer = asyncio.create_task(self._guarded(self._until_time_is_up()))
        self._tasks = [job, timer]
        try:
            return await job
        except asyncio.CancelledError:
            job.cancel()
            if self._state.ended is None:
                raise
            return None
        finally:
            timer.cancel()
            self._tasks = []

    async def run(self, view: View) -> None:
        """Until something ends it; returns then, within a second. May be cancelled, which ends it too."""
        self._view = view
        jobs = (
            self._until_time_is_up(),
            self._until_the_view_ends(view),
            self._look(view),
            self._ask_in_turn(),
        )
        if self._state.ended is None:
            self._tasks = [asyncio.create_task(self._guarded(job)) for job in jobs]
        else:
            for job in jobs:
                job.close()
        try:
            await self._over.wait()
        finally:
            self.stop("cancelled")
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_WIND_UP_S)

    async def _guarded(self, job: Coroutine[Any, Any, None]) -> None:
        """What a part of the session fails with ends the session."""
        try:
            await job
        except AppError as error:
            self._tell(problem=error)
            self.stop(type(error).__name__)
        except Exception:  # noqa: BLE001 - the top of a task, where a bug is logged
            _log.exception("a live session failed")
            self.stop("internal")

    async def _until_time_is_up(self) -> None:
        await self._parts.clock.run_out()
        self.stop("time")

    async def _until_the_view_ends(self, view: View) -> None:
        """Also in the middle of an upload: the glasses say it, and the link when it is lost."""
        end: End = await asyncio.shield(view.ended)
        self.stop(end.reason)

    async def _look(self, view: View) -> None:
        """Take what comes; the newest frame worth asking about waits for its turn."""
        async for frame in view:
            self._tell(seen=self._state.seen + 1)
            try:
                seen = await asyncio.to_thread(signature, frame.jpeg)
            except BadFrame as error:
                self._withhold(frame, error)
                continue
            if self._sampler.chooses(seen):
                self._chosen.put(frame)

    async def _ask_in_turn(self) -> None:
        while True:
            await self._ask_about(await self._chosen.take())

    async def _ask_about(self, frame: Frame) -> None:
        if not is_proven(frame.light) and not self.receipt.rules.unproven_light:
            self._withhold(frame, None)
            self.stop("light_unproven")
            return
        try:
            prepared = await self._prepare(frame)
        except RedactionUnavailable:
            raise
        except RedactionError as error:
            self._withhold(frame, error)
            self._sampler.forget()
            return
        self._frames += 1
        try:
            await self._deliver(self._frames, prepared)
        except DeliveryError as error:
            await self._after(error)
        else:
            self._failures = 0

    async def _prepare(self, frame: Frame) -> Prepared:
        """What may leave: for somebody else only what two looks found fit to. Raises RedactionError."""
        if self._parts.endpoint.card.stays_here:
            return as_taken(frame, self._parts.salt)
        verified = await asyncio.to_thread(redact, self._parts.redactor(), frame.jpeg, self.receipt.rules)
        return as_redacted(frame, verified, self._parts.salt)

    async def _deliver(self, number: int, prepared: Prepared) -> None:
        sentences = Sentences()

        def heard(piece: str) -> None:
            before = self._state.answer if self._state.answered == number else ""
            self._tell(answer=before + piece, answered=number)
            self._say(sentences.feed(piece))

        self._parts.keep(number, prepared.jpeg)
        about = {"time_s": int(self._parts.clock.clocks.wall_s()), **prepared.about}
        act = FrameAct(self.receipt.id, number, about, self._parts.log, self._reason_it_is_over, self._counted)
        ask = Ask(prepared.jpeg, self.receipt.rules.question)
        delivery = await self._parts.outbox.deliver(act, self._parts.endpoint, ask, heard)
        if self._state.answered != number:  # who does not stream is heard at the end
            self._say(sentences.feed(delivery.reply.text))
        self._say(sentences.end())
        self._tell(answer=delivery.reply.text, answered=number)

    async def _after(self, error: DeliveryError) -> None:
        """A frame failed: another one may be tried where that can help. The same is never sent again."""
        self._tell(problem=error)
        self._failures += 1
        status = error.data.get("status") if isinstance(error, Refused) else None
        hopeless = isinstance(error, NotTrusted) or (status is not None and status not in _WORTH_WAITING)
        if hopeless or self._failures >= _FAILURES_IN_A_ROW:
            raise error
        if error.data.get("outcome") is Outcome.NOT_SENT:
            self._sampler.forget()
        asked_to_wait_s = error.data.get("retry_after_s")
        pause_s = asked_to_wait_s if isinstance(asked_to_wait_s, int) else _PAUSE_S
        await self._parts.clock.clocks.sleep(min(pause_s, _LONGEST_PAUSE_S))

    def _reason_it_is_over(self) -> str | None:
        if self._state.ended is not None:
            return self._state.ended
        if self._parts.ruled_out() and not self.receipt.card.stays_here:
            return "never"
        return "time" if self._parts.clock.left_s <= 0 else None

    def _counted(self, outcome: Outcome, body_bytes: int) -> None:
        state = self._state
        self._tell(
            sent=state.sent + (outcome in (Outcome.SENT, Outcome.STAYED)),
            unknown=state.unknown + (outcome is Outcome.UNKNOWN),
            not_sent=state.not_sent + (outcome is Outcome.NOT_SENT),
            body_bytes=state.body_bytes + body_bytes,
        )

    def _withhold(self, frame: Frame, error: AppError | None) -> None:
        """A frame that was chosen does not leave, and that is on record."""
        kinds = [kind.value for kind in error.kinds] if isinstance(error, StillVisible) else []
        reason = type(error).__name__ if error is not None else "light_unproven"
        self._parts.log.withheld({"seq": frame.seq, "reason": reason, "kinds": kinds})
        self._tell(withheld=self._state.withheld + 1, problem=error or self._state.problem)

    def _say(self, sentences: list[str]) -> None:
        if self._parts.speaker is not None and self._state.ended is None:
            for sentence in sentences:
                self._parts.speaker.say(sentence)

    def _tell(self, **changes: Any) -> None:
        self._state = replace(self._state, left_s=self._parts.clock.left_s, **changes)
        self._observers.notify(self._state)
