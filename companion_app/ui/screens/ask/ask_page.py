"""The Ask room: a question about one picture, typed or spoken, and the live session with somebody who answers."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from companion_app.ui.screens.ask.about_card import AboutCard as AboutCard
from companion_app.ui.screens.ask.aloud_card import AloudCard as AloudCard
from companion_app.ui.screens.ask.ask_card import AskCard as AskCard
from companion_app.ui.screens.ask.live_card import LiveCard as LiveCard
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.widgets.page import Page
from companion_app.ui.widgets.rules import load_beside


class AskPage(Page):
    """The picture, asking about it, what the live session says, and asking aloud."""

    model: AskModel = ObjectProperty(None)

    def refresh(self) -> None:
        """Look at the models again."""
        self.ids.about.show(self.model)
        self.ids.aloud.show(self.model, self.shell)
        living = self.shell.live
        self.ids.ask.show(self.model, can_go_live=self.shell.home.connected and not living.running)
        self.ids.live.show(living)

    @property
    def must_draw(self) -> bool:
        """True when the picture is not drawn yet."""
        return self.ids.about.must_draw(self.model.about.now)

    async def draw(self) -> None:
        """Draw the picture."""
        await self.ids.about.draw(self.model.about.now)


load_beside(__file__)
