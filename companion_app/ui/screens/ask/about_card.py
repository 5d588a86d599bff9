"""The picture that is asked about, and the way to older and newer ones."""

from __future__ import annotations

import asyncio

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.language import _, moment_words
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.picture_view import PictureView as PictureView
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.way import Way as Way
from companion_app.ui.widgets.ways import EvenGrid as EvenGrid


class AboutCard(Card):
    """The picture itself comes with `draw`."""

    model: AskModel = ObjectProperty(None)
    taken = StringProperty("")
    chosen, can_older, can_newer = BooleanProperty(False), BooleanProperty(False), BooleanProperty(False)

    _drawn = ""

    def show(self, model: AskModel) -> None:
        """Look at the model."""
        picture = model.about.now
        self.taken = _("Taken {when}", when=moment_words(picture.time_s)) if picture is not None else ""
        self.chosen = model.about.chosen
        self.can_older = model.about.neighbour(1) is not None
        self.can_newer = model.about.neighbour(-1) is not None
        if picture is None and self._drawn:
            self._drawn = ""
            self.ids.view.clear()

    def must_draw(self, picture: Picture | None) -> bool:
        """True when `picture` is not the one that was drawn last."""
        return picture is not None and picture.id != self._drawn

    async def draw(self, picture: Picture | None) -> None:
        """Read and draw it off the main thread; a file that is gone or changed is not shown."""
        if picture is None:
            return
        self._drawn = picture.id
        try:
            jpeg = await asyncio.to_thread(picture.preview)
        except AppError:
            self.ids.view.clear(broken=True)
        else:
            await self.ids.view.show(jpeg)


load_beside(__file__)
