"""What the virtual chip holds when it is new, and after somebody has written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_tools.simulator.chip import PROGRAM_BYTES, Chip, NotBootable
from host_tools.simulator.flash import FLASH_BYTES, FlashImage
from host_tools.simulator.usb.stand_in_image import stand_in_image


def chip(folder: Path, delivered: str | None) -> Chip:
    return Chip(FlashImage(folder / "flash.img"), delivered)


@pytest.mark.parametrize("delivered", ["plainsight", "micropython"])
def test_a_new_chip_boots_what_it_was_delivered_with_also_once_it_is_a_file(tmp_path: Path, delivered: str) -> None:
    new = chip(tmp_path, delivered)
    assert new.application() == delivered
    program, _ = new.files()
    assert program.stat().st_size == PROGRAM_BYTES
    assert new.application() == delivered


async def test_an_erased_chip_boots_nothing(tmp_path: Path) -> None:
    erased = chip(tmp_path, None)
    await erased.power_on()
    with pytest.raises(NotBootable, match="invalid header: 0xffffffff"):
        erased.application()
    program, files = erased.files()
    assert program.read_bytes() == b"\xff" * PROGRAM_BYTES
    assert files.read_bytes() == b"\xff" * FLASH_BYTES


def test_what_was_written_counts_and_not_what_was_delivered(tmp_path: Path) -> None:
    for delivered, written, boots in (
        (None, "plainsight", "plainsight"),
        ("plainsight", "micropython", "micropython"),
        (None, "some vendor's", "micropython"),
    ):
        changed = chip(tmp_path, delivered)
        program, _ = changed.files()
        program.write_bytes(stand_in_image(written))
        assert changed.application() == boots
        assert chip(tmp_path, "plainsight").application() == boots, "it lies in the chip"
        program.unlink()


def test_an_unknown_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no image 'windows'"):
        chip(tmp_path, "windows")
