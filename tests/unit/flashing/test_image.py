"""What a combined image must hold before a board is erased for it."""

from __future__ import annotations

import hashlib
import struct
from contextlib import suppress

import pytest
from esptool.bin_image import LoadFirmwareImage
from hypothesis import given
from hypothesis import strategies as st

from host_tools.flashing.errors import ImageCutOff, ImageDamaged, ImageError, NotAnImage
from host_tools.flashing.image import MAX_IMAGE_BYTES, inspect
from host_tools.flashing.partitions import Partition
from tests.unit.flashing import making

MB = 1 << 20


def test_a_sound_image_says_what_it_is() -> None:
    facts = inspect(making.image(loader=making.part(size_code=3, revisions=(2, 199))), "x")
    assert facts.chip == "ESP32-S3"
    assert (facts.min_revision, facts.max_revision) == (2, 199)
    assert facts.needs_flash_bytes == 8 * MB
    assert facts.application == "micropython v1.27.0"
    assert facts.partitions == (Partition("nvs", 1, 0x9000, 0x6000), Partition("factory", 0, 0x10000, 0x1F0000))


def test_the_parts_that_these_tests_make_are_sound_to_the_vendors_own_code() -> None:
    made = making.part(segments=(making.description(), b"x" * 5001))
    theirs = LoadFirmwareImage("esp32s3", made)
    assert theirs.checksum == theirs.calculate_checksum()
    assert theirs.stored_digest == theirs.calc_digest
    assert theirs.chip_id == making.S3


def test_the_part_that_asks_for_more_decides() -> None:
    application = making.part(segments=(making.description(),), revisions=(5, 50))
    facts = inspect(making.image(loader=making.part(revisions=(2, 40)), application=application), "x")
    assert (facts.min_revision, facts.max_revision) == (5, 40)
    facts = inspect(making.image(loader=making.part(revisions=(7, 60)), application=application), "x")
    assert (facts.min_revision, facts.max_revision) == (7, 50)


def test_an_older_image_without_the_field_for_the_last_revision_is_for_all() -> None:
    assert inspect(making.image(loader=making.part(revisions=(0, 0))), "x").max_revision == 0xFFFF


def test_flash_is_needed_up_to_the_end_of_the_last_partition_also_where_the_header_says_less() -> None:
    rows = ((0, 0x10000, 0x100000, b"factory"), (1, 0x200000, 6 * MB, b"vfs"))
    facts = inspect(making.image(loader=making.part(size_code=1), partitions=making.table(rows)), "x")
    assert facts.needs_flash_bytes == 8 * MB


def test_flash_is_needed_for_what_lies_behind_the_application() -> None:
    rows = ((0, 0x10000, 0x20000, b"factory"),)
    whole = making.image(loader=making.part(size_code=0), partitions=making.table(rows)).ljust(MB + 5, b"\xff")
    assert inspect(whole, "x").needs_flash_bytes == MB + 5


@pytest.mark.parametrize(
    "size", [0, 1, 23, 24, 31, 100, 300, 0x8000, 0x8BFF, 0x8C00, 0x10000, 0x10017, 0x10018, 0x11000]
)
def test_a_file_that_ends_early_is_named_as_cut_off(size: int) -> None:
    with pytest.raises(ImageCutOff) as caught:
        inspect(making.image()[:size], "firmware.bin")
    assert caught.value.have == size < caught.value.needs
    assert "firmware.bin is cut off" in str(caught.value)


@pytest.mark.parametrize("short", [1, 31, 32, 33])
def test_the_last_bytes_count(short: int) -> None:
    whole = making.image()
    with pytest.raises(ImageCutOff):
        inspect(whole[:-short], "x")


@pytest.mark.parametrize("at", [40, 0x10000 + 400, 0x10000 + 5000])
def test_one_flipped_bit_is_found(at: int) -> None:
    whole = bytearray(making.image())
    whole[at] ^= 4
    with pytest.raises(ImageDamaged, match="checksum"):
        inspect(bytes(whole), "x")


def test_two_flips_that_the_checksum_misses_are_found_by_the_hash() -> None:
    whole = bytearray(making.image())
    whole[0x10000 + 400] ^= 4
    whole[0x10000 + 500] ^= 4
    with pytest.raises(ImageDamaged, match="SHA-256 of its application"):
        inspect(bytes(whole), "x")


def test_a_wrong_checksum_is_found_also_with_a_right_hash_around_it() -> None:
    with pytest.raises(ImageDamaged, match="checksum of its boot loader"):
        inspect(making.image(loader=making.part(checksum=0x11)), "x")


