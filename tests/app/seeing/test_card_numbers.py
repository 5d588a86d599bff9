"""Card numbers and account numbers are known by their check digits, also where a reader erred."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from companion_app.seeing.checks.cards import groups, has_card, is_blurred_number, is_card, luhn
from companion_app.seeing.checks.iban import has_iban, remainder_holds

DIGITS = st.text("0123456789", min_size=12, max_size=18)


def with_check_digit(number: str) -> str:
    return next(number + last for last in "0123456789" if luhn(number + last))


@given(DIGITS, st.data())
def test_luhn_sees_every_wrong_digit(number: str, data: st.DataObject) -> None:
    right = with_check_digit(number)
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[place]]))
    assert luhn(right)
    assert not luhn(right[:place] + wrong + right[place + 1 :])


@given(st.text("0123456789", min_size=12, max_size=18).filter(lambda number: number[0] in "3456"), st.data())
def test_a_number_is_found_however_it_is_grouped(number: str, data: st.DataObject) -> None:
    assume(len(set(number)) > 1)
    right = with_check_digit(number)
    cuts = data.draw(st.sets(st.integers(1, len(right) - 1), max_size=5))
    ends = [*sorted(cuts), len(right)]
    parts = [right[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert is_card(parts)
    assert has_card("-".join(parts)) or any(len(part) == 1 for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111", "5500005555555559", "3782 822463 10005", "6011-0009-9013-9424", "30569309025904",
        "No. 4111 1111 1111 1111 exp 12/29", "4lll llll 1111 1111", "41I1 1111 1111 1lll", "6O11 OOO9 9O13 9424",
        "4111 1111 1111 1112", "4111 1111 1111 111", "14111 1111 1111 1111", "2223003122003222", "6304000000000000",
    ],
)  # fmt: skip
def test_cards(text: str) -> None:
    assert has_card(text)


@pytest.mark.parametrize(
    "text",
    ["", "Platform 7", "14:32 16:05 17:30", "0031 20 123 4567", "1 2 3 4 5 6 7 8", "4006381333931 pieces", "€ 1.234,50",
     "0000 0000 0000", "1111111111111111", "2026-11-22 18:00", "hello 4111 world 1111 and 1111 more 1111"],
)  # fmt: skip
def test_no_cards(text: str) -> None:
    assert not has_card(text)


def test_words_part_groups_and_lookalikes_are_undone_only_among_digits() -> None:
    assert groups("4111 SOIL 1111 Bus") == ["4111", "", "1111", ""]
    assert groups("4l1I O0O0 llll OO") == ["4111", "0000", "1111", "00"]
    assert is_blurred_number("550 0555559")
    assert not is_blurred_number("Call 0555559 now for help")
    assert not is_blurred_number("14:32")


@pytest.mark.parametrize(
    "text",
    ["NL91 ABNA 0417 1643 00", "DE89370400440532013000", "IBAN: GB29 NWBK 6016 1331 9268 19", "BE68 5390 0754 7034",
     "FR14 2004 1010 0505 0001 3M02 606", "NO93 8601 1117 947", "NL9l ABNA O417 l643 OO",
     "DE88 3704 0044 0532 0130 00"],
)  # fmt: skip
def test_accounts(text: str) -> None:
    assert has_iban(text)


@pytest.mark.parametrize(
    "text", ["", "Platform 7", "NL91", "HELLO WORLD THIS IS NOT AN ACCOUNT", "ZZ89370400440532013000"]
)
def test_no_accounts(text: str) -> None:
    assert not has_iban(text)


@given(st.sampled_from("0123456789"), st.integers(2, 21))
def test_the_remainder_sees_every_wrong_digit(digit: str, place: int) -> None:
    right = "DE89370400440532013000"
    wrong = right[:place] + digit + right[place + 1 :]
    assert remainder_holds(wrong) == (wrong == right)
