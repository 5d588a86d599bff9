"""`plainsight flash` as a person meets it, with a bare chip (real esptool) where one is needed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from host_tools.cable.errors import BoardConfused, CableLost, ReplClosed
from host_tools.cable.info import BoardInfo, read_info
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.flashing import boards, flash
from host_tools.flashing.boards import require_known
from host_tools.flashing.errors import LoaderSilent, UnknownBoard
from tests.unit.flashing import making
from tests.unit.flashing.mock_board import MockBoard

IMAGE = making.image()
INFO = read_info({"machine": "a test with ESP32S3", "release": "1.27.0"}, "/dev/ttyTest")
XIAO = PortInfo("/dev/ttyACM0", 0x303A, 0x1001, "24:0A:C4:80:33:5F", "USB JTAG/serial debug unit", Kind.ESP_ROM)
OTHER = PortInfo("/dev/ttyACM1", 0x303A, 0x4001, "240ac4803360", "Board CDC", Kind.MICROPYTHON)
BRIDGE = PortInfo("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001", "CP2102N USB to UART Bridge", Kind.BRIDGE)

Command = Callable[..., int]


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockBoard]:
    """A bare chip that runs nothing afterwards, so what MicroPython would say is given."""
    monkeypatch.setattr(flash, "started", lambda board: (board.device, INFO))
    with MockBoard(tmp_path) as board:
        board.flash.data[:4] = b"keep"
        yield board


@pytest.fixture
def command(tmp_path: Path) -> Command:
    file = tmp_path / "firmware.bin"
    file.write_bytes(IMAGE)
    return lambda *options: main(
        [
            "flash",
            "--image",
            str(file),
            "--sha256",
            "sha256:" + hashlib.sha256(IMAGE).hexdigest().upper(),
            "--no-deploy",
            *options,
        ]
    )


def only_line(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


def test_it_says_what_is_lost_asks_and_writes(
    board: MockBoard,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    answer = tmp_path / "answer"
    answer.write_text("yes\n")
    with answer.open() as person:
        monkeypatch.setattr("sys.stdin", person)
        assert command("--target", board.port) == Exit.OK
    shown = capsys.readouterr()
    assert (
        f"This erases everything on the board at {board.port} (simulated), ESP32-S3 24:0a:c4:80:33:5f, 4 MB"
        in shown.err
    )
    assert "what is on it cannot be known" in shown.err
    assert shown.err.index("cannot be known") < shown.err.index("Erase it? [y/N]") < shown.err.index("erasing 4 MB")
    assert "no camera module" in shown.out
    assert bytes(board.flash.data[: len(IMAGE)]) == IMAGE


@pytest.mark.parametrize("answer", ["", "no\n", "yes please\n"])
def test_anything_but_yes_erases_nothing(
    board: MockBoard, command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    reading, writing = os.pipe()
    os.write(writing, answer.encode())
    os.close(writing)
    with os.fdopen(reading) as person:
        monkeypatch.setattr("sys.stdin", person)
        assert command("--target", board.port) == Exit.NOT_SHARED
    assert "nobody agreed: nothing was erased" in capsys.readouterr().err
    assert board.flash.data[:4] == b"keep"


def test_json_alone_is_on_stdout_and_stderr_has_no_control_characters(
    board: MockBoard, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--target", board.port, "--yes", "--json") == Exit.OK
    shown = capsys.readouterr()
    summary = json.loads(shown.out)
    assert (summary["port"], summary["simulated"], summary["erased"]) == (board.port, True, "everything")
    assert (summary["image"], summary["image_sha256"]) == ("firmware.bin", hashlib.sha256(IMAGE).hexdigest())
    assert (summary["contents_were_known"], summary["micropython"]) == (False, "1.27.0")
    assert "written: 100 %" in shown.err
    assert all(character.isprintable() or character == "\n" for character in shown.err)


def test_an_unsound_image_is_named_before_the_board_is_touched(
    board: MockBoard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cut.bin"
    file.write_bytes(IMAGE[:-1])
    digest = hashlib.sha256(IMAGE[:-1]).hexdigest()
    assert main(["flash", "--target", board.port, "--image", str(file), "--sha256", digest, "--yes"]) == Exit.IMAGE
    assert only_line(capsys).startswith("plainsight flash: cut.bin is cut off")
    assert board.sent == 0


def test_a_busy_port_is_one_line(board: MockBoard, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with serial.Serial(board.port, exclusive=True):
        assert command("--target", board.port, "--yes") == Exit.BOARD
    assert "in use by another program" in only_line(capsys)


@pytest.mark.parametrize(
    ("here", "says"),
    [
        ([], "no board is plugged in"),
        ([XIAO, OTHER], "2 boards are plugged in; name one with --target: /dev/ttyACM0"),
        ([BRIDGE], "/dev/ttyUSB0 (CP2102N USB to UART Bridge, serial number 0001)"),
    ],
)
def test_without_a_target_there_must_be_one_board(
    command: Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    here: list[PortInfo],
    says: str,
) -> None:
    monkeypatch.setattr("host_tools.cable.target.ports", lambda: here)
    assert command("--yes") == Exit.BOARD
    assert says in only_line(capsys)


def test_an_unknown_board_is_refused_unless_the_person_is_sure(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host_tools.cable.target.ports", lambda: [BRIDGE])
    assert command("--target", BRIDGE.device, "--yes") == Exit.BOARD
    assert "CP2102N USB to UART Bridge (USB 10c4:ea60), no board that this program knows" in only_line(capsys)
    assert command("--target", BRIDGE.device, "--yes", "--any-board") == Exit.BOARD
    assert "/dev/ttyUSB0" in only_line(capsys)  # it is looked for now, and is not here


@pytest.mark.parametrize("kind", list(Kind))
def test_the_known_boards_are_those_that_can_be_glasses_and_the_virtual_one(kind: Kind) -> None:
    port = PortInfo("/dev/ttyX", 1, 2, None, None, kind)
    require_known(port, any_board=True)
    if kind.may_be_glasses or kind is Kind.SIMULATED:
        require_known(port, any_board=False)
    else:
        with pytest.raises(UnknownBoard, match="--any-board"):
            require_known(port, any_board=False)


def test_a_named_port_that_is_not_there_is_no_unknown_board(
    command: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gone = tmp_path / "ttyACM9"
    assert command("--target", str(gone), "--any-board", "--yes") == Exit.BOARD
    assert f"the board on {gone} is gone" in only_line(capsys)


@pytest.mark.parametrize("text", ["", "12", "sha256:", "g" * 64, "a" * 65])
def test_a_hash_that_is_none_is_a_wrong_option(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["flash", "--sha256", text])
    assert caught.value.code == Exit.USAGE
    assert "64 hexadecimal digits" in only_line(capsys)


def test_the_list_says_for_each_image_what_is_known_of_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flash", "--list"]) == Exit.OK
    words = capsys.readouterr().out
    assert words.count("sha256") >= words.count("published at") > 1
    assert main(["flash", "--list", "--json"]) == Exit.OK
    for image in json.loads(capsys.readouterr().out):
        assert image["name"] in words
        assert image["url"] in words


# ways into the loader


class _Cable:
    """The board's REPL; `closed`: it does not open."""

    def __init__(self, *, closed: bool = False) -> None:
        self.closed = closed
        self.left: list[str] = []
        self.is_open = True
        self.fails: Exception | None = None

    def enter_repl(self, *, soft_reset: bool) -> None:
        assert not soft_reset  # what runs is interrupted; nothing is started anew before the person was asked
        if self.closed:
            raise ReplClosed("/dev/ttyACM1")

    def hears_ctrl_c(self, seconds: float) -> bool:
        return not self.closed

    def info(self) -> BoardInfo:
        if self.fails is not None:
            raise self.fails
        return INFO

    def files(self) -> dict[str, int]:
        return {"/main.py": 120}

    def leave(self, code: str) -> None:
        self.left.append(code)

    def hard_reset(self) -> None:
        self.left.append("hard reset")

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def repl(monkeypatch: pytest.MonkeyPatch) -> _Cable:
    cable = _Cable()
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
    repl: _Cable, monkeypatch: pytest.MonkeyPatch
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


