"""What the shutter of the window does besides photographs: clips and bursts, and ending what runs, whoever began it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.link.events import RecordingChanged
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.live_room import recording_words
from companion_app.ui.view_models.words.problem import Problem

BURST_FRAMES = 5


class TakingModel(Observable):
    """`doing` is what this window asked for ("clip", "burst"), `running` what the glasses say runs ("clip", …)."""

    def __init__(self, companion: Companion) -> None:
        super().__init__()
        self._companion = companion
        self.doing = ""
        self.running = ""
        self.problem: Problem | None = None
        companion.on_recording(self._changed_there)

    @property
    def words(self) -> str:
        """What runs, in words; empty when nothing does."""
        return recording_words(self.running or self.doing)

    async def clip(self) -> None:
        """Take a clip of the length that the settings say; returns when it came."""
        await self._do("clip", self._companion.clip)

    async def burst(self) -> None:
        """Take a few photographs at the sensor's rate."""
        await self._do("burst", lambda: self._companion.burst(BURST_FRAMES))

    async def stop(self) -> None:
        """End what runs; what was taken until then is kept."""
        try:
            await self._companion.stop()
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    async def _do(self, what: str, act: Callable[[], Awaitable[Any]]) -> None:
        if self.doing:
            return
        self.doing, self.problem = what, None
        self.changed()
        try:
            await act()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.doing = ""
            self.changed()

    def _changed_there(self, event: RecordingChanged) -> None:
        self.running = event.what if event.on else ""
        self.changed()
