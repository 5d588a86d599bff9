"""What the virtual chip boots: whole images only, and the words of whoever refuses."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.flashing.image import inspect
from host_tools.simulator.usb.boot_check import NotBootable, application_of
from host_tools.simulator.usb.stand_in_image import APPLICATION_AT, PARTITION_TABLE_AT, stand_in_image


def changed(at: int, byte: int) -> bytes:
    image = bytearray(stand_in_image())
    image[at] = byte
    return bytes(image)


def test_the_stand_in_is_an_image_to_the_flasher_and_to_the_chip() -> None:
    facts = inspect(stand_in_image(), "stand-in")
    assert facts.chip == "ESP32-S3"
    assert "simulated" in facts.application
    assert application_of(stand_in_image()) == "micropython"
    assert application_of(stand_in_image("plainsight")) == "plainsight"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (b"", "invalid header: 0xffffffff"),
        (b"\xff" * 0x20000, "invalid header: 0xffffffff"),
        (changed(12, 5), "invalid header: 0x3f0201e9"),  # the magic is right, the chip is a C3
        (changed(40, 0), "csum err"),
        (changed(PARTITION_TABLE_AT, 0), "partition 0 invalid magic number"),
        (stand_in_image()[:APPLICATION_AT], "image at 0x10000 has invalid magic byte"),
        (stand_in_image()[:-40], "Checksum failed"),
        (stand_in_image()[:-1] + bytes((stand_in_image()[-1] ^ 1,)), "Image hash failed"),
    ],
)
def test_damage_is_refused_by_whom_it_meets_first(image: bytes, words: str) -> None:
    with pytest.raises(NotBootable, match=words):
        application_of(image)


@given(st.integers(0, len(stand_in_image()) - 1), st.binary(min_size=1, max_size=64))
def test_an_image_that_was_cut_off_and_scribbled_on_is_refused_or_boots(at: int, noise: bytes) -> None:
    with contextlib.suppress(NotBootable):
        application_of(stand_in_image()[:at] + noise)


@given(st.binary(max_size=200))
def test_anything_at_all_is_refused_in_words(noise: bytes) -> None:
    with pytest.raises(NotBootable):
        application_of(noise)
