"""The window's life: builds the screens, shows the one that is due, and runs what they start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget
from kivymd.app import MDApp

from companion_app.ui import screenshot
from companion_app.ui.screens.first_login import FirstLoginScreen
from companion_app.ui.screens.home.home_screen import HomeScreen
from companion_app.ui.screens.pair import PairScreen
from companion_app.ui.screens.sharing.askers_sheet import AskersSheet
from companion_app.ui.screens.sharing.left_sheet import LeftSheet
from companion_app.ui.screens.sharing.live_sheet import LiveSheet
from companion_app.ui.screens.sharing.share_sheet import ShareSheet
from companion_app.ui.tasks import Tasks
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.theme.look import Look
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.sharing.askers import AskersModel
from companion_app.ui.view_models.sharing.left import LeftModel
from companion_app.ui.view_models.sharing.live_start import LiveStartModel
from companion_app.ui.view_models.sharing.share import ShareModel
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from companion_app.ui.widgets.focus import focusables
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.sheet import ModelSheet

_WIDE_DP = 900
_AGE_REFRESH_S = 5.0
_COUNTDOWN_S = 1.0
_ESCAPE, _TAB = 27, 9  # SDL key codes
_DEFAULT_APPEARANCE = Appearance()
_SHEETS: Mapping[type[Observable], type[ModelSheet]] = {
    ShareModel: ShareSheet,
    LeftModel: LeftSheet,
    AskersModel: AskersSheet,
    LiveStartModel: LiveSheet,
}


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
        self._sheet: ModelSheet | None = None
        self._page: Page | None = None

    def build(self) -> Widget:
        """The root that holds one page."""
        self.title = f"Plainsight · {self.note}" if self.note else "Plainsight"
        Window.bind(size=self._resized, on_key_down=self._key_down)
        self._resized(Window, Window.size)
        self._subscriptions = [
            self.models.observe(self._show_due_screen),
            self.models.first_login.observe(self._refresh),
            self.models.pair.observe(self._refresh),
            self.models.home.observe(self._refresh),
            self.models.ask.observe(self._refresh),
            self.models.left.observe(self._refresh),
            self.models.askers.observe(self._refresh),
            self.models.live.observe(self._refresh),
        ]
        self._root = FloatLayout()
        self._show_due_screen()
        Clock.schedule_interval(lambda _: self._refresh(), _AGE_REFRESH_S)
        Clock.schedule_interval(lambda _: self._count_down(), _COUNTDOWN_S)
        return self._root

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
        """What Tab and Escape act on: the open sheet, else the page."""
        return self._sheet or self._page or self._root

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    @property
    def sheet(self) -> ModelSheet | None:
        """The sheet that is open, if any."""
        return self._sheet

    def save_screenshot(self, path: Path) -> Path:
        """Write the window as it is now to `path` (PNG)."""
        return screenshot.save(path)

    async def settled(self) -> None:
        """Return once pictures that were to be drawn are drawn and the layout has had two frames to follow."""
        await self._drawing.idle()
        for _ in range(2):
            framed = asyncio.Event()
            Clock.schedule_once(lambda _, framed=framed: framed.set(), 0)
            await framed.wait()

    def _show_due_screen(self) -> None:
        models, due = self.models, self.models.screen
        self._root.clear_widgets()
        if due is ScreenName.FIRST_LOGIN:
            self._page = FirstLoginScreen(note=self.note, model=models.first_login)
        elif due is ScreenName.PAIR:
            self._page = PairScreen(note=self.note, model=models.pair)
        else:
            models.ask.refresh_cards()
            parts = {"asking": models.ask, "living": models.live, "answers": models.first_login}
            self._page = HomeScreen(note=self.note, model=models.home, **parts)
            self.start(models.home.connect())
        self._root.add_widget(self._page)
        self._refresh()

    def _refresh(self) -> None:
        if self._page is None:
            return
        self._count_down()
        self._page.refresh()
        if isinstance(self._page, HomeScreen) and self._page.ids.picture.must_draw(self.models.home):
            self._drawing.start(self._page.ids.picture.draw(self.models.home))
        self._follow_sheet()

    def _count_down(self) -> None:
        self.live_words = self.models.live.banner

    def _follow_sheet(self) -> None:
        """The open sheet is the one that the models have, if any."""
        due = self.models.sheet
        if self._sheet is not None and self._sheet.model is not due:
            sheet, self._sheet = self._sheet, None
            sheet.dismiss(animation=False)
        if due is not None and self._sheet is None:
            self._unfocus()
            self._sheet = _SHEETS[type(due)](model=due)
            self._sheet.open(animation=False)
        if self._sheet is not None:
            self._sheet.refresh()
            if self._sheet.must_draw:
                self._drawing.start(self._sheet.draw())

    def _unfocus(self) -> None:
        """Take the keyboard away from the page, so that an Enter meant for it cannot answer the sheet."""
        for widget in focusables(self._root):
            widget.focus = False

    def _resized(self, _: object, size: tuple[int, int]) -> None:
        self.viewport = list(size)
        self.wide = size[0] >= dp(_WIDE_DP)

    def _key_down(self, _: object, key: int, *__: object) -> bool:
        """Escape leaves the sheet; Tab enters the layer on top, unless a widget there has the keyboard already."""
        if key == _ESCAPE and self._sheet is not None:
            self._sheet.leave()
            return True
        if key == _TAB:
            order = list(focusables(self.top_layer()))
            if order and not any(widget.focus for widget in order):
                order[0].focus = True
                return True
        return False
