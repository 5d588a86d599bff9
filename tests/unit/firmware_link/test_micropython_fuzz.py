"""The parsers under MicroPython itself, whose json and struct are not CPython's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import plainsight
import pytest

_FIRMWARE = Path(plainsight.__file__).parents[1]
_FUZZ = Path(__file__).parent / "on_micropython" / "fuzz.py"
_MICROPYTHON = str(Path(sys.executable).with_name("micropython"))
_ROUNDS = 1500


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_frames_are_understood_or_refused(seed: int) -> None:
    environment = {**os.environ, "MICROPYPATH": f"{_FIRMWARE}:.frozen"}
    command = (_MICROPYTHON, "-X", "heapsize=1M", str(_FUZZ), str(seed), str(_ROUNDS))
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert run.stdout.startswith("OK"), run.stdout + run.stderr
    assert int(run.stdout.split()[1]) > _ROUNDS, "most frames must still be understood, or nothing is tried"
