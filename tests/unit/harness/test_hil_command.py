"""`plainsight hil`: which pytest it starts, what its exit code says, what it does not touch."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from host_tools.cli import hil
from host_tools.cli.main import build_parser, main
from host_tools.exits import Exit

PORT = "/dev/ttyACM9"


def arguments(*words: str) -> list[str]:
    return hil.arguments(build_parser().parse_args(["hil", *words]))


def test_the_virtual_board_is_the_default_and_never_writes_the_status() -> None:
    chosen = arguments()
    assert chosen[0].endswith("tests/hardware")
    assert chosen[chosen.index("--target") + 1] == "sim"
    assert "--write-status" not in chosen
    assert "-n" not in chosen


def test_a_whole_run_on_a_board_writes_the_status_unless_told_not_to() -> None:
    assert "--write-status" in arguments("--target", PORT)
    assert "--write-status" not in arguments("--target", PORT, "--no-status")
    assert "--write-status" not in arguments("--target", PORT, "--only", "light"), "a part of the suite says too little"


def test_what_is_around_the_board_is_passed_on() -> None:
    words = ("--probe", "/dev/ttyACM1", "--power", "uhubctl:1-1.4:2", "--radio", "system", "--card", "--only", "light")
    chosen = arguments("--target", PORT, *words)
    for name, value in (
        ("--probe", "/dev/ttyACM1"),
        ("--power", "uhubctl:1-1.4:2"),
        ("--radio", "system"),
        ("-k", "light"),
    ):
        assert chosen[chosen.index(name) + 1] == value
    assert "--card" in chosen
    assert "--probe" not in arguments()


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What pytest and the cable will do; nothing is started."""
    plan: dict[str, Any] = {"code": 0, "raises": None}

    def fake_main(chosen: list[str], plugins: list[Any]) -> int:
        plan["chosen"] = chosen
        if plan["raises"] is not None:
            plugins[0].pytest_keyboard_interrupt(SimpleNamespace(type=plan["raises"]))
        return plan["code"]

    monkeypatch.setattr("pytest.main", fake_main)
    monkeypatch.setattr("signal.signal", lambda number, handler: plan.update(signal=(number, handler)))
    return plan


@pytest.mark.parametrize(
    ("code", "raised", "ended"),
    [
        (0, None, Exit.OK),
        (1, None, Exit.FAILED),
        (2, pytest.Session.Interrupted, Exit.FAILED),
        (2, KeyboardInterrupt, Exit.INTERRUPTED),
        (3, None, Exit.FAILED),
        (4, None, Exit.USAGE),
        (5, None, Exit.FAILED),
    ],
)
def test_its_exit_code_says_how_the_tests_ended(ends: dict[str, Any], code: int, raised: Any, ended: Exit) -> None:
    ends.update(code=code, raises=raised)
    assert main(["hil"]) == ended
    assert ends["signal"] == (signal.SIGTERM, signal.default_int_handler), "the board is given back whoever ends it"


def test_a_board_that_is_not_there_is_one_line_and_starts_nothing(
    ends: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hil", "--target", PORT]) == Exit.BOARD
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("plainsight hil: ")
    assert PORT in err
    assert len(err.splitlines()) == 1
    assert "chosen" not in ends


def test_without_a_checkout_it_says_what_is_missing(
    ends: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hil, "_SUITE", Path("/nowhere"))
    assert main(["hil"]) == Exit.HOST
    assert capsys.readouterr().err == (
        "plainsight hil: tests/hardware is missing: run this in a checkout of the repository\n"
    )


@pytest.mark.simulated
def test_what_the_virtual_board_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hil", "--capabilities", "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["results"] == "simulated"
    assert {"application", "camera", "power_cycle", "simulator", "radio"} <= set(told["can"])
    assert told["missing"] == {"probe": "no probe board: --probe"}
