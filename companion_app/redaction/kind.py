"""What can be found in a picture and masked."""

from __future__ import annotations

from enum import StrEnum


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

    QUESTION = "the question needs it"
    RULE = "its kind is kept"
    OWNER = "the owner unmasked it"
    AGREED = "the person shown agreed"
