"""A first look finds all there is; a second, by other means, finds it again where nothing was masked, and nothing where
it was."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from companion_app.seeing import looks
from companion_app.seeing.believing import is_believable, is_large, is_legible
from companion_app.seeing.checks import Writing
from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.geometry import Box, Line, Quad
from companion_app.seeing.looks import FirstLook, SecondLook, Sights
from tests.app.seeing import views


@pytest.fixture(scope="module")
def scene() -> views.Pixels:
    """A face, a card, a sign and a code in one view."""
    picture = views.wall(800, 600)
    views.people(picture, [(20, 20)], 60)
    views.posted(views.note("4111 1111 1111 1111", "VALID THRU 12/29", px=18), (30, 400), picture)
    views.posted(views.note("PLATFORM", px=40), (400, 40), picture)
    picture.paste(views.qr("ticket"), (560, 380))
    return np.asarray(picture)


@pytest.fixture(scope="module")
def first(scene: views.Pixels) -> Sights:
    return FirstLook().look(scene)


def test_a_first_look_finds_each_thing_for_what_it_is(first: Sights) -> None:
    told = {line.text: writing for line, writing in zip(first.lines, first.writings, strict=True)}
    assert told == {"4111 1111 1111 1111": Writing.CARD, "VALID THRU 12/29": Writing.CARD, "PLATFORM": None}
    assert len(first.faces) == 1
    assert [code.text for code in first.codes] == ["ticket"]


def test_without_reading_places_are_the_same_and_nothing_is_read(scene: views.Pixels, first: Sights) -> None:
    blind = FirstLook().look(scene, reading=False)
    assert {line.text for line in blind.lines} == {""}
    assert set(blind.writings) == {None}
    assert [line.quad for line in blind.lines] == [line.quad for line in first.lines]
    assert blind.faces == first.faces
    assert set(first.codes) <= set(blind.codes), "letters like strokes are masked as bars where nobody reads them"


def test_a_second_look_sees_the_same_until_it_is_masked(scene: views.Pixels, first: Sights) -> None:
    again = SecondLook().look(scene)
    assert {line.text for line in again.lines} == {line.text for line in first.lines}
    assert len(again.faces) == 1
    assert again.codes
    masked = scene.copy()
    boxes = [*first.faces, *(line.quad.box for line in first.lines), *(code.quad.box for code in first.codes)]
    for box in boxes:
        masked[int(box.top) - 6 : int(box.bottom) + 6, int(box.left) - 6 : int(box.right) + 6] = 0
    assert SecondLook().look(masked) == Sights((), (), (), (), ())


@pytest.mark.parametrize("kind", [FirstLook, SecondLook])
def test_a_failure_beside_fails_the_look(kind: type[FirstLook | SecondLook], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, _pixels: object) -> None:
        raise DetectorFailed("codes", "OpenCV")

    for finder in ("CodeFinder", "SecondCodeFinder"):
        monkeypatch.setattr(getattr(looks, finder), "find", broken)
    with pytest.raises(DetectorFailed):
        kind().look(np.zeros((64, 64, 3), np.uint8))


def test_two_looks_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, waiting = 0, 0, threading.Event()

    def find(_self: object, _pixels: object) -> list[Box]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        waiting.wait(0.2)
        inside -= 1
        return []

    monkeypatch.setattr(looks.FaceFinder, "find", find)
    look = FirstLook()
    pixels = np.zeros((64, 64, 3), np.uint8)
    threads = [threading.Thread(target=look.look, args=(pixels,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


@pytest.mark.parametrize("reading", [True, False])
def test_what_looks_like_large_letters_and_cannot_be_read_is_left_out(
    reading: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = Quad.upright(Box(0, 0, 400, 200)), Quad.upright(Box(0, 220, 40, 232))
    monkeypatch.setattr(looks.TextFinder, "find", lambda _self, _pixels: [large, small])
    seen = FirstLook().look(np.asarray(views.wall(400, 300)), reading=reading)
    assert [line.quad.box.area for line in seen.lines] == [small.box.area]


def test_large_text_is_believed_when_it_is_read() -> None:
    def line(width: float, height: float, text: str, score: float) -> Line:
        return Line(text, score, Quad.upright(Box(0, 0, width, height)))

    whole_px = 100.0 * 100.0
    assert is_believable(line(50, 20, "", 0.0), whole_px)
    assert not is_believable(line(100, 20, "", 0.0), whole_px)
    assert not is_believable(line(100, 20, "O", 0.9), whole_px)
    assert is_believable(line(100, 20, "OPEN", 0.6), whole_px)
    assert not is_believable(line(100, 50, "bo", 0.8), whole_px)
    assert is_believable(line(100, 50, "OPEN", 0.9), whole_px)
    assert is_large(line(100, 15, "", 0).quad, whole_px)
    assert not is_large(line(100, 14, "", 0).quad, whole_px)
    assert is_legible(line(50, 10, "ab", 0.6), whole_px)
    assert not is_legible(line(50, 10, "ab", 0.59), whole_px)
    assert not is_legible(line(50, 10, "-a-", 0.9), whole_px)
    assert not is_legible(line(100, 11, "abc", 0.84), whole_px)