@pytest.mark.parametrize("part", ["loader", "application"])
def test_an_image_without_a_hash_is_refused(part: str) -> None:
    with pytest.raises(ImageDamaged, match="no SHA-256 at its end"):
        inspect(making.image(**{part: making.part(hashed=False)}), "x")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x7fELF" + bytes(100_000), "no boot loader begins at byte 0"),
        (making.part(chip=77).ljust(100_000), "unknown number 77"),
        (making.part(segments=()).ljust(100_000), "makes no sense"),
        (making.part(segments=(b"a",) * 17).ljust(100_000), "makes no sense"),
        (making.part(size_code=9).ljust(100_000), "makes no sense"),
        (making.part(segments=(making.description(), b"x" * 50_000)).ljust(100_000), "application alone"),
        (making.image(partitions=b"no table here"), "no partition table begins"),
        (making.image(partitions=making.table(((1, 0x9000, 0x6000, b"nvs"),))), "no place for an application"),
        (making.image(application=b"\xff" * 500), "no application begins at byte 65536"),
        (making.image().ljust(MAX_IMAGE_BYTES + 1, b"\xff"), "larger than"),
    ],
)
def test_other_files_are_no_images(content: bytes, problem: str) -> None:
    with pytest.raises(NotAnImage, match=problem):
        inspect(content, "x")


def test_a_segment_larger_than_any_flash_is_no_cut_file() -> None:
    whole = bytearray(making.image())
    whole[28:32] = struct.pack("<I", 0xFFFFFF00)
    with pytest.raises(NotAnImage, match="larger than any flash"):
        inspect(bytes(whole), "x")


def test_the_partition_table_is_under_its_own_sum() -> None:
    with pytest.raises(ImageDamaged, match="MD5 of its partition table"):
        inspect(making.image(partitions=making.table(md5=bytes(16))), "x")


def test_a_partition_table_without_sum_is_refused() -> None:
    with pytest.raises(ImageDamaged, match="no MD5"):
        inspect(making.image(partitions=making.table()[:64].ljust(0xC00, b"\xff")), "x")


def test_boot_loader_and_application_must_be_for_one_chip() -> None:
    mixed = making.image(application=making.part(chip=making.C3))
    with pytest.raises(ImageDamaged, match="boot loader is for ESP32-S3, its application for ESP32-C3"):
        inspect(mixed, "x")


def test_an_application_larger_than_its_partition_is_refused() -> None:
    rows = ((0, 0x10000, 0x1000, b"factory"),)
    with pytest.raises(ImageDamaged, match="beyond the partition factory"):
        inspect(making.image(partitions=making.table(rows)), "x")


def test_the_application_that_starts_first_is_the_one_that_is_read() -> None:
    rows = ((0, 0x300000, 0x1000, b"ota_1"), (0, 0x10000, 0x100000, b"ota_0"))
    assert inspect(making.image(partitions=making.table(rows)), "x").application


def test_what_an_application_calls_itself_cannot_talk_to_the_terminal() -> None:
    named = making.part(segments=(making.description(b"evil\x1b[2J\x07name", b"\xff\n1"), b"x"))
    assert inspect(making.image(application=named), "x").application == "evil[2Jname 1"


def test_an_application_may_say_nothing_of_itself() -> None:
    assert inspect(making.image(application=making.part(segments=(b"z" * 16,))), "x").application == ""


@given(st.binary(max_size=400))
def test_any_bytes_are_an_image_or_one_of_our_errors(content: bytes) -> None:
    with pytest.raises(ImageError):
        inspect(content, "x")


_WHOLE = making.image(application=making.part(segments=(making.description(), b"x" * 64)))


@given(st.sampled_from((0, 24, 0x8000, 0x10000, 0x10018)), st.integers(0, 63), st.binary(min_size=1, max_size=24))
def test_any_bytes_in_the_headers_are_an_image_or_one_of_our_errors(start: int, offset: int, patch: bytes) -> None:
    at = start + offset
    mangled = _WHOLE[:at] + patch + _WHOLE[at + len(patch) :]
    with suppress(ImageError):
        assert inspect(mangled, "x").needs_flash_bytes >= len(mangled)


@given(st.integers(0, len(_WHOLE) - 1), st.integers(1, 255))
def test_no_byte_of_the_application_can_change_unnoticed(at: int, difference: int) -> None:
    start = making.APPLICATION_AT
    index = start + at % (len(_WHOLE) - start)
    mangled = bytearray(_WHOLE)
    mangled[index] ^= difference
    with pytest.raises(ImageError):
        inspect(bytes(mangled), "x")
    assert hashlib.sha256(mangled).digest() != hashlib.sha256(_WHOLE).digest()
