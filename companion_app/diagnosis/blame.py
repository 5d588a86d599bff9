"""Which step an error belongs to, whatever was being tried when it came."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.diagnosis.finding import Step
from companion_app.errors import AppError
from companion_app.gallery.errors import CannotOpen, GalleryFull, NoSpaceLeft, NotTheOwner
from companion_app.ledger.errors import LedgerError
from companion_app.link.errors import (
    GlassesNotFound,
    GlassesRefused,
    LinkError,
    NoRadio,
    NotPaired,
    PinsUnreadable,
    RadioDenied,
    RadioFailed,
    RadioOff,
    TransferDamaged,
)

# The codes of the glasses (`plainsight.wire.ERRORS`) that stand in the way of a picture.
CODES: Mapping[str, Step] = {
    "not_paired": Step.SESSION,
    "no_owner": Step.OWNER,
    "battery_low": Step.POWER,
    "too_hot": Step.POWER,
    "asleep": Step.POWER,
    "unsteady": Step.POWER,
    "switched_off": Step.SWITCH,
    "storage_full": Step.ROOM,
    "storage_failed": Step.ROOM,
    "journal_failed": Step.ROOM,
    "card_absent": Step.ROOM,
    "card_foreign": Step.ROOM,
    "card_protected": Step.ROOM,
    "card_failed": Step.ROOM,
    "light_open": Step.LIGHT,
    "light_short": Step.LIGHT,
    "light_unseen": Step.LIGHT,
    "light_lost": Step.LIGHT,
    "light_stray": Step.LIGHT,
    "busy": Step.CAMERA,
    "camera_absent": Step.CAMERA,
    "camera_failed": Step.CAMERA,
    "camera_no_frame": Step.CAMERA,
    "camera_bad_frame": Step.CAMERA,
    "unknown_item": Step.TRANSFER,
    "bad_offset": Step.TRANSFER,
}

_CLASSES: tuple[tuple[type[AppError], Step], ...] = (
    (NoRadio, Step.RADIO),
    (RadioOff, Step.RADIO),
    (RadioFailed, Step.RADIO),
    (RadioDenied, Step.PERMISSION),
    (NotPaired, Step.PAIRED),
    (PinsUnreadable, Step.PAIRED),
    (GlassesNotFound, Step.RANGE),
    (NotTheOwner, Step.OWNER),
    (TransferDamaged, Step.TRANSFER),
    (LinkError, Step.SESSION),  # whatever was being tried when the session ended: that it ended is what is wrong
    (CannotOpen, Step.TRANSFER),
    (GalleryFull, Step.HERE),
    (NoSpaceLeft, Step.HERE),
    (LedgerError, Step.HERE),
)


def blamed(error: AppError, trying: Step) -> Step:
    """The step that `error` is about; `trying` where it tells nothing else."""
    if isinstance(error, GlassesRefused):
        return CODES.get(error.code, trying)
    return next((step for kind, step in _CLASSES if isinstance(error, kind)), trying)
