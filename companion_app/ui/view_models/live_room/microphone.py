"""The microphone of the glasses: what the wearer allowed, what the glasses confirm, and the mute button."""

from __future__ import annotations

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.link.events import KeywordChanged
from companion_app.onboarding import VoicePolicy
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.live_room import keyword_words
from companion_app.ui.view_models.words.problem import Problem


class MicrophoneModel(Observable):
    """`state` is the glasses' own word (wire.KEYWORD_STATES), empty before they said one."""

    def __init__(self, companion: Companion) -> None:
        super().__init__()
        self._companion = companion
        self.state = ""
        self.spoken: tuple[str, ...] = ()
        self.busy = False
        self.problem: Problem | None = None
        companion.on_notice(self._heard)
        companion.onboarding.observe(lambda _: self.changed())

    @property
    def allowed(self) -> bool:
        """True where the wearer's answers let the glasses listen at all."""
        return self._companion.onboarding.voice is not VoicePolicy.OFF

    @property
    def muted(self) -> bool:
        """True where the glasses say that they do not listen, though they might."""
        return self.state in ("off", "muted")

    @property
    def words(self) -> str:
        """What the glasses do with their microphone, by their own word."""
        return keyword_words(self.state, self.spoken, allowed=self.allowed)

    @property
    def can_switch(self) -> bool:
        """True where muting or unmuting would do something: a switch on the glasses cannot be overruled from here."""
        return self.allowed and bool(self.state) and self.state != "muted" and not self.busy

    def learn(self, state: str | None, spoken: list[str] | None) -> None:
        """What the status of the glasses says."""
        self.state, self.spoken = state or "", tuple(spoken or ())
        self.changed()

    async def switch(self) -> None:
        """Mute, and clips lose their sound, too; or listen for the keyword again. In force once they confirm it."""
        if not self.can_switch:
            return
        self.busy, self.problem = True, None
        self.changed()
        try:
            if self.muted:
                await self._companion.change_settings(keyword=True)
            else:
                await self._companion.change_settings(keyword=False, clip_audio=False)
            status = await self._companion.status()
            self.state, self.spoken = status.keyword or "", tuple(status.words or ())
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.busy = False
            self.changed()

    def _heard(self, event: object) -> None:
        if isinstance(event, KeywordChanged):
            self.state = event.keyword
            self.changed()
