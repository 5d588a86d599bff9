"""Pictures in front of the lens: any that a user has, and clear errors for what is none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from host_tools.simulator.world import scene as scene_module
from host_tools.simulator.world.scene import NotAPicture, PictureTooLarge, Scene, colour_bars, load_picture

RANDOM = np.random.default_rng(1)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_that_users_have(kind, tmp_path):
    data = encoded(Image.new("RGB", (300, 200), "red"), kind)
    path = tmp_path / "picture"
    path.write_bytes(data)
    for source in (data, path, str(path)):
        assert load_picture(source).size == (300, 200)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "RGBA"])
def test_every_colour_mode_becomes_rgb(mode):
    assert load_picture(Image.new(mode, (40, 30))).mode == "RGB"


def test_what_is_transparent_is_white_paper():
    picture = load_picture(encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "PNG"))
    assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_taken_sideways_is_shown_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = load_picture(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif))
    assert picture.size == (20, 40)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xd8\xff", b"GIF89a" + bytes(40), b"RIFF\x10\x00\x00\x00WEBPVP8 "]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(NotAPicture):
        load_picture(data)


def test_other_kinds_are_refused(tmp_path):
    with pytest.raises(NotAPicture):
        load_picture(encoded(Image.new("RGB", (4, 4)), "GIF"))
    with pytest.raises(NotAPicture):
        load_picture(tmp_path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind):
    noise = Image.fromarray(RANDOM.integers(0, 255, (80, 80, 3), np.uint8))
    data = encoded(noise, kind)
    with pytest.raises(NotAPicture):
        load_picture(data[: len(data) // 2])


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_damage_anywhere_gives_a_picture_or_a_clear_error(garbage):
    data = bytearray(encoded(Image.new("RGB", (16, 16), "blue"), "PNG"))
    data[20 : 20 + len(garbage)] = garbage
    try:
        load_picture(bytes(data))
    except (NotAPicture, PictureTooLarge):
        return


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_picture(tmp_path / "nothing.jpg")


def test_huge_pictures_are_refused_before_they_are_unpacked(monkeypatch, tmp_path):
    bomb = encoded(Image.new("1", (12_001, 10_000)), "PNG")
    with pytest.raises(PictureTooLarge) as raised:
        load_picture(bomb)
    assert (raised.value.count, raised.value.unit) == (120_010_000, "pixels")
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    for source in (path, bytes(64 * 1024 * 1024 + 1)):
        with pytest.raises(PictureTooLarge, match="bytes"):
            load_picture(source)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(PictureTooLarge):
        load_picture(encoded(Image.new("RGB", (100, 100)), "PNG"))


def test_large_pictures_are_reduced_to_what_the_sensor_can_see():
    assert load_picture(Image.new("RGB", (4800, 3600))).size == (3200, 2400)


@pytest.mark.parametrize("size", [(320, 240), (1024, 768), (240, 240)])
def test_a_frame_is_a_jpeg_of_the_sensors_size(size):
    jpeg = Scene(colour_bars()).frame(size, 80, 1.0, RANDOM)
    with Image.open(io.BytesIO(jpeg)) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", size, "RGB")


def test_the_middle_is_kept_and_the_rest_cropped():
    picture = Image.new("RGB", (400, 100), "blue")
    picture.paste("red", (150, 0, 250, 100))
    with Image.open(io.BytesIO(Scene(picture).frame((96, 96), 90, 1.0, RANDOM))) as image:
        red, _, blue = np.asarray(image, np.int16).reshape(-1, 3).mean(axis=0)
    assert red > 200 > 60 > blue


@pytest.mark.parametrize("quality", [95, 50])
def test_a_frame_fits_the_drivers_buffer_whatever_the_scene(quality):
    noise = Image.fromarray(RANDOM.integers(0, 255, (480, 640, 3), np.uint8))
    assert len(Scene(noise).frame((640, 480), quality, 1.0, RANDOM)) <= 640 * 480 // 5


def test_quality_counts():
    scene = Scene(colour_bars())
    assert len(scene.frame((320, 240), 90, 1.0, RANDOM)) > len(scene.frame((320, 240), 20, 1.0, RANDOM))


def test_a_photograph_survives_in_recognisable_form():
    picture = colour_bars()
    with Image.open(io.BytesIO(Scene(picture).frame((640, 480), 90, 1.0, RANDOM))) as image:
        difference = np.abs(np.asarray(image, np.int16) - np.asarray(picture, np.int16))
    assert difference.mean() < 4
    assert scene_module.load_picture(picture).size == (640, 480)
