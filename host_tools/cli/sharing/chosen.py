"""What the words on the command line mean: which picture, and who is asked."""

from __future__ import annotations

from pathlib import Path

from companion_app.gallery.errors import PictureGone
from companion_app.sharing import EndpointCard, SharedPicture, Sharing
from companion_app.sharing.errors import BadAddress
from host_tools.exits import UsageError
from host_tools.worn.records import AppRecords

_SHORTEST_ID = 8


def chosen_picture(records: AppRecords, text: str) -> SharedPicture:
    """A file of the owner's, or a gallery picture by its id. Raises UsageError, PictureMissing, PictureTooBig."""
    path = Path(text)
    if path.is_file():
        return records.sharing.own_file(path)
    if path.is_dir():
        raise UsageError(f"{text} is a folder: one picture is shared at a time")
    try:
        return records.gallery.get(text)
    except PictureGone:
        raise UsageError(f"{text}: no such file, and the gallery has no picture with this id") from None


def chosen_card(sharing: Sharing, text: str | None) -> EndpointCard:
    """An endpoint by its id, its recipient, or its URL, which need not be known; None: the owner's default.
    Raises UsageError."""
    if text is None:
        return sharing.endpoints.default()
    found = _known(sharing, text)
    if found is not None:
        return found
    try:
        return sharing.add_url(text)
    except BadAddress as error:
        names = ", ".join(card.id for card in sharing.cards())
        raise UsageError(f"--endpoint {text}: neither one of {names}, nor a URL ({error.data['reason']})") from error


def known_card(sharing: Sharing, text: str) -> EndpointCard:
    """An endpoint that was added, by its id, URL or recipient. Raises UsageError."""
    found = _known(sharing, text)
    if found is None:
        raise UsageError(f"{text}: not one of {', '.join(card.id for card in sharing.cards())}")
    return found


def _known(sharing: Sharing, text: str) -> EndpointCard | None:
    known = sharing.cards()
    found = [card for card in known if text in (card.id, card.url)] or [c for c in known if text == c.recipient]
    if len(found) > 1:
        raise UsageError(f"{text}: several are known ({', '.join(card.id for card in found)}); name one")
    return found[0] if found else None


def chosen_receipt(sharing: Sharing, text: str) -> str:
    """The one receipt that begins so; the whole text where none does, so that the app says that it is unknown.
    Raises UsageError."""
    found = [share.receipt_id for share in sharing.shares() if share.receipt_id.startswith(text)]
    if len(text) < _SHORTEST_ID or len(found) > 1:
        raise UsageError(f"{text}: too short to name one receipt; `plainsight ledger` lists them")
    return found[0] if found else text
