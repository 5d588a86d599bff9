"""Words seen in pictures: found as a person would look for them, kept sealed, gone with their picture."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.errors import AppError
from companion_app.gallery import Gallery, Picture
from companion_app.gallery.words import WORDS, Reading, Words
from companion_app.gallery.words.index import WordIndex, words_in
from companion_app.gallery.words.reading import Step
from companion_app.seeing.errors import AnswersNotInstalled, DetectorFailed, NotAPicture
from tests.app.libraries import break_a_row, database_in, gallery_in, opened_in
from tests.app.opened import GLASSES, seal_hash, unsealed

Until = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        ("Gleis 7 nach Köln", "koln"),
        ("Gleis 7 nach Köln", "KÖLN gleis"),
        ("Straße", "strasse"),
        ("PLATFORM", "plat"),
        ("مَرْحَبًا بكم", "مرحبا"),
        ("مـــرحبا", "مرحبا"),
        ("غرفة ٤٢", "42"),
        ("出口", "口"),
        ("北出口へ", "出口"),
        ("e-mail: a_b@example.org", "example"),
        ("ﬁre exit", "fire"),
    ],
)
def test_words_are_found_as_people_write_them(shown: str, asked: str) -> None:
    index = WordIndex()
    index.put("it", [shown])
    index.put("other", ["nothing of the kind"])
    assert index.find(asked) == {"it"}


def test_all_words_must_be_seen_and_none_is_nothing() -> None:
    index = WordIndex()
    index.put("one", ["north pier", "open"])
    index.put("two", ["south pier"])
    assert index.find("pier") == {"one", "two"}
    assert index.find("pier open") == {"one"}
    assert index.find("pier closed") == index.find("ier") == index.find("?!") == index.find("") == set()


def test_what_is_dropped_or_replaced_is_not_found() -> None:
    index = WordIndex()
    index.put("one", ["north pier"])
    index.put("two", ["pier"])
    index.put("one", ["south"])
    assert index.find("north") == set()
    assert index.find("pier") == {"two"}
    index.drop("one")
    index.drop("one")
    assert index.find("south") == set()
    assert len(index) == 1


_text = st.text("ab ", max_size=12) | st.text(max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(_text, max_size=3)), _text)
def test_the_index_says_what_a_plain_search_says(shown: dict[str, list[str]], asked: str) -> None:
    index = WordIndex()
    for picture, lines in [*shown.items(), *shown.items()]:
        index.put(picture, lines)
    seen = {picture: [word for line in lines for word in words_in(line)] for picture, lines in shown.items()}
    beginnings = words_in(asked)
    plainly = {
        picture
        for picture, words in seen.items()
        if beginnings and all(any(word.startswith(each) for word in words) for each in beginnings)
    }
    assert index.find(asked) == plainly


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_plain_words(text: str) -> None:
    for word in words_in(text):
        assert 1 <= len(word) <= 40
        assert not any(unicodedata.combining(character) for character in word)


# Kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "app"


def add(gallery: Gallery, number: int) -> Picture:
    return gallery.add(unsealed(number), glasses=GLASSES, sealed_sha256=seal_hash(number))


def test_words_survive_a_restart_and_go_with_their_picture(folder: Path) -> None:
    gallery, words = gallery_in(folder), Words(database_in(folder))
    one, two = add(gallery, 1), add(gallery, 2)
    words.keep(one.id, ["PLATFORM 7"])
    words.keep(two.id, [])
    again = Words(database_in(folder))
    assert (again.of(one.id), again.of(two.id), again.of("ab" * 8)) == (("PLATFORM 7",), (), None)
    assert again.find("platform") == {one.id}
    gallery_in(folder).delete(one)
    assert b"PLATFORM" not in opened_in(folder)
    assert Words(database_in(folder)).find("platform") == set()
    again.forget_all()
    assert Words(database_in(folder)).of(two.id) is None


def test_what_was_read_lies_sealed(folder: Path) -> None:
    gallery, words = gallery_in(folder), Words(database_in(folder))
    words.keep(add(gallery, 1).id, ["PLATFORM SEVEN"])
    for path in folder.rglob("*"):
        assert not path.is_file() or b"PLATFORM" not in path.read_bytes()


def test_words_whose_row_does_not_open_are_read_again(folder: Path) -> None:
    gallery, words = gallery_in(folder), Words(database_in(folder))
    one = add(gallery, 1)
    words.keep(one.id, ["PLATFORM"])
    break_a_row(folder, WORDS)
    again = Words(database_in(folder))
    assert again.of(one.id) is None
    again.keep(one.id, ["PLATFORM"])
    assert Words(database_in(folder)).find("platform") == {one.id}


# Reading


class Reader:
    """Reads what a test says; `wait` holds it."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.fails: dict[int, Exception] = {}

    def __call__(self, jpeg: bytes) -> tuple[str, ...]:
        self.read.append(jpeg)
        error = self.fails.get(len(self.read))
        if error is not None:
            raise error
        return (f"LINE {len(self.read)}",)


