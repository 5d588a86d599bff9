"""An answer said aloud on this device, where the wearer wants it and something here can speak."""

from __future__ import annotations

from collections.abc import Callable

from companion_app.speech import Sentences, Speaker, Voice


class Aloud:
    """`voice()` is what can speak here, None where nothing can. Off until it is switched on."""

    def __init__(self, voice: Callable[[], Voice | None]) -> None:
        self._voice = voice
        self._speaker: Speaker | None = None
        self.wanted = False

    @property
    def can_speak(self) -> bool:
        """True where something on this device can say it."""
        return self._voice() is not None

    def switch(self) -> None:
        """On, or off: then it falls silent in mid-word."""
        self.wanted = not self.wanted and self.can_speak
        if not self.wanted:
            self.hush()

    def say(self, answer: str) -> None:
        """Say it, sentence by sentence, in place of what is being said. Needs a running event loop."""
        voice = self._voice() if self.wanted else None
        if voice is None:
            return
        self.hush()
        self._speaker = Speaker(voice)
        sentences = Sentences()
        for sentence in (*sentences.feed(answer), *sentences.end()):
            self._speaker.say(sentence)

    def hush(self) -> None:
        """Silent at once."""
        if self._speaker is not None:
            self._speaker.hush()