def test_a_board_that_answers_nonsense_may_hold_anything(repl: _Cable) -> None:
    repl.fails = BoardConfused("/dev/ttyACM1", "asking", "?")
    assert boards.Reached.reach(OTHER, "ESP32-S3").contents is boards.UNKNOWN_CONTENTS
    assert repl.is_open


def test_a_board_that_goes_away_while_it_is_asked_leaves_no_port_open(repl: _Cable) -> None:
    repl.fails = CableLost("/dev/ttyACM1")
    with pytest.raises(CableLost):
        boards.Reached.reach(OTHER, "ESP32-S3")
    assert not repl.is_open


def test_glasses_whose_repl_is_closed_say_how_to_get_into_the_loader(repl: _Cable) -> None:
    repl.closed = True
    with pytest.raises(LoaderSilent, match="hold its BOOT button"):
        boards.Reached.reach(OTHER, "ESP32-S3")
    assert not repl.is_open


def test_a_board_that_is_left_as_it_was_runs_its_program_again(repl: _Cable) -> None:
    boards.Reached.reach(OTHER, "ESP32-S3").leave_as_found()
    assert repl.left == ["hard reset"]


def test_a_loader_that_answers_by_the_reset_lines_needs_no_repl(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = _Loader(silent=0)
    monkeypatch.setattr(boards, "Chip", loader)
    reached = boards.Reached.reach(XIAO, "ESP32-S3")
    assert (reached.contents.known, loader.asked) == (False, [(XIAO.device, True)])


@pytest.mark.parametrize("by_repl", [True, False])
def test_an_image_that_does_not_fit_the_chip_erases_nothing_and_the_board_goes_on(
    board: MockBoard,
    repl: _Cable,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    by_repl: bool,
) -> None:
    repl.closed = not by_repl
    large = making.image(loader=making.part(size_code=4))
    file = tmp_path / "large.bin"
    file.write_bytes(large)
    given = ["--sha256", hashlib.sha256(large).hexdigest()]
    assert main(["flash", "--target", board.port, "--image", str(file), *given, "--yes"]) == Exit.IMAGE
    assert "large.bin needs 16777216 bytes of flash, this board has 4194304" in capsys.readouterr().err
    assert board.flash.data[:4] == b"keep"
    assert board.left_loader
