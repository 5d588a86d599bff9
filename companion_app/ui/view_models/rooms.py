"""The rooms that the wearer walks between, and what a room's model can do: open a page within itself, go back."""

from __future__ import annotations

from enum import StrEnum

from companion_app.ui.view_models.observable import Observable, Unsubscribe


class Room(StrEnum):
    """The rooms, in the order of the bar."""

    LIVE = "live"
    GALLERY = "gallery"
    ASK = "ask"
    LEDGER = "ledger"
    SETTINGS = "settings"


class ScreenName(StrEnum):
    """The screens there are."""

    FIRST_LOGIN = "first_login"
    PAIR = "pair"
    ROOMS = "rooms"


class RoomModel(Observable):
    """`inside` is the model of the page that was opened within the room; None shows the room's first page."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: Observable | None = None
        self._forget_inside: Unsubscribe | None = None

    def enter(self, inside: Observable) -> None:
        """Show the page of `inside` until `back`; its changes are the room's."""
        self._forget()
        self.inside = inside
        self._forget_inside = inside.observe(self.changed)
        self.changed()

    def back(self) -> bool:
        """Leave the page within; False where the room shows its first page already."""
        if self.inside is None:
            return False
        self._forget()
        self.changed()
        return True

    def _forget(self) -> None:
        if self._forget_inside is not None:
            self._forget_inside()
        self.inside, self._forget_inside = None, None
