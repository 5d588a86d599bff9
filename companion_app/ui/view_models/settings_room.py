"""What the wearer has answered, and the way to answer anew."""

from __future__ import annotations

from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.rooms import RoomModel


class SettingsRoomModel(RoomModel):
    """Holds the model of the answers."""

    def __init__(self, answers: FirstLoginModel) -> None:
        super().__init__()
        self.answers = answers
        answers.observe(self.changed)
