"""`plainsight flash` as a person meets it, with a bare chip (real esptool) where one is needed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from host_tools.cable.ports import PortInfo
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.flashing import flash
from tests.unit.flashing import making
from tests.unit.flashing.boards_here import BRIDGE, INFO, OTHER, XIAO
from tests.unit.flashing.mock_board import MockBoard

IMAGE = making.image()
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


def error_after_looking(capsys: pytest.CaptureFixture[str]) -> str:
    """The error is one line, after the one that says what is being waited for."""
    looking, error = capsys.readouterr().err.splitlines()
    assert looking.startswith("looking at the board on ")
    return error


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
    assert board.left_loader


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
    assert board.left_loader


def test_ctrl_c_at_the_question_erases_nothing_and_the_board_goes_on(
    board: MockBoard, command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(question: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("host_tools.cli.flash.confirm", stop)
    assert command("--target", board.port) == Exit.INTERRUPTED
    assert capsys.readouterr().err.endswith("plainsight flash: interrupted\n")
    assert board.flash.data[:4] == b"keep"
    assert board.left_loader


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


def test_a_hash_without_an_image_says_nothing_of_the_stand_in(
    board: MockBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flash", "--target", board.port, "--sha256", "a" * 64, "--yes"]) == Exit.USAGE
    assert "name it with --image" in only_line(capsys)


def test_a_busy_port_is_one_line(board: MockBoard, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with serial.Serial(board.port, exclusive=True):
        assert command("--target", board.port, "--yes") == Exit.BOARD
    assert "in use by another program" in error_after_looking(capsys)


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
    assert "/dev/ttyUSB0" in error_after_looking(capsys)  # it is looked for now, and is not here


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
