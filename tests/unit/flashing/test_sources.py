"""Where images come from, and who vouches for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.flashing.archive import unpacked
from host_tools.flashing.catalogue import UNKNOWN, Pinned, by_name, pinned_images
from host_tools.flashing.errors import (
    ImageDamaged,
    ImageError,
    ImageForOtherChip,
    ImageUnreachable,
    NobodyVouches,
    NoSuchImage,
    NotAnImage,
    WrongHash,
)
from host_tools.flashing.image import MAX_IMAGE_BYTES
from host_tools.flashing.sources import Sources
from host_tools.flashing.vouching import Shelf
from tests.unit.flashing import making

IMAGE = making.image()
ARCHIVE = making.zipped(IMAGE)
PIN = Pinned(
    name="one",
    board="xiao_esp32s3",
    chip="ESP32-S3",
    what="MicroPython for a test",
    url="https://example.org/one.zip",
    page="https://example.org/release",
    member="firmware.bin",
    bytes=0,
    sha256=UNKNOWN,
    member_bytes=0,
    member_sha256=UNKNOWN,
    hash_source="",
    note="",
)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Publisher:
    """A server that has one file; counts how often it was asked."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked = 0

    def client(self) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked += 1
            return httpx.Response(200, content=iter((self.content,)))

        return httpx.Client(transport=httpx.MockTransport(answer))


Make = Callable[..., Sources]


@pytest.fixture
def sources(tmp_path: Path) -> Make:
    def make(publisher: Publisher, *pins: Pinned) -> Sources:
        return Sources(Shelf(tmp_path / "shelf"), publisher.client, lambda have, size: None, pins or (PIN,))

    return make


def test_an_image_that_nobody_vouches_for_is_fetched_shown_and_not_used(sources: Make) -> None:
    with pytest.raises(NobodyVouches) as caught:
        sources(Publisher(ARCHIVE)).image(None, None)
    assert caught.value.computed == sha256(ARCHIVE)
    assert f"--sha256 {sha256(ARCHIVE)}" in str(caught.value)
    assert PIN.page in str(caught.value)


def test_a_hash_that_was_compared_is_asked_for_once_on_this_computer(sources: Make) -> None:
    publisher = Publisher(ARCHIVE)
    first = sources(publisher).image("one", sha256(ARCHIVE))
    again = sources(publisher).image("one", None)
    assert publisher.asked == 1
    assert first == again
    assert first.data == IMAGE
    assert first.sha256 == sha256(ARCHIVE)


def test_what_was_fetched_and_shown_is_not_fetched_again_once_it_was_compared(sources: Make) -> None:
    publisher = Publisher(ARCHIVE)
    with pytest.raises(NobodyVouches) as caught:
        sources(publisher).image("one", None)
    assert sources(publisher).image("one", caught.value.computed).data == IMAGE
    assert publisher.asked == 1


def test_nobody_is_asked_to_vouch_for_an_error_page(sources: Make) -> None:
    with pytest.raises(NotAnImage):
        sources(Publisher(b"<html>Whoa there!</html>" * 2000)).image("one", None)


def test_a_given_hash_must_fit(sources: Make) -> None:
    with pytest.raises(ImageError, match="damaged"):
        sources(Publisher(ARCHIVE)).image("one", "0" * 64)


def test_another_hash_than_the_one_that_was_kept_fetches_anew(sources: Make) -> None:
    publisher = Publisher(ARCHIVE)
    sources(publisher).image("one", sha256(ARCHIVE))
    publisher.content = making.zipped(IMAGE, extra=b"newer")
    assert sources(publisher).image("one", sha256(publisher.content)).sha256 == sha256(publisher.content)
    assert publisher.asked == 2


def test_what_was_kept_counts_for_nothing_once_the_list_knows_better(sources: Make) -> None:
    """Somebody vouched for the wrong file, and later its publisher's hash got known."""
    sources(Publisher(ARCHIVE)).image("one", sha256(ARCHIVE))
    right = making.zipped(IMAGE, extra=b"what was published")
    pinned = replace(PIN, sha256=sha256(right), hash_source="the publisher")
    publisher = Publisher(right)
    assert sources(publisher, pinned).image("one", None).sha256 == sha256(right)
    assert publisher.asked == 1


def test_what_was_kept_and_has_rotted_is_fetched_anew(sources: Make, tmp_path: Path) -> None:
    publisher = Publisher(ARCHIVE)
    sources(publisher).image("one", sha256(ARCHIVE))
    (kept,) = (tmp_path / "shelf").glob("*.zip")
    kept.write_bytes(ARCHIVE[:-1])
    with pytest.raises(NobodyVouches):
        sources(publisher).image("one", None)
    assert publisher.asked == 2


@pytest.mark.parametrize("field", ["sha256", "member_sha256"])
def test_a_pinned_hash_of_archive_or_image_vouches(sources: Make, field: str) -> None:
    pinned = replace(PIN, **{field: sha256(ARCHIVE if field == "sha256" else IMAGE)}, hash_source="the publisher")
    assert sources(Publisher(ARCHIVE), pinned).image("one", None).data == IMAGE
    with pytest.raises(ImageError, match=r"sha256 [0-9a-f]{64}"):
        sources(Publisher(making.zipped(making.image(application=making.part()))), replace(pinned, name="two")).image(
            "two", None
        )


def test_a_published_image_of_another_size_is_damaged(sources: Make) -> None:
    with pytest.raises(ImageDamaged, match=f"{len(IMAGE)} bytes where 12 were published"):
        sources(Publisher(ARCHIVE), replace(PIN, member_bytes=12)).image("one", sha256(ARCHIVE))


