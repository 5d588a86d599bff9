"""The glasses as the Live room shows them: the connection and why, the last picture, its light, the shutter."""

from __future__ import annotations

import time
from collections.abc import Callable

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.language import _
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import LinkError
from companion_app.ui.view_models.live_room.looking import LookingModel
from companion_app.ui.view_models.live_room.microphone import MicrophoneModel
from companion_app.ui.view_models.live_room.standing import StandingModel
from companion_app.ui.view_models.live_room.taking import TakingModel
from companion_app.ui.view_models.rooms import RoomModel
from companion_app.ui.view_models.words.clips import clip_mark
from companion_app.ui.view_models.words.connection import ConnectionWords, connection_words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.glasses import development_note, journal_note
from companion_app.ui.view_models.words.light import LightWords, light_words
from companion_app.ui.view_models.words.measures import age, byte_count
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.refusals import refusal


class HomeModel(RoomModel):
    """Looks at the connection, the gallery and the glasses' refusals; may connect and take a picture."""

    def __init__(self, companion: Companion, now_s: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._companion = companion
        self._now_s = now_s
        self.taking = False
        self.problem: Problem | None = None
        pictures = companion.gallery.pictures()
        self.picture: Picture | None = pictures[0] if pictures else None
        self.looking = LookingModel(companion)
        self.recording = TakingModel(companion)
        self.microphone = MicrophoneModel(companion)
        self.standing = StandingModel(companion, self.microphone)
        for part in (self.looking, self.recording, self.microphone, self.standing):
            part.observe(self.changed)
        companion.connection.observe(self._connection_changed)
        companion.on_picture(self._arrived)
        companion.on_refusal(lambda refused: self._fail(refusal(refused.reason)))
        companion.on_problem(lambda error: self._fail(problem(error)))

    @property
    def connection(self) -> ConnectionWords:
        """The one connection state, in words, with its reason."""
        return connection_words(self._companion.connection.state, self._companion.connection.reason)

    @property
    def development(self) -> Problem | None:
        """What to say of glasses that anybody with a cable can change."""
        return development_note(self._companion.hello) if self.connected else None

    @property
    def journal(self) -> Problem | None:
        """What to say of a journal that does not fit what this phone saw before."""
        return journal_note(self._companion.journal_verdict)

    @property
    def connected(self) -> bool:
        """True while the glasses can be asked for something."""
        return self._companion.connection.state is ConnectionState.CONNECTED

    @property
    def can_connect(self) -> bool:
        """True while there is no connection and none is being made."""
        return self._companion.connection.state is ConnectionState.DISCONNECTED

    @property
    def can_take(self) -> bool:
        """True when pressing the shutter button would do something."""
        return self.connected and not self.busy

    @property
    def busy(self) -> bool:
        """True while the camera of the glasses is at work for this window, or for whoever else asked it."""
        return self.taking or bool(self.recording.words) or self.looking.under_way

    @property
    def shutter_caption(self) -> str:
        """What the shutter button says."""
        return _("Taking a picture…") if self.taking else _("Take a picture")

    @property
    def light(self) -> LightWords | None:
        """What the light's evidence says about the picture shown."""
        return light_words(self.picture.light) if self.picture else None

    @property
    def mark(self) -> str:
        """What says that the picture shown is a clip; empty for a photograph."""
        return clip_mark(self.picture)

    @property
    def age(self) -> str:
        """When the picture shown was taken; empty without one."""
        if self.picture is None:
            return ""
        return _(
            "Taken {ago} · {size}",
            ago=age(self._now_s() - self.picture.time_s),
            size=byte_count(self.picture.bytes),
        )

    async def connect(self) -> None:
        """Find the glasses. Where the connection's own reason says why it failed, nothing is said twice."""
        if not self.can_connect:
            return
        self.problem = None
        try:
            await self._companion.connect()
        except LinkError as error:
            if self._companion.connection.reason is not error.reason:
                self._fail(problem(error))
        except AppError as error:
            self._fail(problem(error))
        self.changed()

    async def take(self) -> None:
        """Take one picture; afterwards it is shown, or `problem` says why there is none."""
        if not self.can_take:
            return
        self.taking, self.problem = True, None
        self.changed()
        try:
            self._arrived(await self._companion.capture())
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.taking = False
            self.changed()

    def show(self, picture: Picture) -> None:
        """Show this picture: a question that was spoken is about it."""
        self.picture = picture
        self.changed()

    def _connection_changed(self, _change: object) -> None:
        if not self.connected:
            self.standing.forget()
        self.changed()

    def _arrived(self, picture: Picture) -> None:
        if self.picture is None or picture.time_s >= self.picture.time_s:
            self.picture = picture
        self.problem = None
        self.changed()

    def _fail(self, what: Problem) -> None:
        self.problem = what
        self.changed()
