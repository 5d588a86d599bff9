"""Puts the page that is due into the window's frame, and the sheet that is due over it, and keeps both up to date."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kivy.uix.widget import Widget

from companion_app.language import _
from companion_app.ui.screens.unlock import UnlockScreen
from companion_app.ui.tasks import Tasks
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.rooms import Room, ScreenName
from companion_app.ui.widgets.focus import focusables
from companion_app.ui.widgets.frame import Frame
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.sheet import ModelSheet

if TYPE_CHECKING:
    from companion_app.ui.view_models.shell import ShellModel


def _rooms() -> ModuleType:
    """Every page of the app: imported once the door is open, so that the lock is seen at once."""
    return import_module("companion_app.ui.rooms")


class Stage:
    """A page that was shown once is kept as long as its model is reachable: the wearer finds it as they left it."""

    def __init__(self, frame: Frame, door: DoorModel, note: str, drawing: Tasks) -> None:
        self.frame = frame
        self.page: Page | None = None
        self.sheet: ModelSheet | None = None
        self._door = door
        self._shell: ShellModel | None = None
        self._note = note
        self._drawing = drawing
        self._pages: dict[tuple[type[Page], int], Page] = {}

    def refresh(self) -> None:
        """Show what is due now, as its model is now."""
        if self._shell is not self._door.shell:
            self._shell = self._door.shell
            self.forget_pages()
        self._follow_page()
        self._follow_sheet()

    def forget_pages(self) -> None:
        """Build everything anew from now on: the language has changed, or the door was opened or shut."""
        self._pages.clear()
        self.page = None
        if self.sheet is not None:
            self._close_sheet()
        self._offer_rooms()

    def top_layer(self) -> Widget:
        """What Tab acts on: the open sheet, else the frame."""
        return self.sheet or self.frame

    def unfocus(self) -> None:
        """Take the keyboard away from the page, so that an Enter meant for it cannot answer what comes over it."""
        for widget in focusables(self.frame):
            widget.focus = False

    def _offer_rooms(self) -> None:
        shell = self._shell
        if shell is None:
            return
        self.frame.bar.offer(_rooms().stops(shell), lambda value: shell.open_room(Room(value)))

    def _due(self) -> tuple[type[Page], Observable, str, bool]:
        """Which page for which model, its title, and whether it lies within a room."""
        shell = self._shell
        if self._door.erased is not None:
            return _rooms().GonePage, self._door, "", False
        if shell is None:
            assert self._door.unlock is not None
            return UnlockScreen, self._door.unlock, "", False
        return _rooms().due(shell)

    @property
    def _has_bar(self) -> bool:
        """True while there are rooms to walk between."""
        shell = self._shell
        return self._door.erased is None and shell is not None and shell.screen is ScreenName.ROOMS

    def _follow_page(self) -> None:
        kind, model, title, within = self._due()
        page = self._pages.get((kind, id(model)))
        if page is None:
            page = self._pages[kind, id(model)] = kind(note=_(self._note), model=model, shell=self._shell)
            page.title, page.back_offered = page.title or title, page.back_offered or within
        if page is not self.page:
            self.unfocus()
            self._drop_left(page)
            self.page = page
            self.frame.show(page, with_bar=self._has_bar)
        if self._shell is not None:
            self.frame.bar.chosen = self._shell.room.value
        page.refresh()
        self._draw(page)

    def _drop_left(self, page: Page) -> None:
        """A page within a room lives until it is left."""
        if self.page is not None and self.page.back_offered and not page.back_offered:
            self._pages = {key: kept for key, kept in self._pages.items() if kept is not self.page}

    def _follow_sheet(self) -> None:
        """The open sheet is the one that the models have, if any."""
        due = self._shell.sheet if self._shell is not None else None
        if self.sheet is not None and self.sheet.model is not due:
            self._close_sheet()
        if due is not None and self.sheet is None:
            self.unfocus()
            sheet: ModelSheet = _rooms().SHEETS[type(due)](model=due)
            self.sheet = sheet
            sheet.open(animation=False)
        if self.sheet is not None:
            self.sheet.refresh()
            self._draw(self.sheet)

    def _close_sheet(self) -> None:
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.dismiss(animation=False)

    def _draw(self, shown: Any) -> None:
        if shown.must_draw:
            self._drawing.start(shown.draw())
