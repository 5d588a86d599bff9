"""The window's life: its size, its keys, its theme, and what the screens start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget
from kivymd.app import MDApp

from companion_app import language
from companion_app.ui import screenshot
from companion_app.ui.stage import Stage
from companion_app.ui.tasks import Tasks
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.theme.look import Look
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from companion_app.ui.widgets.focus import focusables
from companion_app.ui.widgets.frame import Frame
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.sheet import ModelSheet

_WIDE_DP = 900
_AGE_REFRESH_S = 5.0
_COUNTDOWN_S = 1.0
_ESCAPE, _TAB = 27, 9  # SDL key codes; Android's Back comes as Escape
_DEFAULT_APPEARANCE = Appearance()


class PlainsightApp(MDApp):
    """One window over one ShellModel. `note` (for example "Simulated glasses") stands on every screen."""

    title = "Plainsight"
    icon = str(Path(__file__).parents[1] / "assets" / "icon.png")
    look: Look = ObjectProperty(None)
    viewport = ListProperty([412, 892])
    wide = BooleanProperty(False)
    live_words = StringProperty("")  # what the banner of a live session says; empty while none runs

    def __init__(
        self,
        models: ShellModel,
        *,
        note: str = "",
        appearance: Appearance = _DEFAULT_APPEARANCE,
        on_ready: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__(look=Look(appearance))
        self.look.dress(self.theme_cls)  # before KivyMD computes its first scheme, so that it computes only one
        self.models = models
        self.note = note
        self._on_ready = on_ready
        self._jobs = Tasks()
        self._drawing = Tasks()
        self._connecting = False

    def build(self) -> Widget:
        """The root that holds one page and the bar of the rooms."""
        self.title = f"Plainsight · {self.note}" if self.note else "Plainsight"
        Window.bind(size=self._resized, on_key_down=self._key_down)
        self._resized(Window, Window.size)
        self._stage = Stage(Frame(), self.models, self.note, self._drawing)
        self._subscriptions = [model.observe(self._refresh) for model in self.models.watched]
        self._subscriptions.append(language.observe(self._speak_anew))
        self._refresh()
        Clock.schedule_interval(lambda _: self._refresh(), _AGE_REFRESH_S)
        Clock.schedule_interval(lambda _: self._count_down(), _COUNTDOWN_S)
        return self._stage.frame

    def on_start(self) -> None:
        """Tell whoever waits that the first frame is there."""
        if self._on_ready is not None:
            ready = self._on_ready
            Clock.schedule_once(lambda _: ready(self), 0)

    def start(self, job: Coroutine[Any, Any, Any]) -> None:
        """Run a view-model's coroutine in the background."""
        self._jobs.start(job)

    async def close(self) -> None:
        """Stop observing, and end what runs."""
        Window.unbind(size=self._resized, on_key_down=self._key_down)
        for unsubscribe in self._subscriptions:
            unsubscribe()
        await self._jobs.close()
        await self._drawing.close()

    def top_layer(self) -> Widget:
        """What Tab acts on: the open sheet, else the page with the bar."""
        return self._stage.top_layer()

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._stage.page

    @property
    def sheet(self) -> ModelSheet | None:
        """The sheet that is open, if any."""
        return self._stage.sheet

    def back(self) -> bool:
        """One step back, as Escape and Android's Back go it: out of the sheet, else as the models say."""
        if self._stage.sheet is not None:
            self._stage.sheet.leave()
            return True
        return self.models.back()

    def save_screenshot(self, path: Path) -> Path:
        """Write the window as it is now to `path` (PNG)."""
        return screenshot.save(path)

    async def settled(self) -> None:
        """Return once pictures that were to be drawn are drawn and the layout has had two frames to follow."""
        await self._drawing.idle()
        for _frame in range(2):
            framed = asyncio.Event()
            Clock.schedule_once(lambda _, framed=framed: framed.set(), 0)
            await framed.wait()

    def _refresh(self) -> None:
        self._count_down()
        self._connect_once()
        self._stage.refresh()

    def _connect_once(self) -> None:
        """Look for the glasses each time the rooms are entered."""
        in_rooms = self.models.screen is ScreenName.ROOMS
        if in_rooms and not self._connecting:
            self._connecting = True
            self.models.ask.refresh_cards()
            self.start(self.models.home.connect())
        self._connecting = in_rooms

    def _speak_anew(self) -> None:
        self._stage.forget_pages()
        self._refresh()

    def _count_down(self) -> None:
        self.live_words = self.models.live.banner

    def _resized(self, _: object, size: tuple[int, int]) -> None:
        self.viewport = list(size)
        self.wide = size[0] >= dp(_WIDE_DP)

    def _key_down(self, _: object, key: int, *__: object) -> bool:
        """Escape goes back; Tab enters the layer on top, unless a widget there has the keyboard already."""
        if key == _ESCAPE:
            return self.back()
        if key == _TAB:
            order = list(focusables(self.top_layer()))
            if order and not any(widget.focus for widget in order):
                order[0].focus = True
                return True
        return False
