"""An update on real littlefs under MicroPython, with the power cut at every write: old or new, never neither."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.update.making import KEY, PUBLIC, fields_of, signed

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FLASH = ROOT / "tests/unit/firmware_capture/on_micropython"
_DOUBLE_CUTS = 15


def contents(version: str) -> dict[str, bytes]:
    """A small release: littlefs keeps the first file inside its folder, and gives the second blocks of its own."""
    return {"plainsight/version.py": version.encode(), "plainsight/big.py": version.encode() * 300}


def bundle(version: str, number: int) -> bytes:
    from host_tools.release.release import canonical

    files = contents(version)
    return signed(canonical(fields_of(files, version)), b"".join(files.values()), KEY, number)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with the releases as a module for MicroPython."""
    versions = ("0.2.0", "0.3.0")
    bundles = {version: bundle(version, number) for number, version in enumerate(versions)}
    files = {version: contents(version) for version in versions}
    (tmp_path / "made.py").write_text(f"PUBLIC = {PUBLIC!r}\nBUNDLES = {bundles!r}\nCONTENTS = {files!r}\n")
    return tmp_path


@pytest.mark.timeout(300)
def test_the_old_or_the_new_runs_after_any_cut(made: Path) -> None:
    seed = random.randrange(2**30)
    path = os.pathsep.join(str(folder) for folder in (made, ROOT / "firmware", FLASH, ".frozen"))
    micropython, script = Path(sys.executable).with_name("micropython"), HERE / "on_micropython/cut_updates.py"
    done = subprocess.run(
        [micropython, "-X", "heapsize=16M", script, str(seed), str(_DOUBLE_CUTS)],
        env={"MICROPYPATH": path, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "ok"
    counts = {line.split(" cuts ")[0]: int(line.split(" cuts ")[1].split()[0]) for line in lines if " cuts " in line}
    assert counts["upload"] > 30
    assert counts["install"] > 20
    assert min(counts[name] for name in ("boot", "confirm", "roll back")) > 2
