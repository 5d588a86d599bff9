"""The board's main.py, run here: a flash that can't be looked at is somebody's; what ends on one is restarted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

MAIN = Path(__file__).parents[3] / "firmware/boards/xiao_esp32s3/main.py"
CTRL_C = 3


class Chip:
    """What main.py does to it, in order; `names` is what lies at the root of the flash."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
        self.done: list[Any] = []
        self.trial = False
        self.ends: bool | Exception = True  # what start.run returns, or raises
        self._patch = monkeypatch
        self.module("micropython", kbd_intr=self.done.append)
        self.module(
            "machine", reset=lambda: self.done.append("reset"), lightsleep=lambda ms: self.done.append(("sleep", ms))
        )
        self.module("loader", enter=lambda: self.done.append("enter"), on_trial=lambda: self.trial)
        self.module("board", Board=object)
        self.module("plainsight", start=SimpleNamespace(run=self._run))
        monkeypatch.setattr(sys, "print_exception", lambda error: self.done.append(type(error)), raising=False)
        monkeypatch.setattr(os, "statvfs", lambda path: None)
        monkeypatch.setattr(os, "listdir", lambda path: list(names))

    def module(self, name: str, **names: Any) -> None:
        self._patch.setitem(sys.modules, name, SimpleNamespace(**names))  # type: ignore[arg-type]

    def boot(self) -> list[Any]:
        exec(compile(MAIN.read_text(), str(MAIN), "exec"), {"__name__": "__main__"})
        return self.done

    def _run(self, board: object) -> bool:
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


FRESH = ("boot.py", "main.py", "loader", "slots", "crashes.json", "clock.json", "wiped.json")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Chip:
    return Chip(monkeypatch, FRESH)


@pytest.fixture
def owned(monkeypatch: pytest.MonkeyPatch) -> Chip:
    return Chip(monkeypatch, (*FRESH, "identity"))


def test_a_fresh_board_lets_ctrl_c_in_and_ends_at_the_repl(fresh: Chip) -> None:
    assert fresh.boot() == [-1, CTRL_C, "enter"]


def test_a_fresh_board_does_not_sleep_off_a_broken_application(fresh: Chip) -> None:
    fresh.ends = ImportError()
    assert fresh.boot() == [-1, CTRL_C, "enter", ImportError]


def test_an_owned_board_is_shut_and_restarts(owned: Chip) -> None:
    assert owned.boot() == [-1, "enter", "reset"]


def test_an_owned_board_whose_open_console_was_reached_stays_there(owned: Chip) -> None:
    owned.ends = False
    assert owned.boot() == [-1, "enter"]


def test_an_owned_board_rests_before_it_tries_a_broken_application_again(owned: Chip) -> None:
    owned.ends = ImportError()
    assert owned.boot() == [-1, "enter", ImportError, ("sleep", 10_000), "reset"]


def test_a_release_on_trial_is_not_slept_off(owned: Chip) -> None:
    owned.trial, owned.ends = True, ImportError()
    assert owned.boot() == [-1, "enter", ImportError, "reset"]


@pytest.mark.parametrize("call", ["statvfs", "listdir"])
def test_a_flash_that_cannot_be_looked_at_is_somebodys(fresh: Chip, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def unreadable(path: str) -> None:
        raise OSError(19)

    monkeypatch.setattr(os, call, unreadable)
    assert fresh.boot() == [-1, "enter", "reset"]


def test_a_loader_that_is_broken_opens_nothing(owned: Chip) -> None:
    def broken() -> None:
        raise SyntaxError

    owned.module("loader", enter=broken)
    assert owned.boot() == [-1, SyntaxError, ("sleep", 10_000), "reset"]
