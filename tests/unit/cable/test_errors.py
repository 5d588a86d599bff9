"""Every error of the cable is one line that names what happened and the way out, with the exit code of boards."""

from __future__ import annotations

import pytest

from host_tools.cable import errors
from host_tools.cable.errors import CableError
from host_tools.exits import Exit
from host_tools.provisioning.errors import NotSeenLocked, StillOpen

PORT = "/dev/ttyACM0"
ALL: list[CableError] = [
    errors.NoBoard(),
    errors.NoBoard("348518aabbcc", ["/dev/ttyUSB0 (CP2102)"]),
    errors.SeveralBoards(["/dev/ttyACM0 (one)", "/dev/ttyACM1 (two)"]),
    errors.PortBusy(PORT),
    errors.PermissionDenied(PORT),
    errors.NotAPort(PORT, "a file"),
    errors.CableLost(PORT),
    errors.CableLost(PORT, "writing /x"),
    errors.PortVanished(PORT, "opening it"),
    errors.WrongBoard(PORT, "Raspberry Pi Pico", "an ESP32S3"),
    errors.NoMicroPython(PORT, "invalid header: 0xffffffff"),
    errors.NoApplication(PORT),
    errors.BrokenApplication(PORT, "SyntaxError('invalid syntax',)"),
    errors.ReplClosed(PORT),
    errors.ReplClosed(PORT, "ready: locked"),
    errors.BoardSilent(PORT, "running code", 10),
    errors.BoardConfused(PORT, "asking", "line one\nline two" * 100),
    errors.BoardCodeFailed(PORT, "out", "Traceback:\n  File\nOSError: 28\n"),
    errors.BoardCodeFailed(PORT, "out", ""),
    NotSeenLocked(PORT, "restarting them", "the board is gone"),
    StillOpen(PORT),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_an_error_is_one_line_with_a_way_out(error: CableError) -> None:
    text = str(error)
    assert len(text.splitlines()) == 1
    assert error.exit_code == Exit.BOARD
    what, _, way_out = text.partition(": ")
    assert what
    assert way_out, "every error says what to do"
    assert error.port in text


def test_no_class_is_left_out() -> None:
    named = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, CableError) and kind is not CableError
    }
    assert named <= {type(error) for error in ALL}


def test_who_may_not_open_a_port_is_told_how_to() -> None:
    text = str(errors.PermissionDenied(PORT))
    assert errors.UDEV_RULE in text
    assert errors.DIALOUT in text
    assert "/etc/udev/rules.d/" in text
    for vendor in ("303a", "2886", "2e8a"):
        assert vendor in errors.UDEV_RULE
