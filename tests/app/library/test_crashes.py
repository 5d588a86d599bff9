"""Killed (-9) at any step: each picture, word and question is whole as it was confirmed, or as it was about to be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EVERY = 37  # of about nine hundred steps; all of them: python -m tests.app.library.dying FOLDER 1


@pytest.mark.promise(3)
def test_nothing_confirmed_is_lost_and_nothing_half_done_stays(tmp_path: Path) -> None:
    """In a process of its own, which has no threads when it forks."""
    command = [sys.executable, "-m", "tests.app.library.dying", str(tmp_path), str(EVERY)]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    assert int(run.stdout) > 15
