"""What happened to one picture, in words: from the glasses' journal and from this phone's ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.control.item_history import Happening, What
from companion_app.language import _, moment_words
from companion_app.ui.view_models.words.record.journal import journal_told
from companion_app.ui.view_models.words.record.telling import Told
from companion_app.ui.view_models.words.record.words import told
from companion_app.ui.view_models.words.sharing import asked_back_words, fate

_ICONS: Mapping[What, str] = {
    What.BEGUN: "video-outline",
    What.TAKEN: "camera-outline",
    What.CUT_OFF: "power-plug-off-outline",
    What.FETCHED: "download-outline",
    What.CONFIRMED: "check",
    What.ERASED: "delete-outline",
    What.IMPORTED: "image-outline",
    What.TOLD: "check",
    What.QUESTION: "microphone-outline",
    What.SHARED: "export-variant",
    What.ASKED_BACK: "undo-variant",
    What.EXPORTED: "content-copy",
    What.DELETED_THERE: "delete-outline",
}
# The kind of record that each stands in: of the glasses' journal, or of the ledger.
_JOURNAL = {
    What.BEGUN: "exposure",
    What.TAKEN: "exposure",
    What.CUT_OFF: "exposure",
    What.FETCHED: "import",
    What.CONFIRMED: "imported",
    What.ERASED: "delete",
    What.QUESTION: "question",
}
_LEDGER = {
    What.IMPORTED: "import",
    What.TOLD: "imported",
    What.QUESTION: "question",
    What.DELETED_THERE: "deleted_on_glasses",
    What.EXPORTED: "export",
}


@dataclass(frozen=True)
class HappeningWords:
    """One line of a picture's history; `source` says whose record it is; `receipt_id` leads to its receipt."""

    icon: str
    title: str
    detail: str
    source: str
    receipt_id: str = ""


def happening_words(happening: Happening) -> HappeningWords:
    """Words for one of them."""
    words = _told(happening)
    receipt = happening.share.receipt_id if happening.share is not None else ""
    return HappeningWords(_ICONS[happening.what], words.title, words.detail, _source(happening), receipt)


def _told(happening: Happening) -> Told:
    share = happening.share
    if share is not None:
        if happening.what is What.ASKED_BACK:
            return Told(
                _("You asked {recipient} to erase it", recipient=share.recipient), asked_back_words(share.asked_back)
            )
        return Told(_("You agreed to share it with {recipient}", recipient=share.recipient), fate(share) + ".")
    if happening.of_glasses:
        return journal_told(_JOURNAL.get(happening.what, happening.what.value), happening.data)
    return told(_LEDGER.get(happening.what, happening.what.value), happening.data)


def _source(happening: Happening) -> str:
    """When, and whose record says so."""
    try:
        when = moment_words(happening.time_s)
    except (OverflowError, OSError, ValueError):
        when = _("time unknown")
    if happening.of_glasses:
        return _("{when} · the glasses' journal, record {number}", when=when, number=happening.record)
    if happening.record < 0:
        return _("{when} · this phone's ledger", when=when)
    return _("{when} · this phone's ledger, record {number}", when=when, number=happening.record)
