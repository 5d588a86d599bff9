"""A live session put together: the owner's yes, the glasses' frames, a voice, and an end that everything reaches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack

from companion_app.background import Background
from companion_app.link.live import LiveView
from companion_app.sharing import Sharing
from companion_app.sharing.live import LiveSession, SessionReceipt
from companion_app.speech import Speaker

DEFAULT_SIZE = "vga"


class Living(ABC):
    """A part of the companion."""

    sharing: Sharing
    _background: Background

    @abstractmethod
    def live_frames(self, seconds: int, size: str = DEFAULT_SIZE) -> AbstractAsyncContextManager[LiveView]:
        """Look through the glasses."""

    def start_live(
        self, receipt: SessionReceipt, *, size: str = DEFAULT_SIZE, speaker: Speaker | None = None
    ) -> LiveSession:
        """The session has begun on return and runs by itself until something ends it; `session.stop("tap")` does at
        once. What it fails with, the glasses' refusal too, goes to `on_problem`, and its name into the state.

        Raises SessionRunning, ReceiptSpent, ReceiptUnknown, ReceiptExpired, LogUnavailable, LedgerUnavailable."""
        stack = ExitStack()
        session = stack.enter_context(self.sharing.live.begin(receipt, speaker))
        running = self._background.start(self._live(stack, session, size))
        # A task that is cancelled before its first step never gets there; the session ends with it all the same.
        running.add_done_callback(lambda _: stack.close())
        return session

    async def run_live(
        self,
        receipt: SessionReceipt,
        begun: Callable[[LiveSession], None],
        *,
        size: str = DEFAULT_SIZE,
        speaker: Speaker | None = None,
    ) -> None:
        """The same for who waits for the end; `begun` is given the session first. Raises GlassesRefused, NotConnected,
        LinkError, too."""
        with ExitStack() as stack:
            session = stack.enter_context(self.sharing.live.begin(receipt, speaker))
            begun(session)
            await self._live(stack, session, size)

    async def _live(self, stack: ExitStack, session: LiveSession, size: str) -> None:
        with stack:
            async with AsyncExitStack() as glasses:
                opening = glasses.enter_async_context(self.live_frames(session.receipt.rules.seconds, size))
                view = await session.unless_over(opening)
                if view is not None:
                    await session.run(view)
