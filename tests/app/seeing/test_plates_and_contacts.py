"""Plates by format and shape; addresses and numbers to reach somebody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.seeing.checks.contacts import has_contact
from companion_app.seeing.checks.plates import is_plate

STRONG = (
    "AB12 CDE", "AB12CDE", "AB-123-CD", "B-MW 1234", "M AB 1", "1234 BCD", "1-ABC-123", "7ABC123", "ABC1D23",
    "MH 12 AB 1234", "A123BC77", "AA 1234 BB", "12-AB-34", "34 ABC 123", "GH-123-K", "AB-12-CD", "京A·12345",
    "1A2 3456", "NL 12-AB-34", "AB 12 cDE", "(AB12 CDE)",
)  # fmt: skip
WEAK = ("ABC 1234", "ABC123", "ZH 123456", "WA 12345", "1234 AB", "A12 ABC")
NOT = ("", "Exit", "EXIT 24", "Platform 7", "ROOM 204", "A12", "Open 9-17", "GATE B12", "€12.50", "platform 12 cde",
       "THE QUICK BROWN FOX", "14:32")  # fmt: skip


@pytest.mark.parametrize("text", STRONG)
def test_formats_that_little_else_has(text: str) -> None:
    assert is_plate(text, 4.6, alone=False)


@pytest.mark.parametrize("text", WEAK)
def test_formats_that_others_share_only_where_they_stand_alone(text: str) -> None:
    assert is_plate(text, 4.6, alone=True)
    assert not is_plate(text, 4.6, alone=False)


@pytest.mark.parametrize("text", NOT)
def test_signs_are_no_plates(text: str) -> None:
    assert not is_plate(text, 4.6, alone=True)


@pytest.mark.parametrize(("shape", "plate"), [(1.0, False), (1.5, True), (4.6, True), (8.5, True), (12.0, False)])
def test_a_plate_has_a_plates_shape(shape: float, plate: bool) -> None:
    assert is_plate("AB12 CDE", shape, alone=True) is plate


CONTACTS = (
    "a.jansen@example.org", "mail: x_y@mail.example.co.uk today", "a.jansen @ example . org", "@plain_sight",
    "+31 6 1234 5678", "0031612345678", "Tel. 020 123 4567", "(555) 123-4567", "555-123-4567", "020-1234567",
    "0201234567", "Call 5551234", "☎ 123 45 67 8", "fax: 030/1234567", "06 12 34 56 78",
)  # fmt: skip
NO_CONTACTS = (
    "", "Open 9-17", "2026-11-22", "22.11.2026", "14:32 - 15:10", "€ 1.234,50", "5901234123457", "Exit 24", "3 @ €5",
    "1 2 3", "Route 66", "0800", "www.example.org", "12345 67890 boxes",
)  # fmt: skip


@pytest.mark.parametrize("text", CONTACTS)
def test_contacts(text: str) -> None:
    assert has_contact(text)


@pytest.mark.parametrize("text", NO_CONTACTS)
def test_no_contacts(text: str) -> None:
    assert not has_contact(text)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert has_contact(text) in (True, False)
    assert is_plate(text, 4.6, alone=True) in (True, False)
