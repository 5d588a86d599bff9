"""What the words on the command line mean: which picture, and who is asked."""

from __future__ import annotations

from pathlib import Path

from companion_app.gallery.errors import PictureGone
from companion_app.sharing import EndpointCard, SharedPicture, Sharing
from companion_app.sharing.errors import BadAddress
from host_tools.exits import UsageError
from host_tools.worn.records import AppRecords


def chosen_picture(records: AppRecords, text: str) -> SharedPicture:
    """A file of the owner's, or a gallery picture by its id. Raises UsageError, PictureMissing, PictureTooBig."""
    path = Path(text)
    if path.is_file():
        return records.sharing.own_file(path)
    try:
        return records.gallery.get(text)
    except PictureGone:
        raise UsageError(f"{text}: no such file, and the gallery has no picture with this id") from None


def chosen_card(sharing: Sharing, text: str | None) -> EndpointCard:
    """An endpoint by its id, its recipient, or its URL, which need not be known; None: the owner's default.
    Raises UsageError."""
    if text is None:
        return sharing.endpoints.default()
    wanted = text
    known = sharing.cards()
    found = [card for card in known if wanted in (card.id, card.url)] or [c for c in known if wanted == c.recipient]
    if len(found) > 1:
        raise UsageError(f"--endpoint {wanted}: several are known ({', '.join(card.id for card in found)}); name one")
    if found:
        return found[0]
    try:
        return sharing.add_url(wanted)
    except BadAddress as error:
        names = ", ".join(card.id for card in known)
        raise UsageError(f"--endpoint {wanted}: neither one of {names}, nor a URL ({error.data['reason']})") from error
