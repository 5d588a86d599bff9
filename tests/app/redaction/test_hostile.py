"""Pictures made to hurt: a clear error, soon and within bounds, or a picture that is redacted like any other."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from companion_app.redaction import Area, Kind, Plan
from companion_app.redaction.decoding import MAX_BYTES, MAX_PIXELS, MAX_SIDE_PX, decode
from companion_app.redaction.errors import DetectionFailed, PictureOutOfBounds, PictureUnreadable
from tests.app.redaction.scripted import decoded, png, redactor, seen

HOPPER = (Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes()
MARK = Area(8, 8, 40, 24)


def saved(image: Image.Image, kind: str = "JPEG", **settings: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claims(width: int, height: int, depth: int = 8, pixels: bytes = b"") -> bytes:
    """A PNG that claims a size."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def colours() -> Image.Image:
    """Red above, blue below: any turn or wrong conversion shows."""
    image = Image.new("RGB", (96, 64), (200, 30, 30))
    image.paste((30, 30, 200), (0, 32, 96, 64))
    return image


def through(content: bytes) -> Image.Image:
    """What leaves of it with MARK masked."""
    does = redactor(seen(Kind.FACE, MARK.left, MARK.top, MARK.right, MARK.bottom))
    look = does.look(content)
    shown = decoded(does.redact(look, Plan.all_masked(look)).jpeg)
    assert max(shown.getpixel((20, 16))) < 30  # type: ignore[arg-type, type-var]
    return shown


