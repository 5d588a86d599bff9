"""Zones of the formats of ICAO 9303, as printed there and as readers spoil them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.seeing.checks.mrz import check_digit, is_mrz, tidy

ZONES = {
    "TD1": ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    "TD2": ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    "TD3": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    "MRV-A": ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
    "MRV-B": ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
}
LINES = [line for zone in ZONES.values() for line in zone]


@pytest.mark.parametrize("line", LINES)
def test_each_line_of_each_format(line: str) -> None:
    assert is_mrz(line)
    assert is_mrz(" ".join(line))
    assert is_mrz(line.replace("<<", "«"))


def test_the_check_digit_is_the_standards() -> None:
    assert check_digit("AB2134<<<") == 5  # ICAO 9303-3, appendix A, example 2
    assert check_digit("740812") == 2
    assert check_digit("L898902C3") == 6


@pytest.mark.parametrize(
    "line",
    [
        "L898902C36UTO74O8122F12O4159ZE184226B00000",
        "L8989O2C36UTO7408l22FI204159ZE184226B",
        "D231458907UTO7408122F1204159KKKKKKK6",
    ],
)
def test_without_fillers_the_dates_check_with_o_for_0_by_position(line: str) -> None:
    assert is_mrz(line)


def test_a_date_whose_check_fails_is_no_zone() -> None:
    good = "L898902C36UTO7408122F1204159ZE184226B"
    assert is_mrz(good)
    assert not is_mrz(good.replace("7408122", "7408123"))
    assert not is_mrz(good.replace("1204159", "1204158"))


def test_the_first_line_of_a_card_without_fillers() -> None:
    assert is_mrz("I<UTOD231458907XXXXXXXXXXXXXXX")
    assert is_mrz("IDUTOD231458907XXXXXXXXXXXXXXX")
    assert not is_mrz("IDUTOD231458908XXXXXXXXXXXXXXX")


@pytest.mark.parametrize(
    "line",
    ["", "Platform 7", "IMPORTANT INFORMATION FOR ALL OF YOU", "a < b and c < d", "if (x<<1)", "4111 1111 1111 1111",
     "PLEASE KEEP THIS PASSAGE CLEAR 24H"],
)  # fmt: skip
def test_what_people_write_is_no_zone(line: str) -> None:
    assert not is_mrz(line)


@given(st.text(max_size=80))
def test_any_text_is_tidied_to_the_zones_letters(text: str) -> None:
    assert set(tidy(text)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
    is_mrz(text)