class Desk:
    """A gallery with somebody who reads."""

    def __init__(self, folder: Path) -> None:
        self.database = database_in(folder)
        self.gallery = gallery_in(folder, self.database)
        self.words = Words(self.database)
        self.reader = Reader()
        self.is_idle = True
        self.problems: list[AppError] = []
        self.reading = Reading(
            self.gallery, self.words, self.reader, idle=lambda: self.is_idle, on_problem=self.problems.append
        )

    def at(self, step: Step) -> bool:
        return self.reading.state.step is step


@pytest.fixture
async def desk(folder: Path) -> AsyncIterator[Desk]:
    desk = Desk(folder)
    yield desk
    await desk.reading.close()


async def test_each_picture_is_read_once_the_newest_first(desk: Desk, until: Until, folder: Path) -> None:
    pictures = [add(desk.gallery, number) for number in (1, 2)]
    assert desk.at(Step.OFF)
    desk.reading.begin()
    desk.reading.begin()
    await until(lambda: desk.at(Step.DONE))
    assert [desk.words.of(picture.id) for picture in pictures] == [("LINE 2",), ("LINE 1",)]
    third = add(desk.gallery, 3)
    await until(lambda: desk.words.of(third.id) is not None)
    assert len(desk.reader.read) == 3
    assert (desk.reading.state.read, desk.reading.state.all) == (3, 3)
    later = Desk(folder)
    later.reading.begin()
    await until(lambda: later.at(Step.DONE))
    assert later.reader.read == []
    await later.reading.close()


async def test_nothing_is_read_while_something_else_is_going_on(desk: Desk, until: Until) -> None:
    desk.is_idle = False
    add(desk.gallery, 1)
    desk.reading.begin()
    await until(lambda: desk.at(Step.WAITING))
    desk.reading.look_again()
    await asyncio.sleep(0)
    assert desk.reader.read == []
    desk.is_idle = True
    desk.reading.look_again()
    await until(lambda: desk.at(Step.DONE))
    assert len(desk.reader.read) == 1


async def test_what_is_no_picture_is_not_tried_for_ever(desk: Desk, until: Until) -> None:
    one = add(desk.gallery, 1)
    desk.reader.fails[1] = NotAPicture("truncated or damaged")
    desk.reading.begin()
    await until(lambda: desk.at(Step.DONE))
    assert desk.words.of(one.id) == ()
    assert desk.problems == []


async def test_a_detector_that_gives_up_passes_one_over_until_the_next_start(desk: Desk, until: Until) -> None:
    one, two = add(desk.gallery, 1), add(desk.gallery, 2)
    desk.reader.fails[1] = DetectorFailed("text", "boom")
    desk.reading.begin()
    await until(lambda: desk.at(Step.DONE))
    assert (desk.words.of(one.id), desk.words.of(two.id)) == (("LINE 2",), None)


async def test_without_a_reader_it_says_so_and_stops(desk: Desk, until: Until) -> None:
    add(desk.gallery, 1)
    add(desk.gallery, 2)
    desk.reader.fails[1] = AnswersNotInstalled("rapidocr")
    desk.reading.begin()
    await until(lambda: desk.at(Step.NOT_INSTALLED))
    assert len(desk.reader.read) == 1
    assert desk.reading.state.read == 0


async def test_a_picture_deleted_while_it_is_read_leaves_no_words(desk: Desk, until: Until, folder: Path) -> None:
    picture = add(desk.gallery, 1)
    loop = asyncio.get_running_loop()

    def deletes(jpeg: bytes) -> tuple[str, ...]:
        asyncio.run_coroutine_threadsafe(_delete(desk, picture), loop).result(10)
        return ("SECRET SIGN",)

    reading = Reading(desk.gallery, desk.words, deletes, idle=lambda: True, on_problem=desk.problems.append)
    reading.begin()
    await until(lambda: reading.state.step is Step.DONE)
    assert b"SECRET" not in opened_in(folder)
    assert desk.words.find("secret") == set()
    await reading.close()


async def _delete(desk: Desk, picture: Picture) -> None:
    desk.gallery.delete(picture)
