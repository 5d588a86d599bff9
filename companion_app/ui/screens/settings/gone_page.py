"""After everything was deleted: that it is gone, where the receipt lies, and nothing else to do here."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty

from companion_app.language import _
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.text import Text as Text

_RECEIPT = "receipt.txt"


class GonePage(Page):
    """The door's last page: its `erased` says where the receipt lies."""

    model: DoorModel = ObjectProperty(None)
    receipt = StringProperty("")

    def refresh(self) -> None:
        """Look at the model again."""
        place = self.model.erased
        if place is None:
            return
        if (place / _RECEIPT).exists():
            self.receipt = _("Your receipt lies in {folder}.", folder=str(place))
        else:
            self.receipt = _("The folder of your receipt was taken away before it could be finished.")


load_beside(__file__)
