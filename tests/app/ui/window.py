"""Drives the real window as a person would: looks for words, touches, types, scrolls, and takes pictures of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, stopTouchApp
from kivy.clock import ClockBase
from kivy.context import Context
from kivy.core.window import Window as KivyWindow
from kivy.tests.async_common import AsyncUnitTestTouch
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget
from PIL import Image

from companion_app.ui import screenshot
from companion_app.ui.app import PlainsightApp
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.choice import Choice
from companion_app.ui.widgets.field import FieldInput
from companion_app.ui.widgets.focus import Focusable
from companion_app.ui.widgets.navigation import NavigationItem
from companion_app.ui.widgets.page import Scroller
from companion_app.ui.widgets.surfaces import Notice
from companion_app.ui.widgets.text import Icon, Text
from tests.app.ui.fakes import FakeCompanion

SCREENS = Path(__file__).parents[3] / "build" / "screens"
_PATIENCE_S = 20.0
_STILL = 1e-6  # of the way that a list scrolls
_FRAMES_PER_S = 250  # tests wait for frames, not for time


@contextlib.contextmanager
def fresh_kivy(size: tuple[int, int]) -> Iterator[None]:
    """A Kivy context and window as a new process has them: one process can hold several apps, one after another."""
    context = Context(init=False)
    context["Clock"] = clock = ClockBase(async_lib="asyncio")
    clock._max_fps = _FRAMES_PER_S
    context.push()
    if not KivyWindow.initialized or EventLoop.status == "closed":
        KivyWindow.create_window()
        KivyWindow.register()
        KivyWindow.initialized = True
    KivyWindow.canvas.clear()
    KivyWindow.size = size
    try:
        yield
    finally:
        for child in KivyWindow.children[:]:
            KivyWindow.remove_widget(child)
        context.pop()


class Window:
    """One running app. Every wait is for a condition."""

    def __init__(self, app: PlainsightApp, running: asyncio.Task[None]) -> None:
        self.app = app
        self._running = running

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, companion: FakeCompanion, size: tuple[int, int], appearance: Appearance, note: str
    ) -> AsyncIterator[Window]:
        """Start the app on a Kivy context of its own, and take everything down again."""
        with fresh_kivy(size):
            preferences = PreferencesModel(replace(Preferences.of(appearance), language="en"))
            models = ShellModel(companion, now_s=companion.now_s, preferences=preferences)
            async with cls._running_app(DoorModel.open_to(models, preferences), size, note) as window:
                yield window

    @classmethod
    @contextlib.asynccontextmanager
    async def at_door(cls, door: DoorModel, size: tuple[int, int]) -> AsyncIterator[Window]:
        """Start the app before a door that may be locked."""
        with fresh_kivy(size):
            async with cls._running_app(door, size, "") as window:
                yield window

    @classmethod
    @contextlib.asynccontextmanager
    async def _running_app(cls, door: DoorModel, size: tuple[int, int], note: str) -> AsyncIterator[Window]:
        started = asyncio.Event()
        app = PlainsightApp(door, note=note, on_shown=lambda _: started.set())
        running = asyncio.create_task(app.async_run("asyncio"))
        ready = asyncio.create_task(started.wait())
        try:
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=_PATIENCE_S)
            if running.done():
                running.result()
            window = cls(app, running)
            await window.until(lambda: tuple(KivyWindow.size) == tuple(size), "the window has its size")
            await window.settle()
            yield window
        finally:
            ready.cancel()
            stopTouchApp()
            await asyncio.wait_for(running, _PATIENCE_S)
            await app.close()

    @property
    def models(self) -> ShellModel:
        """What lies behind the door, while it stands open."""
        return self.app.models

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let frames pass until `condition` holds; fails with `what` after a long while."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not condition():
                    await self.settle()
        except TimeoutError as error:
            raise AssertionError(f"never happened: {what}; the window says: {self.words()}") from error
        await self.settle()

    async def settle(self) -> None:
        """Let the window draw what it has to draw; fails when it has ended or draws no more."""
        settled = asyncio.create_task(self.app.settled())
        await asyncio.wait({settled, self._running}, return_when=asyncio.FIRST_COMPLETED, timeout=_PATIENCE_S)
        if not settled.done():
            settled.cancel()
            if self._running.done():
                self._running.result()
            raise AssertionError("the window draws no more")

    def widgets(self, kind: type[Any] = Widget) -> Iterator[Any]:
        """What the top layer shows of `kind`, in reading order; what takes no room or is transparent is not shown."""
        yield from _shown(self.app.top_layer(), kind)

    def words(self) -> list[str]:
        """Everything that can be read now."""
        texts = (one.text for one in self.widgets(Text))
        return [*(text for text in texts if text), *(one.caption for one in self.widgets(Action))]

    def says(self, words: str) -> bool:
        """True when some text holds `words`."""
        return any(words in text for text in self.words())

    def button(self, caption: str) -> Any:
        """The button or choice with this caption."""
        for one in self.widgets(Action):
            if one.caption == caption:
                return one
        for one in self.widgets(Choice):
            if one.title == caption:
                return one
        raise AssertionError(f"no button {caption!r}; the window says: {self.words()}")

    def notice(self, title: str) -> Any:
        """The notice with this title."""
        for one in self.widgets(Notice):
            if one.title == title:
                return one
        raise AssertionError(f"no notice {title!r}; the window says: {self.words()}")

    def labels(self) -> Iterator[Any]:
        """Every text that is shown: paragraphs, captions, the header, fields where something stands in them."""
        for one in self.widgets():
            if (isinstance(one, FieldInput) and (one.text or one.hint_text)) or (
                isinstance(one, Label) and not isinstance(one, Icon) and one.text
            ):
                yield one

    def targets(self) -> Iterator[Any]:
        """Everything that can be touched."""
        yield from (one for one in self.widgets() if isinstance(one, Focusable))

    def scroller(self, widget: Widget) -> ScrollView | None:
        """The list that `widget` scrolls with."""
        parent = widget.parent
        while parent is not None and parent is not parent.parent:
            if isinstance(parent, ScrollView):
                return parent
            parent = parent.parent
        return None

    async def scroll_to(self, widget: Widget) -> None:
        """Scroll until `widget` is seen, as a finger would, but without the flick."""
        scroller = self.scroller(widget)
        if scroller is not None:
            scroller.scroll_to(widget, padding=8, animate=False)
        await self.settle()

    async def to_top(self) -> None:
        """Scroll the top layer back to its beginning, once what lies in it has found its height."""
        scroller = next(self.widgets(Scroller))
        (column,) = scroller.children
        height = None
        while column.height != height:
            height = column.height
            await self.settle()
        scroller.scroll_y = 1
        await self.settle()

    async def scrolled_through(self) -> AsyncIterator[int]:
        """Scroll the top layer from its top to its end in overlapping steps; yields the number of each step."""
        scroller = next(self.widgets(Scroller))
        (column,) = scroller.children
        step, steps = 0, 1
        while step < steps:
            steps = 1 + max(0, int(2 * (column.height - scroller.height) // scroller.height + 1))
            await self._scroll_to(scroller, 1 - step / max(1, steps - 1))
            yield step
            step += 1

    async def _scroll_to(self, scroller: Scroller, place: float) -> None:
        """Until it stays there: what the window points at by itself may come late."""
        scroller.scroll_y = place
        await self.settle()
        while abs(scroller.scroll_y - place) > _STILL:
            scroller.scroll_y = place
            await self.settle()

    def is_whole(self, widget: Widget) -> bool:
        """True when the list that `widget` scrolls with shows all of it."""
        _, top, _, bottom = self.box(widget)
        return bottom - top >= int(widget.height)

    def box(self, widget: Widget) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of `widget` in the window's picture, clipped to the list that it scrolls with."""
        x, y = widget.to_window(*widget.pos)
        left, low, right, high = x, y, x + widget.width, y + widget.height
        scroller = self.scroller(widget)
        if scroller is not None:
            _, v = scroller.to_window(*scroller.pos)
            low, high = max(low, v), min(high, v + scroller.height)
        height = KivyWindow.height
        return int(left), int(height - high), int(right), int(height - low)

    async def go(self, room: str) -> None:
        """Touch a room's place in the bar."""
        (place,) = (one for one in self.widgets(NavigationItem) if one.value == room)
        await self.touch_widget(place)

    async def touch(self, caption: str) -> None:
        """Scroll to a button and touch its middle."""
        await self.touch_widget(self.button(caption))

    async def touch_widget(self, widget: Widget) -> None:
        """Scroll to `widget` and touch its middle, once it keeps still: the window may scroll by itself, later."""
        before = None
        while before != (place := await self._place_of(widget)):
            before = place
        touch = AsyncUnitTestTouch(*place)
        touch.eventloop = EventLoop
        touch.touch_down()
        await self.settle()
        touch.touch_up()
        await self.settle()

    async def _place_of(self, widget: Widget) -> tuple[float, float]:
        """Where its middle is after it was scrolled to."""
        await self.scroll_to(widget)
        await self.settle()
        return widget.to_window(*widget.center)

    async def stroke(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """A finger goes down at one place of the window, moves, and goes up at another."""
        touch = AsyncUnitTestTouch(*begin)
        touch.eventloop = EventLoop
        touch.touch_down()
        await self.settle()
        if end != begin:
            touch.touch_move(*end)
            await self.settle()
        touch.touch_up(*end)
        await self.settle()

    def fields(self) -> list[Any]:
        """The fields that are shown, in reading order."""
        return list(self.widgets(FieldInput))

    async def type(self, text: str) -> None:
        """Type into the only field that is shown."""
        (field,) = self.fields()
        await self.type_into(field, text)

    async def type_into(self, field: Any, text: str) -> None:
        """Touch a field, then type."""
        await self.touch_widget(field)
        for character in text:
            KivyWindow.dispatch("on_textinput", character)
        await self.settle()

    async def key(self, name: str, *modifiers: str) -> None:
        """Press and release one key: tab, enter, escape, spacebar, right, left."""
        code = {"tab": 9, "enter": 13, "escape": 27, "spacebar": 32, "right": 275, "left": 276}[name]
        KivyWindow.dispatch("on_key_down", code, 0, None, list(modifiers))
        KivyWindow.dispatch("on_key_up", code, 0)
        await self.settle()

    def focused(self) -> Any:
        """The widget that has the keyboard, or None."""
        return next((one for one in self.widgets() if getattr(one, "focus", False)), None)

    def picture(self) -> Image.Image:
        """The window as it is now."""
        return screenshot.grab()

    def save(self, name: str) -> None:
        """Keep a picture of the window in build/screens."""
        screenshot.save(SCREENS / f"{name}.png")


def _shown(widget: Any, kind: type[Any]) -> Iterator[Any]:
    if widget.opacity == 0 or widget.height <= 0:
        return
    if isinstance(widget, kind):
        yield widget
    for child in reversed(widget.children):
        yield from _shown(child, kind)
