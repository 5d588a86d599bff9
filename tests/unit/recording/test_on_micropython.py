"""The hot path of a clip under MicroPython itself, with its heap locked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[2] / "firmware"
MOST_BYTES = 1500  # that sealing may leave to the collector for a frame of 9 kB: hashes and views, no copy of a frame


def test_a_frame_of_a_clip_allocates_nothing(tmp_path: Path) -> None:
    micropython = Path(sys.executable).with_name("micropython")
    command = [micropython, "-X", "heapsize=8M", HERE / "on_micropython" / "no_allocation.py", tmp_path]
    environment = {"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "ok"
    weighed = re.search(r"sealing: (\d+)$", done.stdout, re.MULTILINE)
    assert weighed is not None
    assert int(weighed.group(1)) <= MOST_BYTES
