"""Turns what the app raises into one line for the terminal and an exit code."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from companion_app.errors import AppError
from companion_app.gallery.errors import NotExported
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.ports.errors import KeystoreError
from companion_app.redaction.errors import (
    PictureOutOfBounds,
    PictureUnreadable,
    RedactionError,
    RedactionUnavailable,
)
from companion_app.sharing.errors import (
    ConsentError,
    ConsentMismatch,
    DeliveryError,
    NotAPhotograph,
    PictureMissing,
    PictureTooBig,
    ReceiptUnknown,
    Refused,
)
from companion_app.ui.view_models.words.errors import problem
from companion_app.vault.errors import VaultError
from host_tools.exits import Exit, HostError


class AppFailed(HostError):
    """The app's own words for what happened and what to do next; `error` is what it raised."""

    def __init__(self, error: AppError) -> None:
        words = problem(error)
        super().__init__(" ".join(filter(None, (words.what, words.next_step, _details(error)))))
        self.error = error
        self.exit_code = _exit_of(error)


@contextmanager
def in_words() -> Generator[None]:
    """What the app raises in the block becomes AppFailed."""
    try:
        yield
    except AppError as error:
        raise AppFailed(error) from error


def _details(error: AppError) -> str:
    """What somebody at a terminal needs to mend it: the name that did not fit, the other side's own words."""
    match error:
        case NotExported(fault=str(fault)):
            return f"({fault.replace('_', ' ')})"
        case ConsentMismatch(data={"field": str(field), "proposed": proposed, "agreed": agreed}):
            return f"({field.replace('_', ' ')}: {proposed or 'none'}, not {agreed or 'none'})"
        case Refused(data={"status": int(status), "message": str(message)}):
            return f"({status}: {' '.join(message.split())})" if message else f"({status})"
        case _:
            return ""


def _exit_of(error: AppError) -> Exit:
    if isinstance(error, GlassesRefused):
        return Exit.REFUSED
    if isinstance(error, VaultError | KeystoreError):
        return Exit.LOCKED
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
