"""The real app in a real window: started on a folder as `plainsight app` starts it, touched as a finger would."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from kivy.base import stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window as KivyWindow

from companion_app.companion import Companion
from companion_app.ports.keystore import system_keystore
from companion_app.ui import environment, screenshot
from companion_app.ui.app import PlainsightApp
from companion_app.ui.screens.gallery.tile import Tile
from companion_app.ui.screens.settings.door import DoorRow
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import PreferencesModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.widgets.field import FieldInput
from tests.app.ui.window import Window, fresh_kivy

SCREENS = Path(__file__).parents[2] / "build" / "journeys"
_PATIENCE_S = 60.0
_FRAMES_PER_S = 60  # what a window draws: a journey waits for a radio most of the time, and idle frames are not free


class Phone(Window):
    """`Window` over everything that is real; `door` stands before the models."""

    def __init__(self, app: PlainsightApp, running: asyncio.Task[None]) -> None:
        self.app = app
        self._running = running
        self._shots = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls, folder: Path) -> AsyncIterator[Phone]:
        """Start the app; it is closed after the block as its owner closes it."""
        preferences = PreferencesModel.open(folder)
        preferences.change(language="en")
        door = DoorModel.of_folder(folder, system_keystore(), preferences)
        with fresh_kivy(environment.PHONE_SIZE_DP):
            Clock._max_fps = _FRAMES_PER_S
            app = PlainsightApp(door, note="Simulated glasses")
            running = asyncio.create_task(app.async_run("asyncio"))
            phone = cls(app, running)
            try:
                await phone._first_frame()
                yield phone
            finally:
                stopTouchApp()
                await asyncio.wait_for(running, _PATIENCE_S)
                await app.close()
                await door.close()

    @property
    def models(self) -> ShellModel:  # type: ignore[override]
        """Every view-model behind the door."""
        return self.app.models

    @property
    def companion(self) -> Companion:
        """What the window stands on: read by tests, never acted upon."""
        companion = self.app.door._companion
        assert companion is not None
        return companion

    async def _first_frame(self) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while self.app.root_window is None or self.app.page is None:
                await asyncio.sleep(0.005)
                if self._running.done():
                    self._running.result()
        await self.settle()

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """As `Window.until`, with the patience that a radio needs on a busy computer."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not condition():
                    await self.settle()
        except TimeoutError as error:
            raise AssertionError(f"never happened: {what}; the window says: {self.words()}") from error
        await self.settle()

    async def reads(self, words: str) -> None:
        """Return once the window says `words`."""
        await self.until(lambda: self.says(words), f"the window says {words!r}")

    async def press(self, caption: str) -> None:
        """Touch a button, a choice or a row, once it is there and can be touched."""
        await self.until(lambda: self._can_press(caption), f"{caption!r} can be touched")
        await self.touch_widget(self._pressable(caption))

    async def enter(self, *texts: str) -> None:
        """Type into the fields that are shown, one text each, in place of what stood there."""
        await self.until(lambda: len(self._fields()) == len(texts), f"{len(texts)} fields are shown")
        for field, text in zip(self._fields(), texts, strict=True):
            await self.touch_widget(field)
            field.select_all()
            for character in text:
                KivyWindow.dispatch("on_textinput", character)
            await self.until(lambda field=field, text=text: field.text == text, "it was typed")

    async def press_tile(self, number: int = 0) -> None:
        """Touch a picture on the gallery's wall."""
        await self.until(
            lambda: any(tile.number == number for tile in self.widgets(Tile)), "the picture is on the wall"
        )
        (tile,) = (tile for tile in self.widgets(Tile) if tile.number == number)
        await self.touch_widget(tile)

    def shoot(self, journey: str, station: str) -> None:
        """Keep a picture of the window in build/journeys."""
        self._shots += 1
        screenshot.save(SCREENS / f"{journey}-{self._shots}-{station}.png")

    def _fields(self) -> list[Any]:
        return [field for field in self.widgets(FieldInput) if field.height > 1 and not field.disabled]

    def _pressable(self, caption: str) -> Any:
        for row in self.widgets(DoorRow):
            if row.title == caption:
                return row
        return self.button(caption)

    def _can_press(self, caption: str) -> bool:
        try:
            return not self._pressable(caption).disabled
        except AssertionError:
            return False
