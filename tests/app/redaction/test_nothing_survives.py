"""As an attacker: of two pictures that differ only in what is masked or cropped away, the same bytes leave."""

from __future__ import annotations

import io
import random
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from companion_app.redaction import Area, Kind, Plan, Redactor, Seen
from companion_app.redaction.errors import CropTooSmall
from companion_app.redaction.making import FILL
from tests.app.redaction.scripted import Script, decoded, png, redactor, seen

SIZE = (120, 90)
SECRET = b"SECRET-0123456789-SECRET"


def noise(seed: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """Every pixel at random: whatever leaks from under a mask changes something."""
    generator = np.random.default_rng(seed)
    return Image.fromarray(generator.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def encoded(image: Image.Image, turn: int = 1, **settings: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turn
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, **settings)
    return out.getvalue()


def raw_area(upright: Area, turn: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where an area of the upright picture lies in the stored one of `size`."""
    mark = Image.new("L", size if turn < 5 else size[::-1], 0)
    mark.paste(255, (upright.left, upright.top, upright.right, upright.bottom))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's numbers of the transpositions that undo each turn
    box = (mark.transpose(Image.Transpose(undo[turn])) if turn in undo else mark).getbbox()
    assert box is not None
    return box


@st.composite
def places(draw: st.DrawFn) -> Area:
    left, top = draw(st.integers(0, 60)), draw(st.integers(0, 60))
    return Area(left, top, draw(st.integers(left + 1, 88)), draw(st.integers(top + 1, 88)))


SAVED = st.fixed_dictionaries(
    {
        "quality": st.sampled_from([5, 50, 95]),
        "subsampling": st.sampled_from([0, 1, 2]),
        "progressive": st.booleans(),
    }
)


@settings(max_examples=40, deadline=None)
@given(places(), SAVED, st.integers(1, 8))
def test_what_lies_under_a_mask_changes_no_byte(masked: Area, saved: dict[str, object], turn: int) -> None:
    one, other = noise(1), noise(1)
    box = raw_area(masked, turn, SIZE)
    other.paste(noise(2).crop(box), box[:2])
    leaving: list[bytes] = []
    for picture in (one, other):
        does = Redactor(Script([Seen(Kind.FACE, masked, 1.0)]))
        look = does.look(encoded(picture, turn, **saved))
        leaving.append(does.redact(look, Plan.all_masked(look)).jpeg)
    assert leaving[0] == leaving[1]


@settings(max_examples=30, deadline=None)
@given(places(), SAVED, st.integers(1, 8))
def test_what_lies_outside_a_crop_changes_no_byte(crop: Area, saved: dict[str, object], turn: int) -> None:
    # Colour is smoothed over one pixel beyond a block: only a crop that keeps a whole block can be made.
    crop = Area(crop.left, crop.top, crop.left + 50, crop.top + 50).common(Area(0, 0, 90, 90)) or crop
    box = raw_area(crop, turn, SIZE)
    one, other = noise(1), noise(2)
    other.paste(one.crop(box), box[:2])
    leaving: list[bytes] = []
    for picture in (one, other):
        does = redactor()
        look = does.look(encoded(picture, turn, **saved))
        try:
            leaving.append(does.redact(look, Plan.all_masked(look).crop_to(crop)).jpeg)
        except CropTooSmall:
            return
    assert leaving[0] == leaving[1]


def with_everything(image: Image.Image) -> bytes:
    """A JPEG with a comment, EXIF with a thumbnail and a place, XMP, a colour profile, and a trailer."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[0x001D] = SECRET.decode()
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET * 9, xmp=SECRET, dpi=(299, 298))
    return out.getvalue() + b"PK\x03\x04" + SECRET * 20


def with_text(image: Image.Image) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("note", SECRET.decode())
    notes.add_text("packed", SECRET.decode() * 50, zip=True)
    notes.add(b"zzZz", SECRET)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=notes)
    return out.getvalue() + SECRET


@pytest.mark.parametrize("make", [with_everything, with_text])
def test_nothing_but_pixels_reaches_the_file(make: object) -> None:
    does = redactor()
    plain = does.look(png(noise(3)))
    bare = does.make(plain, Plan.all_masked(plain)).jpeg
    look = does.look(make(noise(3)))  # type: ignore[operator]
    leaving = does.redact(look, Plan.all_masked(look)).jpeg
    assert SECRET not in leaving
    if make is with_text:
        assert leaving == bare
    markers = segments(leaving)
    assert markers == segments(bare)
    assert [name for name, _ in markers] == [0xE0, 0xDB, 0xDB, 0xC0, 0xC4, 0xC4, 0xC4, 0xC4, 0xDA]
    assert markers[0] == (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    assert leaving.endswith(b"\xff\xd9")
    assert leaving.count(b"\xff\xd9") == 1


def segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """Marker and content of each segment up to the first scan."""
    found, at = [], 2
    while jpeg[at] == 0xFF:
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found.append((jpeg[at + 1], jpeg[at + 4 : at + 2 + length] if jpeg[at + 1] == 0xE0 else b""))
        if jpeg[at + 1] == 0xDA:
            break
        at += 2 + length
    return found


def test_what_transparency_hides_does_not_leave() -> None:
    hidden = noise(4).convert("RGBA")
    hidden.putalpha(0)
    does = redactor()
    for picture in (hidden, hidden.convert("LA")):
        look = does.look(png(picture))
        assert decoded(does.redact(look, Plan.all_masked(look)).jpeg).getextrema() == ((255, 255),) * 3


def test_later_frames_do_not_leave() -> None:
    first, second = Image.new("RGB", SIZE, "white"), noise(5)
    does = redactor()
    for kind, more in (("PNG", {}), ("WEBP", {"lossless": True})):
        out = io.BytesIO()
        first.save(out, kind, save_all=True, append_images=[second, second], **more)
        look = does.look(out.getvalue())
        shown = decoded(does.redact(look, Plan.all_masked(look)).jpeg)
        assert min(low for low, _ in shown.getextrema()) > 250  # type: ignore[misc]


def test_the_second_picture_of_a_stereo_file_does_not_leave() -> None:
    out = io.BytesIO()
    Image.new("RGB", SIZE, "white").save(out, "MPO", save_all=True, append_images=[noise(6)])
    does = redactor()
    look = does.look(out.getvalue())
    leaving = does.redact(look, Plan.all_masked(look)).jpeg
    assert len(segments(leaving)) == 9
    assert min(low for low, _ in decoded(leaving).getextrema()) > 250  # type: ignore[misc]


def test_the_fill_is_solid_up_to_its_edge() -> None:
    does = redactor(seen(Kind.FACE, 33, 21, 71, 57))
    look = does.look(png(Image.new("RGB", SIZE, "white")))
    shown = np.asarray(decoded(does.redact(look, Plan.all_masked(look)).jpeg)).astype(int)
    assert FILL == (0, 0, 0)
    assert shown[21:57, 33:71].max() < 60  # ringing of the white around it, nothing else
    assert shown[30:48, 40:64].max() < 3


def test_the_same_picture_and_plan_give_the_same_bytes() -> None:
    picture = encoded(noise(7))
    found = [seen(Kind.TEXT, 5, 5, 30, 20), seen(Kind.FACE, 50, 30, 80, 70), seen(Kind.TEXT, 60, 5, 90, 20)]
    results = set()
    for _ in range(4):
        random.shuffle(found)
        does = redactor(*found)
        look = does.look(picture)
        done = does.redact(look, Plan.for_question(look, "Read this").mask("text-1"))
        results.add((done.sha256, done.masked, done.kept))
    assert len(results) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200), st.sampled_from(["EXIF", "COM", "ICC", "trailer"]))
def test_no_metadata_whatever_it_holds_changes_a_byte(junk: bytes, where: str) -> None:
    plain = encoded(noise(8))
    kind = {"EXIF": (0xE1, b"Exif\0\0"), "COM": (0xFE, b""), "ICC": (0xE2, b"ICC_PROFILE\0\x01\x01"), "trailer": None}
    entry = kind[where]
    if entry is None:
        content = plain + junk
    else:
        body = entry[1] + junk
        content = plain[:2] + bytes((0xFF, entry[0])) + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]
    does = redactor()
    look = does.look(content)
    if look.width == SIZE[0]:  # junk may well say "turn it"
        before = does.look(plain)
        turned = zlib.crc32(look.original.image.tobytes()) != zlib.crc32(before.original.image.tobytes())
        if not turned:
            assert does.make(look, Plan.all_masked(look)).jpeg == does.make(before, Plan.all_masked(before)).jpeg
