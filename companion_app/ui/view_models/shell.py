"""Which screen is shown: the questions before everything, then pairing, then the rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from companion_app.companion import Companion
from companion_app.control.asking import Asked
from companion_app.gallery import Picture
from companion_app.onboarding import VoicePolicy
from companion_app.onboarding.questions import TRANSCRIPTS, VOICE_KEEP
from companion_app.speech import Espeak
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.gallery.gallery import GalleryModel
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.ledger.ledger import LedgerModel
from companion_app.ui.view_models.ledger.rows import Show
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel
from companion_app.ui.view_models.rooms import Room, RoomModel
from companion_app.ui.view_models.rooms import ScreenName as ScreenName
from companion_app.ui.view_models.settings.room import SettingsModel
from companion_app.ui.view_models.sharing.askers import AskersModel
from companion_app.ui.view_models.sharing.live import LiveModel
from companion_app.ui.view_models.sharing.receipt import ReceiptModel


class ShellModel(Observable):
    """Holds the view-model of each screen and says which screen it is time for."""

    def __init__(
        self,
        companion: Companion,
        phone_name: str = "This phone",
        now_s: Callable[[], float] = time.time,
        preferences: PreferencesModel | None = None,
    ) -> None:
        super().__init__()
        self._companion = companion
        self.preferences = preferences or PreferencesModel(Preferences())
        self.first_login = FirstLoginModel(companion.onboarding)
        self.pair = PairModel(companion, phone_name)
        self.home = HomeModel(companion, now_s)
        self.ask = AskModel(
            companion.sharing,
            lambda: self.home.picture,
            pictures=companion.gallery.pictures,
            voice=Espeak.find,
            history=companion.history,
            keeps=lambda: any(companion.onboarding.retention(asked.id).keep for asked in (VOICE_KEEP, TRANSCRIPTS)),
        )
        self.receipt = ReceiptModel(companion.sharing, now_s)
        self.askers = AskersModel(companion.sharing)
        self.live = LiveModel(companion, Espeak.find)
        self.settings = SettingsModel(
            companion,
            self.first_login,
            self.preferences,
            open_askers=self.open_askers,
            erased=self._everything_went,
            now_s=now_s,
        )
        self.gallery = GalleryModel(companion, now_s)
        self.ledger = LedgerModel(companion, now_s)
        self.rooms: Mapping[Room, RoomModel] = {
            Room.LIVE: self.home,
            Room.GALLERY: self.gallery,
            Room.ASK: self.ask,
            Room.LEDGER: self.ledger,
            Room.SETTINGS: self.settings,
        }
        self.room = Room.LIVE
        self.erased: Path | None = None  # where the receipt lies, once everything was deleted
        self._open: Observable | None = None
        self.screen = self._due()
        companion.on_asked(self._asked)
        for part in (self.first_login, self.pair, self.home):
            part.observe(self._look_again)

    @property
    def sheet(self) -> Observable | None:
        """The model of the sheet on top of the page: an act of sharing before everything else; None without one."""
        return self.ask.share or self.live.start or self.gallery.out or self.ledger.out or self._open

    @property
    def watched(self) -> tuple[Observable, ...]:
        """Every model whose change the window has to follow."""
        return (self, self.first_login, self.pair, *self.rooms.values(), self.receipt, self.askers, self.live)

    def open_room(self, room: Room) -> None:
        """Go to a room. Raises KeyError where the app has none of that name."""
        self.rooms[room]
        if room is not self.room:
            self.home.looking.stop()  # nobody is looked through by somebody who looks elsewhere
            self.room = room
            self.changed()

    def back(self) -> bool:
        """One step back: out of what was opened within the room, else to the first room; False where that is shown."""
        if self.screen is ScreenName.FIRST_LOGIN and self.first_login.reconsidering:
            self.first_login.keep()
            return True
        if self.screen is not ScreenName.ROOMS or self.rooms[self.room].back():
            return self.screen is ScreenName.ROOMS
        left = self.room is not Room.LIVE
        self.open_room(Room.LIVE)
        return left

    @property
    def voice(self) -> VoicePolicy:
        """What the owner's answers let the glasses do with their microphone."""
        return self._companion.onboarding.voice

    def ask_about(self, picture: Picture) -> None:
        """Go to the room of questions with this picture."""
        self.ask.ask_about(picture)
        self.open_room(Room.ASK)

    def open_left(self, receipt_id: str = "") -> None:
        """Show one receipt, or in the ledger all that left this device."""
        if receipt_id:
            self._open = self.receipt
            self.receipt.open(receipt_id)
        else:
            self._open_ledger(Show.LEFT)

    def open_asked_back(self) -> None:
        """Show in the ledger what was asked back."""
        self._open_ledger(Show.BACK)

    def open_askers(self) -> None:
        """Show who can be asked."""
        self._open = self.askers
        self.askers.open()

    def open_live(self) -> None:
        """Ask for a live session with the question that is typed and whoever is chosen."""
        if self.ask.card is not None:
            self.live.open(self.ask.card, self.ask.question)

    def close_sheet(self) -> None:
        """Back to the page."""
        self.gallery.close_export()
        self.ledger.close_export()
        closed, self._open = self._open, None
        if closed is not None:
            self.ask.refresh_cards()
            closed.changed()

    def _everything_went(self, receipt: Path) -> None:
        self.erased = receipt
        self.changed()

    def _open_ledger(self, show: Show) -> None:
        self.close_sheet()
        self.ledger.choose(show)
        self.open_room(Room.LEDGER)

    def _asked(self, asked: Asked) -> None:
        self.home.show(asked.picture)
        self.ask.hear(asked)

    def _due(self) -> ScreenName:
        if self.first_login.question is not None:
            return ScreenName.FIRST_LOGIN
        return ScreenName.ROOMS if self._companion.paired else ScreenName.PAIR

    def _look_again(self) -> None:
        due = self._due()
        if due is not self.screen:
            self.screen = due
            self.changed()
