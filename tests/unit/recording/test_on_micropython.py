"""The hot paths of a clip and of a live session under MicroPython itself, with its heap locked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[2] / "firmware"
MOST_BYTES = 1500  # that sealing may leave to the collector for a frame of 9 kB: hashes and views, no copy of a frame
MOST_LIVE_BYTES = 3500  # that the answer for a frame of 9 kB and its way out may leave: its words, hashes, views


def run(script: str, folder: Path) -> str:
    """What the script says; it ends with "ok"."""
    micropython = Path(sys.executable).with_name("micropython")
    command = [micropython, "-X", "heapsize=8M", HERE / "on_micropython" / script, folder]
    environment = {"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "ok"
    return done.stdout


def weighed(said: str) -> int:
    """The number behind the colon."""
    found = re.search(r": (\d+)$", said, re.MULTILINE)
    assert found is not None
    return int(found.group(1))


def test_a_frame_of_a_clip_allocates_nothing(tmp_path: Path) -> None:
    assert weighed(run("no_allocation.py", tmp_path)) <= MOST_BYTES


def test_a_live_session_waits_and_proves_without_allocating_and_copies_no_frame(tmp_path: Path) -> None:
    assert weighed(run("live_memory.py", tmp_path)) <= MOST_LIVE_BYTES