def test_a_file_needs_the_hash_from_the_person(sources: Make, tmp_path: Path) -> None:
    file = tmp_path / "firmware.bin"
    file.write_bytes(IMAGE)
    offline = sources(Publisher(b""))
    with pytest.raises(NobodyVouches, match="its publisher"):
        offline.image(str(file), None)
    with pytest.raises(WrongHash, match="do not use it"):
        offline.image(str(file), sha256(b"else"))
    assert offline.image(str(file), sha256(IMAGE)).what == "micropython v1.27.0"


@pytest.mark.parametrize("content", [ARCHIVE, IMAGE])
def test_a_file_whose_image_is_pinned_needs_no_hash(sources: Make, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "download"
    file.write_bytes(content)
    pinned = replace(PIN, member_sha256=sha256(IMAGE), hash_source="a friend")
    image = sources(Publisher(b""), replace(PIN, name="other"), pinned).image(str(file), None)
    assert (image.name, image.what, image.data) == ("download", PIN.what, IMAGE)


def test_an_image_for_another_chip_is_named_before_any_board_is_touched(sources: Make, tmp_path: Path) -> None:
    file = tmp_path / "c3.bin"
    file.write_bytes(making.image(chip=making.C3))
    with pytest.raises(ImageForOtherChip) as caught:
        sources(Publisher(b"")).image(str(file), sha256(file.read_bytes()))
    assert (caught.value.image_chip, caught.value.board_chip) == ("ESP32-C3", "ESP32-S3")


def test_a_name_that_is_neither_file_nor_image_lists_what_there_is(sources: Make) -> None:
    with pytest.raises(NoSuchImage, match=r"nothing\.bin is no file and no image in the list: one"):
        sources(Publisher(b"")).image("nothing.bin", None)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("in the way")
    blocked = Sources(Shelf(tmp_path / "shelf"), Publisher(ARCHIVE).client, lambda have, size: None, (PIN,))
    with pytest.raises(ImageUnreachable, match="shelf"):
        blocked.image("one", None)


# archives


def test_the_named_file_is_taken_from_an_archive_with_several() -> None:
    assert unpacked(making.zipped(IMAGE, **{"other.bin": b"2"}), "x", "firmware.bin") == IMAGE
    assert unpacked(making.zipped(IMAGE, "build/firmware.bin", **{"boot.bin": b"2"}), "x", "firmware.bin") == IMAGE


def test_several_images_without_a_name_are_not_guessed_at() -> None:
    with pytest.raises(NotAnImage, match=r"holds 2 files"):
        unpacked(making.zipped(IMAGE, **{"other.bin": b"2"}), "x")


def test_an_archive_without_an_image_is_named() -> None:
    with pytest.raises(NotAnImage, match=r"holds 0 files"):
        unpacked(making.zipped(b"text", "README.md"), "x")


def test_an_archive_cut_in_half_is_damaged() -> None:
    with pytest.raises(ImageDamaged, match="can't be unpacked"):
        unpacked(ARCHIVE[: len(ARCHIVE) // 2], "x")


def test_an_archive_that_unpacks_to_more_than_a_flash_is_refused() -> None:
    with pytest.raises(NotAnImage, match="larger than"):
        unpacked(making.zipped(bytes(MAX_IMAGE_BYTES + 1)), "x")


PACKED = [making.zipped(bytes(range(256)), packing=packing) for packing in (0, 8, 12, 14)]  # zipfile's numbers


@given(st.sampled_from(PACKED), st.data(), st.binary(min_size=1, max_size=8))
def test_a_mangled_archive_is_unpacked_or_one_of_our_errors(archive: bytes, data: st.DataObject, patch: bytes) -> None:
    at = data.draw(st.integers(0, len(archive) - 1))
    with suppress(ImageError):
        unpacked(archive[:at] + patch + archive[at + len(patch) :], "x")


def test_a_member_without_a_name_is_no_image() -> None:
    with pytest.raises(NotAnImage, match=r"holds 0 files"):
        unpacked(PACKED[0].replace(b"firmware.bin", bytes(12)), "x")


def test_an_archive_packed_in_a_way_of_its_own_is_damaged_where_it_is() -> None:
    packed = PACKED[-1]
    at = packed.index(b"firmware.bin") + 20
    with pytest.raises(ImageDamaged, match="can't be unpacked"):
        unpacked(packed[:at] + b"\xff" * 8 + packed[at + 8 :], "x")


# the list itself


def test_the_list_is_sound_and_says_of_each_hash_where_it_is_from() -> None:
    images = pinned_images()
    assert len({image.name for image in images}) == len(images)
    assert by_name("xiao-sense-0.6.0", images) is images[0]
    assert all(image.page in image.url.replace("/download/", "/tag/") for image in images)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("sha256", '"abc"', "no sha256"),
        ("sha256", f'"{"a" * 64}"', "needs its source"),
        ("hash_source", '"somebody"', "needs its source"),
        ("url", '"http://example.org/x"', "https alone"),
        ("colour", '"blue"', "fields are"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(tmp_path: Path, field: str, value: str, problem: str) -> None:
    rows = {name: f'"{text}"' if isinstance(text, str) else str(text) for name, text in vars(PIN).items()} | {
        field: value
    }
    listed = tmp_path / "images.toml"
    listed.write_text("[[image]]\n" + "\n".join(f"{name} = {text}" for name, text in rows.items()))
    with pytest.raises(ValueError, match=problem):
        pinned_images(listed)