@pytest.mark.parametrize(
    ("width", "height", "what"),
    [
        (30_000, 10, "side"),
        (10, 30_000, "side"),
        (MAX_SIDE_PX + 1, 8, "side"),
        (MAX_SIDE_PX, MAX_PIXELS // MAX_SIDE_PX + 1, "pixels"),
    ],
)
def test_a_claimed_size_is_refused_before_a_pixel_is_decoded(width: int, height: int, what: str) -> None:
    with pytest.raises(PictureOutOfBounds) as caught:
        decode(claims(width, height))
    assert caught.value.what == what
    assert caught.value.found > caught.value.limit


def test_real_pictures_beyond_the_bounds_are_refused_in_every_format() -> None:
    wide = Image.new("RGB", (30_000, 16))
    for kind in ("JPEG", "PNG"):
        with pytest.raises(PictureOutOfBounds):
            decode(saved(wide, kind))
    with pytest.raises(PictureOutOfBounds):
        decode(HOPPER.ljust(MAX_BYTES + 1))


@pytest.mark.parametrize("side", [60_000, 2**31 - 1])
def test_bombs_that_pillow_itself_refuses_are_refused(side: int) -> None:
    with pytest.raises((PictureOutOfBounds, PictureUnreadable)):
        decode(claims(side, side))


def test_a_bomb_of_notes_is_no_picture() -> None:
    bomb = zlib.compress(bytes(64 << 20), 9)
    notes = chunk(b"iTXt", b"a\0\1\0\0\0" + bomb) + chunk(b"zTXt", b"a\0\0" + bomb) + chunk(b"iCCP", b"a\0\0" + bomb)
    content = claims(8, 8, pixels=bytes(25 * 8))
    with pytest.raises(PictureUnreadable):
        decode(content[:33] + notes + content[33:])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xd8\xff",
        b"%PDF-1.7",
        b"<svg/>",
        saved(Image.new("RGB", (16, 16)), "GIF"),
        saved(Image.new("RGB", (16, 16)), "BMP"),
        saved(Image.new("RGB", (16, 16)), "TIFF"),
        saved(Image.new("RGB", (7, 90)), "PNG"),
        claims(64, 64, pixels=b"short"),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        decode(content)


@pytest.mark.parametrize("keep", [0.01, 0.3, 0.7, 0.97])
def test_a_truncated_picture_is_refused_not_half_redacted(keep: float) -> None:
    pictures = [HOPPER, *(saved(Image.open(io.BytesIO(HOPPER)), kind) for kind in ("PNG", "WEBP"))]
    for whole in (*pictures, saved(Image.open(io.BytesIO(HOPPER)), progressive=True)):
        with pytest.raises(PictureUnreadable):
            decode(whole[: int(len(whole) * keep)])


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_exif_turn_is_undone_before_anything_is_found(turn: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = colours().transpose(Image.Transpose(undo[turn])) if turn in undo else colours()
    exif = Image.Exif()
    exif[0x0112] = turn
    for kind in ("JPEG", "PNG", "WEBP"):
        shown = through(saved(stored, kind, exif=exif))
        assert shown.size == (96, 64)
        assert shown.getpixel((80, 8))[0] > 150  # type: ignore[index]
        assert shown.getpixel((80, 56))[2] > 150  # type: ignore[index]


@pytest.mark.parametrize("turn", [0, 9, 255, 65535])
def test_a_turn_that_does_not_exist_turns_nothing(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    assert through(saved(colours(), exif=exif)).size == (96, 64)


@pytest.mark.parametrize(
    "content",
    [
        saved(colours(), progressive=True),
        saved(colours(), subsampling=0),
        saved(colours(), subsampling=1),
        saved(colours().convert("CMYK")),
        saved(colours(), "WEBP", quality=70),
        saved(colours(), "WEBP", lossless=True),
        saved(colours().convert("P"), "PNG"),
        saved(colours(), "PNG", bits=8, transparency=(1, 2, 3)),
        saved(colours(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
        saved(colours()) + saved(Image.new("L", (640, 480))) + b"PK\x05\x06" + bytes(18),
    ],
    ids=["progressive", "444", "422", "CMYK", "WebP", "lossless", "palette", "key colour", "profile", "polyglot"],
)
def test_unusual_pictures_leave_as_a_viewer_shows_them(content: bytes) -> None:
    shown = through(content)
    red, blue = shown.getpixel((80, 8)), shown.getpixel((80, 56))
    assert red[0] > 150 > 90 > red[2]  # type: ignore[index]
    assert blue[2] > 150 > 90 > blue[0]  # type: ignore[index]


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_grey_pictures_keep_their_levels(mode: str) -> None:
    ramp = np.tile(np.linspace(0, 255, 96, dtype=np.uint8), (64, 1))
    grey = Image.fromarray(ramp.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(ramp).convert(mode)
    shown = np.asarray(through(saved(grey, "PNG")).convert("L")).astype(int)
    assert abs(shown[50, 8:] - ramp[50, 8:]).max() <= 6


def test_sixteen_bits_of_colour_are_read() -> None:
    rows = b"".join(b"\0" + struct.pack(">HHH", 51400, 7710, 7710) * 96 for _ in range(64))
    assert through(claims(96, 64, 16, rows)).getpixel((80, 50))[0] == pytest.approx(200, abs=3)  # type: ignore[index]


def damaged(content: bytes) -> Callable[[int, bytes], bytes]:
    def damage(place: int, junk: bytes) -> bytes:
        place %= len(content)
        return content[:place] + junk + content[place + len(junk) :]

    return damage


SMALL = Image.open(io.BytesIO(HOPPER)).resize((64, 72))
SIGNATURES = (b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ")
WHOLE = (saved(SMALL), saved(SMALL, progressive=True), saved(SMALL, "PNG"), saved(SMALL, "WEBP"), HOPPER[:3000])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(WHOLE), st.integers(0, 1 << 16), st.binary(min_size=1, max_size=8))
def test_damage_gives_a_picture_or_a_clear_error(content: bytes, place: int, junk: bytes) -> None:
    try:
        original = decode(damaged(content)(place, junk))
    except (PictureUnreadable, PictureOutOfBounds):
        return
    assert original.image.mode == "RGB"
    assert original.image.width * original.image.height <= MAX_PIXELS


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 "]),
    st.binary(max_size=300),
)
def test_junk_behind_a_signature_is_a_clear_error(signature: bytes, junk: bytes) -> None:
    with pytest.raises((PictureUnreadable, PictureOutOfBounds)):
        decode(signature + junk)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=120))
def test_damaged_exif_turns_nothing_or_something_and_never_fails(junk: bytes) -> None:
    body = b"Exif\0\0" + junk
    plain = WHOLE[0]
    content = plain[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]
    assert sorted(decode(content).image.size) == [64, 72]


def test_more_findings_than_anybody_could_look_at_are_refused_rather_than_cut_off() -> None:
    found = [seen(Kind.TEXT, x, y, x + 2, y + 2) for x in range(0, 300, 4) for y in range(0, 200, 4)]
    with pytest.raises(DetectionFailed):
        redactor(*found).look(png(Image.new("RGB", (320, 240), "white")))
