"""Killed (-9) at every step of destroying: the key went first, nothing can be read, and the next start finishes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.app.erasing.dying import FILES

ROOT = Path(__file__).parents[3]
# Marker, lock, six files, two rooms, two files of the receipt, the marker again: most with a flush of file and folder.
_FEWEST_STEPS = 25


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.app.erasing.dying", str(tmp_path_factory.mktemp("deaths"))]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def test_no_file_goes_while_the_key_is_there(deaths: list[dict[str, Any]]) -> None:
    for row in deaths:
        assert row["opened"] == FILES or row["opened"] == 0, row
        assert row["files"] == FILES or row["opened"] == 0, row
    readable = [row["opened"] > 0 for row in deaths]
    assert readable == sorted(readable, reverse=True), "what cannot be read stays unreadable"
    assert readable[0]
    assert not readable[-1]


def test_before_the_point_of_no_return_nothing_is_lost(deaths: list[dict[str, Any]]) -> None:
    early = [row for row in deaths if not row["destroying"] and row["rest"] and row["files"]]
    assert early
    for row in early:
        assert row["opened"] == FILES
        assert row["after"]["opened"] == FILES, "and a start does not go on with what had not begun"


def test_every_start_after_it_finishes(deaths: list[dict[str, Any]]) -> None:
    begun = [row for row in deaths if row["destroying"]]
    assert len(deaths) > _FEWEST_STEPS
    assert [row["killed"] for row in deaths] == [True] * (len(deaths) - 1) + [False]
    for row in begun:
        assert row["after"]["rest"] == [], row
        assert row["state"] == "done", row
