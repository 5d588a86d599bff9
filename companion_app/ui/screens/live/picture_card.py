"""The last picture: what it shows, how old it is, what its light proves, and the button that takes the next."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from companion_app.errors import AppError
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.picture_view import PictureView as PictureView
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice


class PictureCard(Card):
    """Dispatches `on_take` when the shutter button is pressed."""

    age = StringProperty("")
    mark = StringProperty("")
    proven = BooleanProperty(False)
    verdict = StringProperty("")
    evidence = StringProperty("")
    shutter_caption = StringProperty("")
    can_take = BooleanProperty(False)
    problem_what = StringProperty("")
    problem_next = StringProperty("")

    _drawn = ""

    def __init__(self, **options: object) -> None:
        self.register_event_type("on_take")
        super().__init__(**options)

    def on_take(self) -> None:
        """The wearer wants a picture; bind to it."""

    def show(self, model: HomeModel) -> None:
        """Look at the model; the picture itself comes with `draw`."""
        light = model.light
        self.verdict, self.evidence = (light.title, light.detail) if light else ("", "")
        self.proven = bool(light and light.proven)
        self.age, self.mark = model.age, model.mark
        self.shutter_caption, self.can_take = model.shutter_caption, model.can_take
        failed = model.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")

    def must_draw(self, model: HomeModel) -> bool:
        """True when the model's picture is not the one that was drawn last."""
        return model.picture is not None and model.picture.id != self._drawn

    async def draw(self, model: HomeModel) -> None:
        """Read and draw the model's picture, or a clip's first frame; a file that is gone or changed is not shown."""
        picture = model.picture
        if picture is None:
            return
        self._drawn = picture.id
        try:
            jpeg = picture.preview()
        except AppError:
            self.ids.view.clear(broken=True)
        else:
            await self.ids.view.show(jpeg)


load_beside(__file__)
