"""Days and filters: what a person looks for in the gallery, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.gallery import Gallery, Picture
from companion_app.gallery.days import by_day, day_of
from companion_app.gallery.filters import Filter, Library
from tests.app.libraries import gallery_in
from tests.app.opened import clip, seal_hash, unsealed

NOON_S = int(datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp())
DAY_S = 86_400


def add(gallery: Gallery, number: int, glasses: str = "ab" * 8, *, proven: bool = True, **changed: object) -> Picture:
    one = replace(clip(number) if changed.pop("kind", "photo") == "clip" else unsealed(number), **changed)  # pyright: ignore[reportArgumentType]
    light = {"level": "optical", "verdict": "proven" if proven else "unproven"}
    return gallery.add(replace(one, light=light), glasses=glasses, sealed_sha256=seal_hash(number))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return gallery_in(tmp_path / "app")


def test_pictures_by_day_newest_first_and_those_without_a_time_last(gallery: Gallery) -> None:
    late = add(gallery, 1, time_s=NOON_S)
    early = add(gallery, 2, time_s=NOON_S - 3600)
    before = add(gallery, 3, time_s=NOON_S - DAY_S)
    unset = add(gallery, 4, time_s=7)
    absurd = add(gallery, 5, time_s=0x7FFFFFFFFFFF)
    days = by_day(gallery.pictures(), UTC)
    assert [day.date for day in days] == [date(2027, 1, 15), date(2027, 1, 14), None]
    assert [day.pictures for day in days] == [(late, early), (before,), (absurd, unset)]


def test_a_day_is_that_of_the_phones_own_clock() -> None:
    assert day_of(NOON_S, timezone(timedelta(hours=13))) == date(2027, 1, 16)
    assert day_of(NOON_S, timezone(timedelta(hours=-13))) == date(2027, 1, 14)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(2**60), 2**60))
def test_any_time_has_a_day_or_none(time_s: int) -> None:
    day = day_of(time_s)
    assert day is None or day.year >= 2019


class Asked:
    """What the other shelves answer."""

    def __init__(self) -> None:
        self.words: Collection[str] = ()
        self.placed: Collection[str] = ()
        self.shared: Collection[str] = ()
        self.texts: list[str] = []

    def find(self, text: str) -> Collection[str]:
        self.texts.append(text)
        return self.words


def test_all_that_is_given_must_hold(gallery: Gallery) -> None:
    asked = Asked()
    library = Library(gallery, asked.find, lambda _: asked.placed, lambda: asked.shared)
    photo = add(gallery, 1, time_s=NOON_S)
    film = add(gallery, 2, kind="clip", glasses="cd" * 8, time_s=NOON_S - DAY_S)
    doubtful = add(gallery, 3, proven=False, time_s=NOON_S - 2 * DAY_S)
    asked.words, asked.placed, asked.shared = {photo.id, film.id}, {doubtful.id}, [film.id, "gone"]

    assert library.find(Filter()) == [photo, film, doubtful]
    assert library.find(Filter(kind="clip")) == library.find(Filter(glasses="cd" * 8)) == [film]
    assert library.find(Filter(proven=False)) == [doubtful]
    assert library.find(Filter(proven=True)) == [photo, film]
    assert library.find(Filter(shared=True)) == [film]
    assert library.find(Filter(shared=False)) == [photo, doubtful]
    assert library.find(Filter(text=" sign ")) == [photo, film]
    assert library.find(Filter(text="sign", kind="photo")) == [photo]
    assert library.find(Filter(place="Home")) == [doubtful]
    assert library.find(Filter(place="Home", proven=True)) == []
    assert library.glasses() == ["ab" * 8, "cd" * 8]


def test_spaces_alone_are_no_search(gallery: Gallery) -> None:
    asked = Asked()
    one = add(gallery, 1)
    assert Library(gallery, asked.find, asked.find, lambda: ()).find(Filter(text="  ")) == [one]
    assert asked.texts == []


def test_between_two_days(gallery: Gallery) -> None:
    library = Library(gallery, lambda _: (), lambda _: (), lambda: ())
    pictures = [add(gallery, number, time_s=NOON_S - number * DAY_S) for number in range(4)]
    add(gallery, 9, time_s=1)
    days = [day_of(picture.time_s) for picture in pictures]
    assert library.find(Filter(first_day=days[2], last_day=days[1])) == pictures[1:3]
    assert library.find(Filter(first_day=days[1])) == pictures[:2]
    assert library.find(Filter(last_day=days[3])) == pictures[3:]
