"""What can be found in a picture and masked."""

from __future__ import annotations

from enum import StrEnum

from companion_app.language import N_


class Kind(StrEnum):
    """What a region shows; DRAWN is what the owner masks by hand."""

    FACE = "face"
    TEXT = "text"
    CARD = "card"
    DOCUMENT = "document"
    PLATE = "plate"
    CONTACT = "contact"
    CODE = "code"
    SCREEN = "screen"
    DRAWN = "drawn"


# Kinds that are made of letters: a kept region of one of them is expected to be readable.
WRITTEN = frozenset({Kind.TEXT, Kind.CARD, Kind.DOCUMENT, Kind.PLATE, Kind.CONTACT})


class Reason(StrEnum):
    """Why something is not masked."""

    QUESTION = N_("the question needs it")
    RULE = N_("its kind is kept")
    OWNER = N_("the owner unmasked it")
    AGREED = N_("the person shown agreed")
