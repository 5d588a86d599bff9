"""The Live room: the connection, what the glasses see or saw last, and how they are; side by side if there is room."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty

from companion_app.ui.screens.live.connection_card import ConnectionCard as ConnectionCard
from companion_app.ui.screens.live.glasses_card import GlassesCard as GlassesCard
from companion_app.ui.screens.live.picture_card import PictureCard as PictureCard
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class LivePage(Page):
    """Cards, each of which looks at its part of the model."""

    model: HomeModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at the model again, and have it ask the glasses now and then."""
        self.ids.connection.show(self.model)
        self.ids.picture.show(self.model, live_elsewhere=self.shell.live.running)
        self.ids.glasses.show(self.model)
        if self.model.standing.is_due:
            App.get_running_app().start(self.model.standing.ask())

    @property
    def must_draw(self) -> bool:
        """True while the newest picture or frame is not drawn yet."""
        return self.ids.picture.must_draw(self.model)

    async def draw(self) -> None:
        """Draw the newest."""
        await self.ids.picture.draw(self.model)


load_beside(__file__)
