"""Letters are found without any network, and a picture of plain surfaces holds none."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from companion_app.seeing.geometry import Quad
from companion_app.seeing.picture import pixels
from companion_app.seeing.rereading import Rereader
from companion_app.seeing.strokes import StrokeFinder
from companion_app.seeing.text import TextFinder


def sign(degrees: float = 0, size_px: int = 30) -> Image.Image:
    picture = Image.new("RGB", (640, 480), (210, 205, 190))
    ImageDraw.Draw(picture).text((120, 220), "Mind the step", font=ImageFont.load_default(size_px), fill=(30, 30, 60))
    return picture.rotate(degrees, fillcolor=(210, 205, 190))


@pytest.mark.parametrize("size_px", [16, 30, 60])
@pytest.mark.parametrize("degrees", [0, 12, -25, 90])
def test_a_line_of_letters_is_found(degrees: float, size_px: int) -> None:
    found = StrokeFinder().find(pixels(sign(degrees, size_px)))
    assert 1 <= len(found) <= 8
    assert sum(place.length > 2 * size_px for place in found) >= 1


def test_plain_surfaces_frames_and_masks_are_no_letters() -> None:
    picture = Image.new("RGB", (640, 480), (90, 120, 140))
    draw = ImageDraw.Draw(picture)
    for box, colour in (((40, 40, 300, 200), "black"), ((350, 60, 600, 400), "white"), ((60, 300, 200, 330), "black")):
        draw.rectangle(box, fill=colour)
    assert StrokeFinder().find(pixels(picture)) == []


def test_what_the_text_finder_misses_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(self: TextFinder, shown: object) -> list[Quad]:
        return []

    monkeypatch.setattr(TextFinder, "find", blind)
    lines = Rereader().find(pixels(sign()))
    assert "step" in " ".join(line.text for line in lines)
