"""The window's life: its size, its keys, its theme, and what the screens start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget
from kivymd.app import MDApp

from companion_app import language
from companion_app.ports.scheme import system_is_dark
from companion_app.ui import screenshot
from companion_app.ui.focus_voice import FocusVoice
from companion_app.ui.stage import Stage
from companion_app.ui.tasks import Tasks
from companion_app.ui.theme.look import Look
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.observable import Unsubscribe
from companion_app.ui.view_models.rooms import ScreenName
from companion_app.ui.widgets.focus import focusables
from companion_app.ui.widgets.frame import Frame
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.sheet import ModelSheet

if TYPE_CHECKING:
    from companion_app.ui.view_models.shell import ShellModel

_WIDE_DP = 900
_AGE_REFRESH_S = 5.0
_COUNTDOWN_S = 1.0
_ESCAPE, _TAB = 27, 9  # SDL key codes; Android's Back comes as Escape


class PlainsightApp(MDApp):
    """One window over one door. `note` (for example "Simulated glasses") stands on every screen.

    `on_shown(app)` is called once, when the first frame was drawn, and `on_ready(app)` once the door stands open, too:
    then `models` is there.
    """

    title = "Plainsight"
    icon = str(Path(__file__).parents[1] / "assets" / "icon.png")
    look: Look = ObjectProperty(None)
    viewport = ListProperty([412, 892])
    wide = BooleanProperty(False)
    live_words = StringProperty("")  # what the banner of a live session says; empty while none runs

    def __init__(
        self,
        door: DoorModel,
        *,
        note: str = "",
        on_ready: Callable[[Any], None] | None = None,
        on_shown: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__(look=Look(door.preferences.appearance))
        self.look.dress(self.theme_cls)  # before KivyMD computes its first scheme, so that it computes only one
        self.door = door
        self.note = note
        self._on_ready = on_ready
        self._on_shown = on_shown
        self._jobs = Tasks()
        self._drawing = Tasks()
        self._voice = FocusVoice()
        self._in_rooms = False
        self._followed: ShellModel | None = None
        self._of_shell: list[Unsubscribe] = []
        self._of_window: list[Unsubscribe] = []

    @property
    def models(self) -> ShellModel:
        """Every view-model behind the door. Only while it stands open."""
        assert self.door.shell is not None
        return self.door.shell

    def build(self) -> Widget:
        """The root that holds one page and the bar of the rooms."""
        self.title = f"Plainsight · {self.note}" if self.note else "Plainsight"
        Window.bind(size=self._resized, on_key_down=self._key_down, on_touch_down=self._touched)
        self._resized(Window, Window.size)
        language.use(self.door.preferences.value.language or language.system_language())
        self._stage = Stage(Frame(), self.door, self.note, self._drawing)
        self._of_window = [
            self.door.observe(self._refresh),
            self.door.preferences.observe(self._dress),
            language.observe(self._speak_anew),
        ]
        self._refresh()
        Clock.schedule_interval(lambda _: self._refresh(), _AGE_REFRESH_S)
        Clock.schedule_interval(lambda _: self._each_second(), _COUNTDOWN_S)
        return self._stage.frame

    def on_start(self) -> None:
        """The first frame is there: open what opens without a question."""
        Clock.schedule_once(lambda _: self.start(self._begin()), 0)

    async def _begin(self) -> None:
        if self._on_shown is not None:
            self._on_shown(self)
        self.start(self._follow_system())
        await self.door.begin()
        self._tell_ready()

    async def _follow_system(self) -> None:
        """Light or dark as the system is, for whoever left it to the system; asked at the start and on return."""
        self.door.preferences.system_became(dark=await system_is_dark())

    def on_resume(self) -> None:
        """Android brought the app back to the front."""
        self.start(self._follow_system())
        self._each_second()

    def _tell_ready(self) -> None:
        if self._on_ready is not None and self.door.shell is not None:
            ready, self._on_ready = self._on_ready, None
            ready(self)

    def start(self, job: Coroutine[Any, Any, Any]) -> None:
        """Run a view-model's coroutine in the background."""
        self._jobs.start(job)

    async def close(self) -> None:
        """Stop observing, and end what runs."""
        Window.unbind(size=self._resized, on_key_down=self._key_down, on_touch_down=self._touched)
        for unsubscribe in (*self._of_window, *self._of_shell):
            unsubscribe()
        await self._voice.close()
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
        return self.door.shell is not None and self.door.shell.back()

    def say_focus(self, widget: Widget) -> None:
        """The keyboard has come to `widget`: say it, where the wearer wants that."""
        if self.door.preferences.value.spoken_focus:
            self._voice.say(widget)

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
        self._follow_shell()
        self._count_down()
        self._stage.refresh()

    def _follow_shell(self) -> None:
        """Watch the models behind the door, and look for the glasses each time the rooms are entered."""
        shell = self.door.shell
        if shell is not self._followed:
            for unsubscribe in self._of_shell:
                unsubscribe()
            self._followed = shell
            self._of_shell = [model.observe(self._refresh) for model in shell.watched] if shell is not None else []
            Clock.schedule_once(lambda _: self._tell_ready(), 0)
        in_rooms = shell is not None and shell.screen is ScreenName.ROOMS
        if shell is not None and in_rooms and not self._in_rooms:
            self._in_rooms = True
            shell.ask.refresh_cards()
            self.start(shell.home.connect())
        self._in_rooms = in_rooms

    def _dress(self) -> None:
        """The wearer wants it otherwise."""
        preferences = self.door.preferences
        self.look.wear(preferences.appearance)
        if not preferences.value.spoken_focus:
            self._voice.hush()
        language.use(preferences.value.language or language.system_language())

    def _speak_anew(self) -> None:
        self._stage.forget_pages()
        self._refresh()

    def _each_second(self) -> None:
        self._count_down()
        if self.door.is_left_alone:
            self.start(self.door.lock())

    def _count_down(self) -> None:
        self.live_words = self.door.shell.live.banner if self.door.shell is not None else ""

    def _touched(self, *_arguments: object) -> bool:
        self.door.touched()
        return False

    def _resized(self, _: object, size: tuple[int, int]) -> None:
        self.viewport = list(size)
        self.wide = size[0] >= dp(_WIDE_DP)

    def _key_down(self, _: object, key: int, *__: object) -> bool:
        """Escape goes back; Tab enters the layer on top, unless a widget there has the keyboard already."""
        self.door.touched()
        if key == _ESCAPE:
            return self.back()
        if key == _TAB:
            order = list(focusables(self.top_layer()))
            if order and not any(widget.focus for widget in order):
                order[0].focus = True
                return True
        return False
