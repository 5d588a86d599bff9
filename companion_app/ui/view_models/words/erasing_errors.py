"""Words for what keeps everything from being deleted, by class name: until then nothing here was destroyed."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

ERASING_WORDS: Mapping[str, tuple[str, str]] = {
    "ErasingError": (
        N_("Deleting everything stopped. Nothing on this device was destroyed."),
        N_("Try again, or give it up."),
    ),
    "ReceiptInside": (
        N_("The receipt would lie in the app's own folder, which is deleted."),
        N_("Name another folder for it."),
    ),
    "NoPlaceForReceipt": (
        N_("The receipt could not be written there. Nothing was deleted."),
        N_("Name another folder, or make room."),
    ),
}
