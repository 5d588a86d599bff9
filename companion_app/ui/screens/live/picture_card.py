"""What the glasses see now or saw last: the picture, its age, what its light proves, and what takes the next."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.errors import AppError
from companion_app.language import _
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.live_room.looking import SECONDS
from companion_app.ui.view_models.words.measures import length
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.choice import Choice as Choice
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.surfaces import Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.viewfinder import Viewfinder as Viewfinder
from companion_app.ui.widgets.way import Way as Way
from companion_app.ui.widgets.ways import EvenGrid as EvenGrid


class PictureCard(Card):
    """While somebody looks, frames stand where otherwise the last picture does."""

    model: HomeModel = ObjectProperty(None)
    age = StringProperty("")
    mark = StringProperty("")
    proven = BooleanProperty(False)
    verdict, evidence = StringProperty(""), StringProperty("")
    shutter_caption, look_caption, look_about = StringProperty(""), StringProperty(""), StringProperty("")
    can_take, can_look, looking = BooleanProperty(False), BooleanProperty(False), BooleanProperty(False)
    recording = StringProperty("")
    ended = StringProperty("")
    problem_what, problem_next = StringProperty(""), StringProperty("")

    _drawn = ""

    def show(self, model: HomeModel, *, live_elsewhere: bool) -> None:
        """Look at the model; the picture itself comes with `draw`. `live_elsewhere`: somebody is asked live already."""
        looking = model.looking
        light = looking.light if looking.under_way else model.light
        self.verdict, self.evidence = (light.title, light.detail) if light else ("", "")
        self.proven = bool(light and light.proven)
        self.age, self.mark = (looking.about, "") if looking.under_way else (model.age, model.mark)
        self.shutter_caption, self.can_take = model.shutter_caption, model.can_take
        self.recording, self.ended = model.recording.words, looking.ended
        self.looking = looking.under_way
        self.can_look = model.can_take and not live_elsewhere
        self.look_caption = _look_caption(model)
        self.look_about = (
            ""
            if self.looking
            else _(
                "While you look, the capture light is on. Both ends are on record; it ends by itself after {time}.",
                time=length(SECONDS),
            )
        )
        failed = model.problem or looking.problem or model.recording.problem
        self.problem_what, self.problem_next = (failed.what, failed.next_step) if failed else ("", "")

    def must_draw(self, model: HomeModel) -> bool:
        """True when what the model has to show is not what was drawn last."""
        due = _due(model)
        return bool(due) and due != self._drawn

    async def draw(self, model: HomeModel) -> None:
        """Draw the newest frame, or read and draw the last picture; a file that is gone or changed is not shown."""
        self._drawn = _due(model)
        frame, picture = model.looking.frame if model.looking.under_way else None, model.picture
        if frame is not None:
            await self.ids.view.show(frame)
        elif picture is not None:
            try:
                jpeg = picture.preview()
            except AppError:
                self.ids.view.clear(broken=True)
            else:
                await self.ids.view.show(jpeg)


def _due(model: HomeModel) -> str:
    """What is to be shown; empty for nothing."""
    if model.looking.under_way and model.looking.frame is not None:
        return f"frame {model.looking.number}"
    return model.picture.id if model.picture is not None else ""


def _look_caption(model: HomeModel) -> str:
    looking = model.looking
    if not looking.under_way:
        return _("Look through the glasses")
    return _("Stop looking · {time}", time=looking.left) if looking.looking else _("Stop: the light is being proven…")


load_beside(__file__)
