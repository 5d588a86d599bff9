"""Real networks and detectors on pictures whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from companion_app.seeing import text as finding_text
from companion_app.seeing.codes import CodeFinder
from companion_app.seeing.faces import FaceFinder
from companion_app.seeing.geometry import Box, Quad
from companion_app.seeing.reading import LineReader
from companion_app.seeing.screens import ScreenFinder
from companion_app.seeing.second_codes import SecondCodeFinder
from companion_app.seeing.second_faces import SecondFaceFinder
from companion_app.seeing.text import TextFinder
from tests.app.seeing import views


def array(picture: Image.Image) -> views.Pixels:
    return np.asarray(picture.convert("RGB"))


def at(boxes: list[Box], x: float, y: float) -> list[Box]:
    return [box for box in boxes if box.left < x < box.right and box.top < y < box.bottom]


@pytest.fixture(scope="module", params=[FaceFinder, SecondFaceFinder])
def finder(request: pytest.FixtureRequest) -> FaceFinder | SecondFaceFinder:
    return request.param()


def test_faces_of_16_px_are_found_in_a_large_picture(finder: FaceFinder | SecondFaceFinder) -> None:
    scene = views.wall(1300, 700)
    middles = views.people(scene, [(40, 40), (640, 330), (1220, 620)], 16)
    found = finder.find(array(scene))
    assert [len(at(found, *middle)) for middle in middles] == [1, 1, 1]
    assert all(8 < box.width < 40 for box in found)


def test_a_face_that_fills_a_large_picture_is_found(finder: FaceFinder | SecondFaceFinder) -> None:
    scene = views.wall(1300, 1000)
    ((x, y),) = views.people(scene, [(-350, -250)], 700)
    assert any(box.width > 500 for box in at(finder.find(array(scene)), x, y))


def test_faces_are_told_apart_and_a_wall_has_none(finder: FaceFinder | SecondFaceFinder) -> None:
    scene = views.wall()
    assert finder.find(array(scene)) == []
    middles = views.people(scene, [(20, 40), (330, 200)], 90)
    found = finder.find(array(scene))
    assert all(len(at(found, *middle)) == 1 for middle in middles)
    assert len([box for box in found if box.width > 60]) == 2


def test_a_score_below_the_least_is_no_face() -> None:
    scene = views.wall()
    views.people(scene, [(20, 40)], 90)
    assert FaceFinder(0.999).find(array(scene)) == SecondFaceFinder(0.999).find(array(scene)) == []


@pytest.mark.parametrize(("degrees", "px"), [(0, 11), (8, 20), (-40, 20), (90, 24), (180, 20), (-90, 24)])
def test_a_line_is_found_whole_and_read_however_it_is_turned(degrees: float, px: int) -> None:
    paper = views.note("5500 0055 5555 5559", px=px, degrees=degrees)
    pixels = array(views.posted(paper, (150, 60), views.wall()))
    lines = LineReader().read(pixels, TextFinder().find(pixels))
    (line,) = (line for line in lines if line.score > 0.5)
    assert line.text.replace(" ", "") == "5500005555555559"
    middle = 150 + paper[0].width / 2, 60 + paper[0].height / 2
    assert np.hypot(*(np.mean(line.quad.corners, axis=0) - middle)) < px
    assert line.quad.length > 19 * 0.6 * px


def test_a_line_across_tiles_is_read_whole_and_small_print_beside_it_too() -> None:
    scene = views.posted(views.note("5500 0055 5555 5559", px=90), (40, 20), views.wall(1300, 320))
    views.posted(views.note("Small print", px=12), (1100, 270), scene)
    pixels = array(scene)
    read = {line.text for line in LineReader().read(pixels, TextFinder().find(pixels)) if line.score > 0.5}
    assert read == {"5500 0055 5555 5559", "Small print"}


def test_the_order_of_quads_is_kept_and_none_makes_none() -> None:
    pixels = array(views.posted(views.note("one", "twenty-two", "3 x 3", px=30), (60, 60), views.wall()))
    quads = TextFinder().find(pixels)
    assert [line.text for line in LineReader().read(pixels, quads)] == ["one", "twenty-two", "3 x 3"]
    assert [line.text for line in LineReader().read(pixels, quads[::-1])] == ["3 x 3", "twenty-two", "one"]
    assert LineReader().read(pixels, []) == []


@pytest.mark.parametrize("bound", ["_MAX_LINES", "_MAX_MARKS"])
def test_what_is_too_much_to_tell_apart_ends_in_one_box(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_text, bound, 5)
    page = views.posted(views.note(*("word " * 4 for _ in range(7)), px=24), (40, 40), views.wall())
    lines = TextFinder().find(array(page))
    assert 1 < len(lines) <= 6
    covered = np.zeros((480, 640), bool)
    for quad in lines:
        box = quad.box
        covered[round(box.top) : round(box.bottom), round(box.left) : round(box.right)] = True
    letters = np.asarray(page.convert("L")) < 60
    assert letters.sum() > 5000
    assert not (letters & ~covered).any()


CODES = [
    ("EAN13", "590123412345", (240, 84)),
    ("Code128", "ABC-1234-XYZ", (240, 84)),
    ("PDF417", "DRIVER 1234", (240, 80)),
]


@pytest.mark.parametrize(("kind", "text", "size"), CODES)
@pytest.mark.parametrize("degrees", [0, 20, 45, 90])
def test_bars_are_found_whole_however_they_are_turned(
    kind: str, text: str, size: tuple[int, int], degrees: float
) -> None:
    code = views.printed_code(text, kind, size)
    turn = {"expand": True, "resample": Image.Resampling.BICUBIC}
    paper = code.rotate(degrees, **turn), Image.new("L", code.size, 255).rotate(degrees, **turn)
    pixels = array(views.posted(paper, (180, 100), views.wall()))
    found = CodeFinder().find(pixels)
    middle_x, middle_y = 180 + paper[0].width / 2, 100 + paper[0].height / 2
    areas = [code.quad.length * code.quad.thickness for code in found if at([code.quad.box], middle_x, middle_y)]
    assert max(areas) > 0.7 * size[0] * size[1]


def test_a_code_is_decoded_and_placed_by_the_first_and_seen_by_the_second() -> None:
    scene = views.wall()
    scene.paste(views.qr("https://example.org/menu?table=4"), (300, 200))
    pixels = array(scene)
    (code,) = CodeFinder().find(pixels)
    (place, *_) = SecondCodeFinder().find(pixels)
    assert (code.kind, code.text) == ("QR Code", "https://example.org/menu?table=4")
    for quad in (code.quad, place):
        assert 300 < quad.box.left < quad.box.right < 300 + 185
        assert 200 < quad.box.top < quad.box.bottom < 200 + 185
        assert quad.box.area > 110**2


def test_the_second_finder_sees_a_code_that_cannot_be_decoded() -> None:
    scene = views.wall()
    code = views.qr("https://example.org/menu?table=4", 6)
    middle = code.width // 2
    code.paste(255, (middle - 24, middle - 24, middle + 30, middle + 30))
    scene.paste(code, (300, 200))
    assert all(not found.text for found in CodeFinder().find(array(scene)))
    assert any(at([quad.box], 300 + middle, 200 + middle) for quad in SecondCodeFinder().find(array(scene)))


@pytest.mark.parametrize(
    ("kind", "text", "size"),
    [("Aztec", "ticket 1234", (120, 120)), ("DataMatrix", "ticket 12", (120, 120)), CODES[0]],
)
def test_the_second_finder_sees_other_codes(kind: str, text: str, size: tuple[int, int]) -> None:
    scene = views.wall()
    assert SecondCodeFinder().find(array(scene)) == []
    scene.paste(views.printed_code(text, kind, size), (200, 150))
    assert any(at([quad.box], 212 + size[0] / 2, 162 + size[1] / 2) for quad in SecondCodeFinder().find(array(scene)))


def test_blurred_bars_that_nobody_decodes_are_still_masked() -> None:
    scene = views.wall()
    scene.paste(views.printed_code("590123412345", "EAN13", (150, 60)), (200, 150))
    (code, *_) = CodeFinder().find(views.blurred(array(scene), 1.6))
    assert (code.kind, code.text) == ("bars", "")


@pytest.mark.parametrize("lit", [(240, 240, 245), (60, 70, 90)])
def test_a_screen_in_a_dark_frame_is_found_in_its_place(lit: tuple[int, int, int]) -> None:
    box = (150, 100, 450, 300)
    (quad, *_) = ScreenFinder().find(array(views.screen(views.wall(), box, lit)))
    assert Box(*box).overlap(quad.box) > 0.75
    assert ScreenFinder().find(array(views.wall())) == []


def test_paper_without_a_frame_is_no_screen() -> None:
    paper = views.note("Just a note", "on a wall", px=30)
    assert ScreenFinder().find(array(views.posted(paper, (100, 100), views.wall()))) == []


ALL = (FaceFinder, SecondFaceFinder, TextFinder, CodeFinder, SecondCodeFinder, ScreenFinder)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (500, 2), (33, 31)])
def test_slivers_are_looked_at(size: tuple[int, int]) -> None:
    pixels = np.full((*size, 3), 128, np.uint8)
    for kind in ALL:
        assert list(kind().find(pixels)) == []


def test_noise_gives_bounded_findings() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (480, 640, 3), np.uint8)
    for kind in ALL:
        assert len(kind().find(pixels)) <= 5
    quad = Quad(((0, 0), (640, 0), (640, 480), (0, 480)))
    assert LineReader().read(pixels, [quad])[0].score < 0.6


def test_a_dark_corner_of_a_portrait_is_no_screen() -> None:
    portrait = Image.open(views.HOPPER).convert("RGB").resize((640, 480))
    assert ScreenFinder().find(array(portrait)) == []
