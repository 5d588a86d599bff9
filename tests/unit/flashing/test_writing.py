"""Real esptool against a bare chip behind a cable that is pulled, a chip that lies, and a person who stops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import serial
from esp32_mock_bootloader.server import FlashImage
from esptool.loader import ESPLoader
from esptool.util import FatalError

from host_tools.cable.errors import PermissionDenied, PortBusy, PortVanished, WrongBoard
from host_tools.flashing import chip as chip_module
from host_tools.flashing.chip import Chip
from host_tools.flashing.errors import (
    ChipProtected,
    ImageForOtherChip,
    ImageTooLarge,
    LoaderSilent,
    NotVerified,
    StoppedHalfway,
    WriteInterrupted,
)
from host_tools.flashing.sources import BOARD_CHIP, Image, stand_in
from host_tools.flashing.writing import require_fit, write
from tests.unit.flashing import making
from tests.unit.flashing.mock_board import MockBoard

MB = 1 << 20
# Noise, as it does not compress: percent of what is sent are percent of what is written.
IMAGE = stand_in(
    making.image(application=making.part(segments=(making.description(), random.Random(1).randbytes(60_000))))
)


@pytest.fixture
def board(tmp_path: Path) -> Iterator[MockBoard]:
    with MockBoard(tmp_path) as board:
        yield board


def flash(board: MockBoard, image: Image = IMAGE) -> list[int]:
    """Write `image` as the command does; the percents that were told."""
    told: list[int] = []
    with Chip.open(board.port, BOARD_CHIP, resets=False) as chip:
        require_fit(image, chip)
        write(image, chip, told.append)
    return told


def holds(board: MockBoard, image: Image = IMAGE) -> bool:
    """The chip holds the image, and nothing besides."""
    size = len(image.data)
    return bytes(board.flash.data[:size]) == image.data and set(board.flash.data[size:]) == {0xFF}


def test_a_chip_holds_the_image_and_nothing_else_afterwards(board: MockBoard) -> None:
    board.flash.data[:] = b"old " * (len(board.flash.data) // 4)
    told = flash(board)
    assert holds(board)
    assert told == sorted(set(told))
    assert told[-1] == 100
    assert len(told) > 2


def test_a_chip_is_restarted_by_its_watchdog_where_no_line_could_do_it(board: MockBoard) -> None:
    with Chip.open(board.port, BOARD_CHIP, resets=False) as chip:
        assert not board.left_loader
        chip.restart()
    assert board.left_loader
    assert board.forgot_download_mode  # else machine.bootloader() would hold from now on


def test_a_chip_says_what_it_is(board: MockBoard) -> None:
    with Chip.open(board.port, BOARD_CHIP, resets=False) as chip:
        assert (chip.name, chip.revision, chip.flash_bytes) == ("ESP32-S3", 0, 4 * MB)
        assert chip.mac.startswith("24:0a:c4:")


@pytest.mark.parametrize(("chip", "found"), [("esp32", "ESP32"), ("esp32c3", "ESP32-C3"), ("esp8266", "ESP8266")])
def test_another_chip_is_named_and_left_alone(tmp_path: Path, chip: str, found: str) -> None:
    with MockBoard(tmp_path, chip) as board:
        board.flash.data[:4] = b"keep"
        with pytest.raises(WrongBoard, match=f"{found}, not ESP32-S3"):
            flash(board)
        assert board.flash.data[:4] == b"keep"


def test_a_chip_that_esptool_does_not_know_is_another_board(board: MockBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_options: object) -> object:
        raise FatalError("Unexpected chip ID value 99. Failed to autodetect chip type.\nProbably it is unsupported")

    monkeypatch.setattr("esptool.cmds.detect_chip", unknown)
    with pytest.raises(WrongBoard, match="a chip that esptool does not know"):
        flash(board)


def test_an_answer_that_came_late_is_no_reason_to_call_a_chip_unknown(
    board: MockBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def magic_value(_loader: ESPLoader) -> int:
        asked.append("once")
        if len(asked) == 1:
            raise FatalError("an answer to an earlier question")
        return 9  # ESP32-S3

    monkeypatch.setattr(ESPLoader, "get_chip_id", magic_value)
    flash(board)
    assert len(asked) == 2


def test_an_error_without_words_is_still_one_line(board: MockBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise FatalError("")

    monkeypatch.setattr("esptool.cmds.erase_flash", fail)
    with pytest.raises(WriteInterrupted, match="with 0 % written"):
        flash(board)


@pytest.fixture(scope="module")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int]:
    """How many bytes a host has sent when the chip is reached, and when the image is written."""
    with MockBoard(tmp_path_factory.mktemp("whole")) as board, Chip.open(board.port, BOARD_CHIP, resets=False) as chip:
        reached = board.sent
        write(IMAGE, chip, lambda percent: None)
        return reached, board.sent


@pytest.mark.parametrize("percent", [10, 50, 90, 99])
def test_a_pulled_cable_leaves_nothing_that_starts_and_the_retry_recovers(
    board: MockBoard, conversation: tuple[int, int], percent: int
) -> None:
    board.flash.data[:] = b"old " * (len(board.flash.data) // 4)
    reached, written = conversation
    board.pull_after = reached + (written - reached) * percent // 100
    with pytest.raises(WriteInterrupted, match="run the same command again"):
        flash(board)
    assert board.is_pulled
    assert set(board.flash.data[:4096]) == {0xFF}  # the sector without which nothing starts comes last
    board.unplug()
    board.plug()
    flash(board)
    assert holds(board)


def test_the_error_says_how_far_it_was(board: MockBoard, conversation: tuple[int, int]) -> None:
    board.pull_after = sum(conversation) // 2
    with pytest.raises(WriteInterrupted) as caught:
        flash(board)
    assert 20 < caught.value.percent < 60  # it is sent in blocks of 16 kB
    assert f"{caught.value.percent} % written" in str(caught.value)


class Lying(FlashImage):
    """A flash chip that wears out: what is written at `at` is not what is read there, once `after` stretches are in."""

    def __init__(self, at: int, after: int) -> None:
        super().__init__()
        self._at = at
        self._after = after

    def end_defl(self) -> None:
        super().end_defl()
        self._after -= 1
        if not self._after:
            self.data[self._at] ^= 1


@pytest.mark.parametrize(
    ("at", "after"), [(0x9000, 1), (0x20, 2), (0x9000, 2)], ids=["body", "head", "body, by the head"]
)
def test_a_chip_that_does_not_hold_what_was_written_is_named(tmp_path: Path, at: int, after: int) -> None:
    worn_out = MockBoard(tmp_path, flash=Lying(at, after))
    with worn_out as board, pytest.raises(NotVerified, match="does not hold what was written"):
        flash(board)


def test_ctrl_c_in_the_middle_says_what_is_left_and_the_retry_recovers(board: MockBoard) -> None:
    def stop(percent: int) -> None:
        if percent >= 40:
            raise KeyboardInterrupt

    with Chip.open(board.port, BOARD_CHIP, resets=False) as chip, pytest.raises(StoppedHalfway) as caught:
        write(IMAGE, chip, stop)
    assert caught.value.exit_code == 130
    assert 40 <= caught.value.percent < 60
    assert set(board.flash.data[:4096]) == {0xFF}
    board.unplug()
    board.plug()
    flash(board)
    assert holds(board)


# what does not fit


@pytest.mark.parametrize(
    ("loader", "says"),
    [
        (making.part(size_code=3), "needs 8388608 bytes of flash, this board has 4194304"),
        (making.part(revisions=(100, 199)), "revisions 1.0 to 1.99, the board is ESP32-S3 revision 0.0"),
    ],
)
def test_an_image_that_this_chip_cannot_run_is_refused_before_anything_is_erased(
    board: MockBoard, loader: bytes, says: str
) -> None:
    board.flash.data[:4] = b"keep"
    with pytest.raises((ImageTooLarge, ImageForOtherChip), match=says):
        flash(board, stand_in(making.image(loader=loader)))
    assert board.flash.data[:4] == b"keep"


def test_an_image_for_another_chip_is_refused_at_the_chip_too(board: MockBoard) -> None:
    other = replace(IMAGE, facts=replace(IMAGE.facts, chip="ESP32-C3"))
    with pytest.raises(ImageForOtherChip, match="for ESP32-C3, the board is ESP32-S3"):
        flash(board, other)


def test_an_image_fits_a_flash_of_just_its_size_and_its_revision(board: MockBoard) -> None:
    exact = stand_in(making.image(loader=making.part(size_code=2, revisions=(0, 0xFFFF))))
    with Chip.open(board.port, BOARD_CHIP, resets=False) as chip:
        require_fit(exact, chip)
        chip.revision = 2
        only = stand_in(making.image(loader=making.part(revisions=(2, 2))))
        require_fit(only, chip)
        chip.revision = 3
        with pytest.raises(ImageForOtherChip, match=r"revisions 0\.2 to 0\.2"):
            require_fit(only, chip)
        chip.flash_bytes = 0  # the flash chip did not say how large it is
        with pytest.raises(ImageTooLarge):
            require_fit(exact, chip)


# ports


def test_a_port_that_somebody_else_holds_is_busy(board: MockBoard) -> None:
    with serial.Serial(board.port, exclusive=True), pytest.raises(PortBusy, match="in use by another program"):
        Chip.open(board.port, BOARD_CHIP, resets=False)


def test_a_port_that_is_gone_is_named(board: MockBoard) -> None:
    board.unplug()
    with pytest.raises(PortVanished):
        Chip.open(board.port, BOARD_CHIP, resets=False)


def test_a_port_that_may_not_be_opened_is_named(board: MockBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied", board.port)

    monkeypatch.setattr("serial.serialposix.os.open", refuse)
    with pytest.raises(PermissionDenied, match="dialout"):
        Chip.open(board.port, BOARD_CHIP, resets=False)


def test_a_port_behind_which_no_loader_answers_says_how_to_get_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chip_module, "_ATTEMPTS_WITHOUT", 1)
    with MockBoard(tmp_path) as board:
        board.mute = True
        with pytest.raises(LoaderSilent, match="plainsight press --boot"):
            Chip.open(board.port, BOARD_CHIP, resets=False)
    assert "hold its BOOT button" in str(LoaderSilent("/dev/ttyACM0"))


@pytest.mark.parametrize("pull_after", [60, 300, 2000, 5000])
def test_a_board_that_goes_away_while_it_is_looked_at_is_lost_not_a_traceback(
    board: MockBoard, pull_after: int
) -> None:
    board.pull_after = pull_after
    with pytest.raises((PortVanished, LoaderSilent, chip_module.CableLost)):
        Chip.open(board.port, BOARD_CHIP, resets=False)


@pytest.mark.parametrize(
    ("register", "bits", "protection"),
    [(0x60007038, 1 << 20, "secure boot"), (0x60007034, 1 << 18, "flash encryption")],  # eFuse block 0
)
def test_a_protected_chip_is_left_alone(
    board: MockBoard, monkeypatch: pytest.MonkeyPatch, register: int, bits: int, protection: str
) -> None:
    from esp32_mock_bootloader import registers

    plain = registers.read_reg_value
    monkeypatch.setattr(registers, "read_reg_value", lambda chip, at: bits if at == register else plain(chip, at))
    with pytest.raises(ChipProtected, match=protection):
        flash(board)
