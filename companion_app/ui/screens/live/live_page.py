"""The Live room: the connection, the last picture, its light, and the shutter; side by side where there is room."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from companion_app.ui.screens.live.connection_card import ConnectionCard as ConnectionCard
from companion_app.ui.screens.live.picture_card import PictureCard as PictureCard
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class LivePage(Page):
    """Cards, each of which looks at its part of the model."""

    model: HomeModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at the model again."""
        self.ids.connection.show(self.model)
        self.ids.picture.show(self.model)

    @property
    def must_draw(self) -> bool:
        """True while the newest picture is not drawn yet."""
        return self.ids.picture.must_draw(self.model)

    async def draw(self) -> None:
        """Draw the newest picture."""
        await self.ids.picture.draw(self.model)


load_beside(__file__)
