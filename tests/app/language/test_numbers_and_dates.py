"""Numbers, sizes and dates: as CLDR has them for each language that the app speaks."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from companion_app import language
from companion_app.language import byte_count, byte_words, clock_words, date_words, moment_words, number, weekday_words

# CLDR's Arabic with the digits 0-9; its months are those of Egypt, which most readers know.
CLDR = {"en": "en", "de": "de", "ar": "ar_AE"}
MOMENT_S = 1_795_381_509  # 2026-11-22 21:05:09 in UTC


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("code", list(CLDR))
@pytest.mark.parametrize("value", [0, 999, 1_000, 1_234_567])
def test_whole_numbers_are_grouped_as_in_cldr(code: str, value: int) -> None:
    language.use(code)
    assert number(value) == format_decimal(value, locale=CLDR[code])


@pytest.mark.parametrize("code", list(CLDR))
def test_decimals_are_signed_as_in_cldr(code: str) -> None:
    language.use(code)
    assert number(1234.5, 1) == format_decimal(1234.5, format="#,##0.0", locale=CLDR[code])


@pytest.mark.parametrize("code", list(CLDR))
@pytest.mark.parametrize("month", range(1, 13))
def test_dates_read_as_in_cldr(code: str, month: int) -> None:
    language.use(code)
    day = datetime.date(2026, month, 22)
    month_name = Locale.parse(CLDR[code]).months["format"]["wide"][month]
    assert month_name in date_words(day)
    if code != "en":  # ours is the British order: 22 November 2026
        assert date_words(day) == format_date(day, "long", locale=CLDR[code])


@pytest.mark.parametrize("code", list(CLDR))
def test_weekdays_are_named_as_in_cldr(code: str) -> None:
    language.use(code)
    monday = datetime.date(2026, 11, 23)
    for later in range(7):
        day = monday + datetime.timedelta(days=later)
        assert weekday_words(day).startswith(Locale.parse(CLDR[code]).days["format"]["wide"][later])


def test_a_moment_is_the_day_and_the_clock(utc: None) -> None:
    assert moment_words(MOMENT_S) == "22 November 2026, 21:05"
    assert clock_words(MOMENT_S + 3 * 3600) == "00:05"
    language.use("de")
    assert moment_words(MOMENT_S) == "22. November 2026, 21:05"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (9_960, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (12_345_678, "12 MB"),
        (3_400_000_000, "3.4 GB"),
        (5_000_000_000_000, "5.0 TB"),
        (7_000_000_000_000_000, "7,000 TB"),
    ],
)
def test_sizes_are_said_in_steps_of_a_thousand(count: int, said: str) -> None:
    assert byte_words(count) == said


def test_exact_bytes_are_countable_in_every_language() -> None:
    assert byte_count(1_234) == "1,234 bytes"
    language.use("de")
    assert byte_count(1_234) == "1.234 Byte"
    assert byte_words(1_234_567) == "1,2 MB"


@given(st.integers(0, 10**18))
def test_a_size_is_never_longer_than_its_unit_and_six_signs(count: int) -> None:
    assert len(byte_words(count)) <= 12
