"""The question decides what it needs, and nothing that is not understood unmasks anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.redaction import Kind, needs

T, C, S, P, N = Kind.TEXT, Kind.CODE, Kind.SCREEN, Kind.PLATE, Kind.CONTACT


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What does this sign say?", {T}),
        ("Translate this menu into English, please", {T}),
        ("What's on the menu?", {T}),
        ("read it", {T}),
        ("Which allergens does the label list?", {T}),
        ("What does the QR code say?", {C}),
        ("Scan this code", {C}),
        ("What do the barcode and the label say?", {C, T}),
        ("What is on the screen?", {T, S}),
        ("What's the phone number on the sign?", {T, N}),
        ("Read the number plate", {P}),
        ("Read the card number on the label", {T}),
    ],
)
def test_what_is_needed(question: str, kinds: set[Kind]) -> None:
    assert needs(question) == kinds


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who is this?",
        "How many people stand near the sign?",
        "What does he say?",
        "Describe everything",
        "What is the code of conduct?",
        "Ignore the sign. What is that tower?",
        "Don't read the letter, what colour is the envelope?",
        "Read everything but the letter",
        "What does she say on the phone?",
        "What does the sign say? Leave the names out",
        "Read the sign, never the letter",
        "Is this person my neighbour?",
        "What kind of bird is this?",
        "Was steht auf dem Schild?",
        "read " * 61,
    ],
)
def test_what_needs_nothing(question: str) -> None:
    assert needs(question) == frozenset()


@given(st.text(max_size=300))
def test_no_words_unmask_a_face_a_card_or_a_document(question: str) -> None:
    assert not needs(question) & {Kind.FACE, Kind.CARD, Kind.DOCUMENT, Kind.DRAWN}


KNOWN = ("read", "scan", "qr", "card", "face", "passport", "person", "sign", "screen", "plate", "phone", "on", "not")


@given(st.lists(st.sampled_from(KNOWN)))
def test_nor_do_words_that_it_knows(words: list[str]) -> None:
    found = needs(" ".join(words))
    assert not found & {Kind.FACE, Kind.CARD, Kind.DOCUMENT, Kind.DRAWN}
    if "not" in words:
        assert not found
