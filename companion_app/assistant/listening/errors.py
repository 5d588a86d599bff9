"""Why what was said after the keyword became no question."""

from __future__ import annotations

from companion_app.errors import AppError


class ListeningError(AppError):
    """Root of this package's errors. Whatever is raised, the sound is forgotten by then."""


class BadSound(ListeningError):
    """A piece of sound that breaks its format; `reason`: length, index or reserved."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoRecogniser(ListeningError):
    """No recogniser on this device: `package` is missing or does not load here."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


class RecogniserFailed(ListeningError):
    """The recogniser gave up on this sound; `reason` is its own word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NothingUnderstood(ListeningError):
    """There was sound, and no words in it."""


class QuestionCutOff(ListeningError):
    """It ended before it was whole; `reason` as the glasses say it, or `link_lost`, `unfinished`, `too_long`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureMissing(ListeningError):
    """The question was understood, and the picture it is about did not come; `question` holds the words."""

    def __init__(self, item: int, question: str) -> None:
        super().__init__(item, question)
        self.item = item
        self.question = question
