"""What kind of writing each line of a picture is, with its neighbours on the same card or page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from companion_app.seeing.checks.cards import groups, has_card, is_blurred_number, is_card, is_part
from companion_app.seeing.checks.contacts import has_contact
from companion_app.seeing.checks.iban import has_iban
from companion_app.seeing.checks.mrz import is_mrz
from companion_app.seeing.checks.neighbours import around, beside, in_order, near
from companion_app.seeing.checks.plates import is_plate
from companion_app.seeing.geometry import Line

_SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
# How far a card or page reaches around its number, in lengths of that: beyond each end, above, below. A card is
# 86 × 54 mm with a number of 60 mm about its middle; a passport's page is 125 × 88 mm over a zone of 112 mm.
_REACH = {"card": (0.4, 0.6, 0.5), "document": (0.1, 0.85, 0.15)}
_MAX_PIECES = 12
# Below this score digits were dropped or made up; a card's number is at least so many times longer than high.
_SURE, _LEAST_CARD_SHAPE = 0.95, 4.0


class Writing(StrEnum):
    """Kinds of writing that are somebody's own."""

    CARD = "card"
    DOCUMENT = "document"
    PLATE = "plate"
    CONTACT = "contact"


def classify(lines: Sequence[Line]) -> tuple[Writing | None, ...]:
    """One kind, or None, for each line; what stands on the same card or page has the kind of its number."""
    kinds = [_alone(line, lines) for line in lines]
    for index in _split_cards(lines):
        kinds[index] = Writing.CARD
    anchors = [(line, kind) for line, kind in zip(lines, kinds, strict=True) if kind and _names_a_page(line, kind)]
    for index, line in enumerate(lines):
        if kinds[index] not in (Writing.CARD, Writing.DOCUMENT):
            kinds[index] = _of_the_same_page(line, anchors) or kinds[index]
    return tuple(kinds)


def _alone(line: Line, lines: Sequence[Line]) -> Writing | None:
    """What the line itself says."""
    text = line.text
    shape = line.quad.length / max(line.quad.thickness, 1.0)
    if is_mrz(text) or _SOCIAL_SECURITY.search(text):
        return Writing.DOCUMENT
    if has_card(text) or has_iban(text):
        return Writing.CARD
    if has_contact(text):
        return Writing.CONTACT
    if line.score < _SURE and shape >= _LEAST_CARD_SHAPE and is_blurred_number(text):
        return Writing.CARD
    if is_plate(text, shape, alone=sum(near(line.quad, other.quad) for other in lines) <= 2):
        return Writing.PLATE
    return None


def _split_cards(lines: Sequence[Line]) -> set[int]:
    """Lines that only together make a card number: groups found one by one, or a number set in rows."""
    pieces = [index for index, line in enumerate(lines) if is_part(line.text)]
    found: set[int] = set()
    for first in pieces:
        cluster = [index for index in pieces if beside(lines[first].quad, lines[index].quad)][:_MAX_PIECES]
        ordered = in_order([lines[index].quad for index in cluster])
        parts = [group for place in ordered for group in groups(lines[cluster[place]].text)]
        if len(cluster) > 1 and is_card(parts):
            found.update(cluster)
    return found


def _names_a_page(line: Line, kind: Writing) -> bool:
    """True for a number that stands on a card or page of its own; an account's stands on any letter."""
    return kind is Writing.DOCUMENT or (kind is Writing.CARD and not has_iban(line.text))


def _of_the_same_page(line: Line, anchors: Sequence[tuple[Line, Writing]]) -> Writing | None:
    """The kind of a card number or zone that this line stands close to."""
    for other, kind in anchors:
        if around(other.quad, line.quad, *_REACH[kind.value]):
            return kind
    return None
