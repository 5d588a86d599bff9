"""Turns what the app raises into one line for the terminal and an exit code."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from companion_app.errors import AppError
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.redaction.errors import (
    PictureOutOfBounds,
    PictureUnreadable,
    RedactionError,
    RedactionUnavailable,
)
from companion_app.sharing.errors import (
    ConsentError,
    DeliveryError,
    NotAPhotograph,
    PictureMissing,
    PictureTooBig,
    ReceiptUnknown,
)
from companion_app.ui.view_models.words.errors import problem
from host_tools.exits import Exit, HostError


class AppFailed(HostError):
    """The app's own words for what happened and what to do next; `error` is what it raised."""

    def __init__(self, error: AppError) -> None:
        words = problem(error)
        super().__init__(f"{words.what} {words.next_step}".strip())
        self.error = error
        self.exit_code = _exit_of(error)


@contextmanager
def in_words() -> Generator[None]:
    """What the app raises in the block becomes AppFailed."""
    try:
        yield
    except AppError as error:
        raise AppFailed(error) from error


def _exit_of(error: AppError) -> Exit:
    if isinstance(error, GlassesRefused):
        return Exit.REFUSED
    if isinstance(error, RedactionUnavailable):
        return Exit.HOST
    if isinstance(error, PictureUnreadable | PictureOutOfBounds | NotAPhotograph | PictureMissing | PictureTooBig):
        return Exit.PHOTO
    if isinstance(error, ReceiptUnknown):
        return Exit.FAILED
    if isinstance(error, ConsentError | RedactionError):
        return Exit.NOT_SHARED
    if isinstance(error, DeliveryError):
        return Exit.ENDPOINT
    return Exit.LINK if isinstance(error, LinkError) else Exit.FAILED
