"""Whether a board can take an application, and the application that is built for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from host_tools.cable.errors import WrongBoard
from host_tools.deploying import mpy
from host_tools.deploying.board import Board
from host_tools.deploying.errors import ForeignProgram, ModulesMissing, OtherMpyVersion
from host_tools.deploying.found import Found
from host_tools.deploying.manifest import LOADER, ROOT_FILES, Application, application
from host_tools.release.build import VIRTUAL_ARCHITECTURE

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
BOARD = "xiao_esp32s3"
_CHIP = "ESP32S3"
_ARCHITECTURES = ("xtensawin", VIRTUAL_ARCHITECTURE)
_MOST_PROGRAM_BYTES = 4096  # that are looked into; ours are smaller


@dataclass(frozen=True)
class Options:
    """`source`: .py files, not compiled ones. `replace_program`: also one that is not ours. `keyword`: own words."""

    firmware: Path = FIRMWARE
    board: str = BOARD
    source: bool = False
    dry_run: bool = False
    replace_program: bool = False
    keyword: Path | None = None


def suitable(board: Board, found: Found, options: Options) -> Application:
    """The application for the board that was found. Raises WrongBoard, DeployError, ReleaseError, MissingTool."""
    if _CHIP not in found.machine or found.architecture not in _ARCHITECTURES:
        raise WrongBoard(board.port, f"{found.machine} ({found.architecture or 'no native code'})", f"an {_CHIP}")
    if found.missing:
        raise ModulesMissing(board.port, found.missing)
    made = application(
        options.firmware,
        options.board,
        compiled=not options.source,
        architecture=found.architecture,
        keyword=options.keyword,
    )
    needed = mpy.version_of(made.slot)
    if needed is not None and not mpy.takes(found.mpy_version, needed):
        raise OtherMpyVersion(board.port, found.mpy_version, needed)
    if not options.replace_program and (foreign := _foreign(board, found, made)):
        raise ForeignProgram(board.port, foreign)
    return made


def _foreign(board: Board, found: Found, made: Application) -> list[str]:
    """Programs on a board that has no loader of ours; the boot.py that MicroPython makes has comments alone."""
    if any(path.startswith(LOADER) for path in found.root):
        return []
    there = [(name, found.root[name]) for name in ROOT_FILES if name in found.root]
    return [
        name
        for name, size in there
        if size > _MOST_PROGRAM_BYTES or _is_foreign(board.get("/" + name), made.root[name])
    ]


def _is_foreign(content: bytes, ours: bytes) -> bool:
    lines = [line.strip() for line in content.splitlines()]
    return content != ours and any(line and not line.startswith(b"#") for line in lines)
