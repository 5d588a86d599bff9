"""`plainsight flash` end to end: real esptool, and the ROM loader of the virtual board behind its port (simulated)."""

from __future__ import annotations

import json
import os
import signal
import zlib
from collections.abc import Callable, Iterator

import pytest

from host_tools.cable.cable import Cable
from host_tools.cable.ports import PortInfo
from host_tools.cable.reconnecting import wait_until_listed
from host_tools.cable.usb_ids import Kind
from host_tools.cable.virtual import VirtualBoard
from host_tools.cli import flash as command
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.simulator.usb.stand_in_image import stand_in_image

pytestmark = [pytest.mark.simulated]

Flash = Callable[..., int]


@pytest.fixture(scope="module")
def board() -> Iterator[VirtualBoard]:
    """A chip that begins erased; each test leaves it with or without MicroPython, and none depends on which."""
    with VirtualBoard(image="none") as board:
        plugged_in(board)
        yield board


def plugged_in(board: VirtualBoard) -> None:
    """Wait until the board's port is there."""
    wait_until_listed(PortInfo(board.port, None, None, None, None, Kind.SIMULATED), 10.0)


@pytest.fixture
def flash(board: VirtualBoard) -> Flash:
    return lambda *options: main(["flash", "--target", board.port, "--no-deploy", *options])


def with_micropython(board: VirtualBoard, flash: Flash) -> None:
    """See to it that MicroPython runs, with a file of ours on the board."""
    assert board.ask("status")["in_rom"] is False or flash("--yes") == Exit.OK
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        cable.put("/notes.txt", b"mine")
        cable.soft_reset()


def test_an_erased_chip_runs_the_application_afterwards_on_its_own_virtual_board(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["flash", "--target", "sim", "--yes", "--json"]) == Exit.OK
    shown = capsys.readouterr()
    summary = json.loads(shown.out)
    assert (summary["simulated"], summary["verified"], summary["chip"]) == (True, True, "ESP32-S3")
    assert summary["image_bytes"] == len(stand_in_image())
    assert summary["camera_module"] is True
    assert (summary["deployed"]["simulated"], summary["deployed"]["state"]) == (True, "not provisioned")
    assert "cannot be known" in shown.err
    assert "(simulated)" in shown.err
    assert "written: 100 %" in shown.err
    assert not any(character in shown.err for character in "\r\x1b\b")


def test_a_board_with_micropython_says_what_is_lost_and_is_flashed_through_its_repl(
    board: VirtualBoard, flash: Flash, capsys: pytest.CaptureFixture[str]
) -> None:
    with_micropython(board, flash)
    capsys.readouterr()
    assert flash("--yes") == Exit.OK
    shown = capsys.readouterr()
    assert "MicroPython" in shown.err.partition("and writes")[0]
    assert "cannot be known" not in shown.err
    assert "runs MicroPython" in shown.out
    assert "(simulated)" in shown.out
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        assert "/notes.txt" not in cable.files()


def test_nobody_agrees_and_the_board_goes_on_as_it_was(
    board: VirtualBoard, flash: Flash, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_micropython(board, flash)
    capsys.readouterr()
    with open(os.devnull) as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert flash() == Exit.NOT_SHARED
    assert "nobody agreed: nothing was erased" in capsys.readouterr().err
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        assert cable.get("/notes.txt") == b"mine"


def test_a_cable_pulled_again_and_again_leaves_the_loader_and_the_same_command_recovers(
    board: VirtualBoard, flash: Flash, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_wire = len(zlib.compress(stand_in_image(), 9))
    for percent in (10, 50, 99):

        def pull(line: str, percent: int = percent) -> None:
            if line.startswith("erasing"):
                board.ask("pull_after", percent=percent, of=on_the_wire)

        monkeypatch.setattr(command, "say", pull)
        assert flash("--yes") == Exit.BOARD
        said = capsys.readouterr().err
        assert "it has no firmware now" in said
        assert len(said.strip().splitlines()) == 1
        board.ask("plug")
        plugged_in(board)
        assert board.ask("status")["in_rom"] is True
    monkeypatch.undo()
    assert flash("--yes") == Exit.OK
    assert board.ask("status")["in_rom"] is False


def test_ctrl_c_in_the_middle_is_one_line_and_the_same_command_recovers(
    board: VirtualBoard, flash: Flash, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(line: str) -> None:
        if line == "written: 50 %":
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command, "say", stop)
    assert flash("--yes") == Exit.INTERRUPTED
    said = capsys.readouterr().err
    assert said.startswith("plainsight flash: interrupted with 5")
    assert len(said.strip().splitlines()) == 1
    monkeypatch.undo()
    assert board.ask("status")["in_rom"] is True
    assert flash("--yes") == Exit.OK


def test_a_board_that_keeps_its_console_shut_is_flashed_with_its_boot_button_held(
    board: VirtualBoard, flash: Flash, capsys: pytest.CaptureFixture[str]
) -> None:
    with_micropython(board, flash)
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        cable.put(
            "/main.py",
            b"import micropython, time\nmicropython.kbd_intr(-1)\nprint('shut')\nwhile True:\n    time.sleep(1)\n",
        )
        cable.soft_reset()
        assert any(b"shut" in line for line in cable.read_lines(5.0))
    assert flash("--yes") == Exit.BOARD
    assert "does not answer: hold its BOOT button" in capsys.readouterr().err
    assert main(["press", "--boot", "--control", str(board.control_socket)]) == Exit.OK
    plugged_in(board)
    assert flash("--yes") == Exit.OK
    assert "cannot be known" in capsys.readouterr().err
