"""What a board or a USB device says of itself gets to the terminal as words, and as no more than that."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from host_tools.cli import doctor
from host_tools.cli.main import main
from host_tools.cli.terminal import say
from host_tools.deploying.errors import ApplicationBroken
from host_tools.exits import HostError
from host_tools.harness.log import BoardLog
from host_tools.printable import printable, printable_lines
from tests.unit.cable.peer import Peer, plugged_in

# Sets the terminal's title, clears it, starts a line of its own, and turns the direction of writing.
EVIL = "\x1b]0;mine\x07\x1b[2J\nplainsight: all is well \u202e\x9b1m"


@given(st.text())
def test_it_is_one_line_that_a_terminal_only_shows(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable_lines(text).split("\n")) == len(text.split("\n"))


@given(st.text().filter(str.isprintable))
def test_words_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


def hostile(chip: str, missing: list[str], broken: str, paths: list[str]) -> Peer:
    """A board that says of itself what no terminal should hear."""
    of_itself = {"machine": chip + EVIL, "release": "v1.28" + EVIL, "application": "1" + EVIL, "unique_id": EVIL}
    identity = {"provisioned": True, "mode": EVIL, "level": EVIL, "certificate": EVIL, "broken": broken}
    sizes = {"mpy": 2822, "free": 10**9, "sizes": {}, "missing": missing, "heap": 1}
    crash = {"crashes": {"crashes": [{"cause": EVIL, "text": EVIL}]}}

    def run(code: str) -> tuple[str, str]:
        if marks := re.findall(r"print\('([0-9a-f]{12})'", code):
            listed = dict.fromkeys(paths, 1) if "_all(" in code else of_itself | identity | sizes | crash
            return f"{marks[0]}{json.dumps(listed)}\n", ""
        return (json.dumps(identity) + "\n", "") if "identity.summary" in code else ("", "")

    return Peer(run=run)


@pytest.mark.parametrize(
    ("arguments", "board"),
    [
        (["provision"], hostile("Pico", [], "", [])),
        (["provision"], hostile("ESP32S3", [], EVIL, [])),
        (["provision"], hostile("ESP32S3", [], "", [])),
        (["deploy"], hostile("Pico", [], "", [])),
        (["deploy"], hostile("ESP32S3", ["camera" + EVIL], "", [])),
        (["doctor"], hostile("ESP32S3", [], "", [])),
        (["doctor"], hostile("Pico", [], EVIL, [])),
        (["flash"], hostile("ESP32S3", [], "", [])),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_no_command_passes_on_what_a_board_would_do_to_a_terminal(
    arguments: list[str], board: Peer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)  # nobody says yes
    with plugged_in(board) as peer:
        assert main([*arguments, "--target", peer.port]) != 0
    captured = capsys.readouterr()
    lines = (captured.out + captured.err).splitlines()
    assert all(line.isprintable() for line in lines)
    assert "plainsight: all is well" not in {line[:23] for line in lines}
    assert "all is well" in captured.out + captured.err, "it was not asked"


def test_a_usb_device_names_itself_in_words() -> None:
    assert str(PortInfo("/dev/ttyACM0", 1, 2, "12" + EVIL, "board" + EVIL, Kind.UNKNOWN)).isprintable()


def test_a_broken_application_is_named_in_words() -> None:
    traceback = f'Traceback (most recent call last):\n  File "{EVIL.replace(chr(10), "")}", line 1\nError: \x1b[2J'
    assert str(ApplicationBroken("/dev/ttyACM0", traceback)).isprintable()


def test_the_log_of_a_board_can_be_read_in_a_terminal(tmp_path: Path) -> None:
    log = BoardLog(tmp_path)
    log.begin("one")
    log.board_said(b"\x1b[2Jhello\xff\r\n")
    assert log.path is not None
    assert "\\x1b[2Jhello\\xff" in log.path.read_text()
    log.end(keep=False)


def test_whatever_else_is_said_obeys_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say("one\x1b[2J\ntwo")
    for error in (HostError("bad\x1b[2J"), OSError("bad\x1b[2J")):

        def fail(_options: object, error: Exception = error) -> int:
            raise error

        monkeypatch.setattr(doctor, "run", fail)
        assert main(["doctor"]) != 0
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["one\\x1b[2J", "two"]
    assert all(line.isprintable() for line in said)
