"""What is shown for which model: the rooms of the bar, the pages within them, and the sheets over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_, _
from companion_app.ui.screens.ask.ask_page import AskPage
from companion_app.ui.screens.first_login import FirstLoginScreen
from companion_app.ui.screens.gallery.gallery_page import GalleryPage
from companion_app.ui.screens.gallery.item_page import ItemPage
from companion_app.ui.screens.ledger.ledger_page import LedgerPage
from companion_app.ui.screens.live.live_page import LivePage
from companion_app.ui.screens.pair import PairScreen
from companion_app.ui.screens.settings.blocks_page import BlocksPage, SettingsPage
from companion_app.ui.screens.settings.gone_page import GonePage as GonePage
from companion_app.ui.screens.sharing.askers_sheet import AskersSheet
from companion_app.ui.screens.sharing.live_sheet import LiveSheet
from companion_app.ui.screens.sharing.receipt_sheet import ReceiptSheet
from companion_app.ui.screens.sharing.share_sheet import ShareSheet
from companion_app.ui.screens.taking_out_sheet import TakingOutSheet
from companion_app.ui.view_models.ask_history import AskHistoryModel
from companion_app.ui.view_models.gallery.item import ItemModel
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.view_models.phones.glasses import GlassesModel
from companion_app.ui.view_models.phones.phones import PhonesModel
from companion_app.ui.view_models.rooms import Room, ScreenName
from companion_app.ui.view_models.settings.room import PAGES
from companion_app.ui.view_models.sharing.askers import AskersModel
from companion_app.ui.view_models.sharing.live_start import LiveStartModel
from companion_app.ui.view_models.sharing.receipt import ReceiptModel
from companion_app.ui.view_models.sharing.share import ShareModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.taking_out import TakingOutModel
from companion_app.ui.widgets.navigation import Stop
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.sheet import ModelSheet


@dataclass(frozen=True)
class Place:
    """A room in the bar: its name, its sign, and its first page."""

    caption: str
    icon: str
    page: type[Page]


# The model of each room stands in ShellModel.rooms; a room that is not there has no place in the bar.
PLACES: Mapping[Room, Place] = {
    Room.LIVE: Place(N_("Live"), "glasses", LivePage),
    Room.GALLERY: Place(N_("Gallery"), "image-multiple-outline", GalleryPage),
    Room.LEDGER: Place(N_("Ledger"), "book-open-page-variant-outline", LedgerPage),
    Room.ASK: Place(N_("Ask"), "comment-question-outline", AskPage),
    Room.SETTINGS: Place(N_("Settings"), "cog-outline", SettingsPage),
}

# The page of each model that RoomModel.enter shows within its room.
INSIDE: Mapping[type[Observable], type[Page]] = {
    **dict.fromkeys((*PAGES, PhonesModel, GlassesModel, AskHistoryModel), BlocksPage),
    PairModel: PairScreen,
    ItemModel: ItemPage,
}

SHEETS: Mapping[type[Observable], type[ModelSheet]] = {
    ShareModel: ShareSheet,
    ReceiptModel: ReceiptSheet,
    AskersModel: AskersSheet,
    LiveStartModel: LiveSheet,
    TakingOutModel: TakingOutSheet,
}


def stops(shell: ShellModel) -> list[Stop]:
    """The places of the bar, in their order."""
    offered = [(room, PLACES[room]) for room in Room if room in PLACES and room in shell.rooms]
    return [Stop(room.value, _(place.caption), place.icon) for room, place in offered]


def due(shell: ShellModel) -> tuple[type[Page], Observable, str, bool]:
    """Which page for which model, its title, and whether it lies within a room."""
    if shell.screen is ScreenName.FIRST_LOGIN:
        return FirstLoginScreen, shell.first_login, "", False
    if shell.screen is ScreenName.PAIR:
        return PairScreen, shell.pair, "", False
    model, place = shell.rooms[shell.room], PLACES[shell.room]
    if model.inside is not None:
        return INSIDE[type(model.inside)], model.inside, "", True
    return place.page, model, _(place.caption), False
