"""Ways into a board's loader: by its reset lines, through its REPL, and none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from host_tools.cable.errors import BoardConfused, CableLost
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.flashing import boards
from host_tools.flashing.boards import require_known
from host_tools.flashing.errors import LoaderSilent, UnknownBoard
from tests.unit.flashing import making
from tests.unit.flashing.boards_here import OTHER, XIAO, Repl
from tests.unit.flashing.mock_board import MockBoard


@pytest.fixture
def repl(monkeypatch: pytest.MonkeyPatch) -> Repl:
    cable = Repl()
    monkeypatch.setattr(boards.Cable, "open", lambda port: cable)
    monkeypatch.setattr(boards.reconnecting, "pause", lambda seconds: None)
    return cable


class _Loader:
    """Stands for `Chip.open`: silent so many times."""

    def __init__(self, silent: int) -> None:
        self.silent = silent
        self.asked: list[tuple[str, bool]] = []

    def open(self, port: str, wanted: str, *, resets: bool) -> str:
        self.asked.append((port, resets))
        self.silent -= 1
        if self.silent >= 0:
            raise LoaderSilent(port)
        return "the chip"


def test_micropython_is_asked_into_the_loader_and_found_under_its_new_name(
    repl: Repl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port changes its name and USB id between program and loader; the chip's serial number stays."""
    loader = _Loader(silent=2)
    monkeypatch.setattr(boards, "Chip", loader)
    again = PortInfo("/dev/ttyACM7", 0x303A, 0x1001, "24:0A:C4:80:33:60", None, Kind.ESP_ROM)
    monkeypatch.setattr("host_tools.cable.reconnecting.ports", lambda: [XIAO, again])
    reached = boards.Reached.reach(OTHER, "ESP32-S3")
    assert reached.contents.known
    assert "1 files of 120 bytes" in reached.contents.words[0]
    assert not loader.asked  # a look costs the board nothing
    assert str(reached.enter_loader()) == "the chip"
    assert repl.left == ["import machine\nmachine.bootloader()"]
    assert not repl.is_open
    assert loader.asked == [("/dev/ttyACM7", True)] * 3


def test_a_board_that_answers_nonsense_may_hold_anything(repl: Repl) -> None:
    repl.fails = BoardConfused("/dev/ttyACM1", "asking", "?")
    assert boards.Reached.reach(OTHER, "ESP32-S3").contents is boards.UNKNOWN_CONTENTS
    assert repl.is_open


def test_a_board_that_goes_away_while_it_is_asked_leaves_no_port_open(repl: Repl) -> None:
    repl.fails = CableLost("/dev/ttyACM1")
    with pytest.raises(CableLost):
        boards.Reached.reach(OTHER, "ESP32-S3")
    assert not repl.is_open


def test_glasses_whose_repl_is_closed_say_how_to_get_into_the_loader(repl: Repl) -> None:
    repl.closed = True
    with pytest.raises(LoaderSilent, match="hold its BOOT button"):
        boards.Reached.reach(OTHER, "ESP32-S3")
    assert not repl.is_open


def test_a_board_that_is_left_as_it_was_runs_its_program_again(repl: Repl) -> None:
    boards.Reached.reach(OTHER, "ESP32-S3").leave_as_found()
    assert repl.left == ["hard reset"]


def test_a_loader_that_answers_by_the_reset_lines_needs_no_repl(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = _Loader(silent=0)
    monkeypatch.setattr(boards, "Chip", loader)
    reached = boards.Reached.reach(XIAO, "ESP32-S3")
    assert (reached.contents.known, loader.asked) == (False, [(XIAO.device, True)])


@pytest.mark.parametrize("by_repl", [True, False])
def test_an_image_that_does_not_fit_the_chip_erases_nothing_and_the_board_goes_on(
    repl: Repl,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    by_repl: bool,
) -> None:
    repl.closed = not by_repl
    large = making.image(loader=making.part(size_code=4))
    file = tmp_path / "large.bin"
    file.write_bytes(large)
    given = ["--sha256", hashlib.sha256(large).hexdigest()]
    with MockBoard(tmp_path) as board:
        board.flash.data[:4] = b"keep"
        assert main(["flash", "--target", board.port, "--image", str(file), *given, "--yes"]) == Exit.IMAGE
        said = capsys.readouterr().err
        assert "large.bin needs 16777216 bytes of flash, this board has 4194304" in said
        assert ("This erases everything" in said) is by_repl  # where the chip is known already, nobody is asked
        assert board.flash.data[:4] == b"keep"
        assert board.left_loader


@pytest.mark.parametrize("kind", list(Kind))
def test_the_known_boards_are_those_that_can_be_glasses_and_the_virtual_one(kind: Kind) -> None:
    port = PortInfo("/dev/ttyX", 1, 2, None, None, kind)
    require_known(port, any_board=True)
    if kind.may_be_glasses or kind is Kind.SIMULATED:
        require_known(port, any_board=False)
    else:
        with pytest.raises(UnknownBoard, match="--any-board"):
            require_known(port, any_board=False)
