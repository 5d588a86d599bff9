"""The signed part of a release: what it is, for which board, and every file with its size and hash.

    {"board":"…","files":[["plainsight/__init__.py",0,"<sha256>"],…],"floor":"1.2.0","format":1,"version":"1.2.3"}

The text is canonical: keys sorted, no spaces, ASCII. `floor` is the oldest version that the glasses take once this
release was confirmed.
"""

import json

from plainsight import wire
from plainsight.update import versions
from plainsight.update.errors import BadRelease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
MAX_MANIFEST_BYTES = 32 * 1024
MAX_FILES = 256
MAX_PATH = 64  # characters
_MAX_DEPTH = 4  # folders and the file's own name
_MAX_FILE_BYTES = 256 * 1024
_MAX_BOARD = 64
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_OUTSIDE = ("loader", "main", "boot")  # lie outside of the slots and take no updates
_KEYS = ("board", "files", "floor", "format", "version")


class Manifest:
    """`files` are (path, size in bytes, sha256 in hex); paths are relative and stay inside the slot."""

    def __init__(self, version: str, floor: str, board: str, rows: list):
        self.version = version
        self.floor = floor
        self.board = board
        self.files: list[tuple[str, int, str]] = []
        self._rows = rows

    @property
    def body_bytes(self) -> int:
        """Size of all files together."""
        return sum([size for _, size, _ in self.files])

    def check_files(self) -> "Iterator[None]":
        """Fill `files`, one file between two steps: 256 of them would hold up other tasks. Raises BadRelease."""
        taken: set = set()
        folders: set = set()
        for row in self._rows:
            if not isinstance(row, list) or len(row) != 3:
                raise BadRelease("bad_file")
            path, size, digest = row
            check_path(path)
            if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _MAX_FILE_BYTES:
                raise BadRelease("bad_size")
            if not wire.is_hex(digest, 32):
                raise BadRelease("bad_sha256")
            _take(path, taken, folders)
            self.files.append((path, size, digest))
            yield
        if "plainsight" not in folders:
            raise BadRelease("no_plainsight")


def parse(text: bytes) -> Manifest:
    """Every field checked, at once. Raises BadRelease."""
    found = parse_head(text)
    for _ in found.check_files():
        pass
    return found


def parse_head(text: bytes) -> Manifest:
    """Every field checked but the files, which `check_files` takes step by step. Raises BadRelease."""
    try:
        fields = json.loads(str(text, "utf-8"))
    except (ValueError, TypeError, RuntimeError):  # RuntimeError: nested deeper than the parser's stack
        raise BadRelease("bad_json")
    if not isinstance(fields, dict) or set(fields) != set(_KEYS):
        raise BadRelease("bad_manifest")
    if fields["format"] is True or fields["format"] != FORMAT:
        raise BadRelease("unknown_format")
    board = fields["board"]
    if not isinstance(board, str) or not 0 < len(board) <= _MAX_BOARD:
        raise BadRelease("bad_board")
    if versions.parse(fields["floor"]) > versions.parse(fields["version"]):
        raise BadRelease("floor_above_version")
    rows = fields["files"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_FILES:
        raise BadRelease("bad_files")
    return Manifest(fields["version"], fields["floor"], board, rows)


def check_path(path: object) -> None:
    """Raise BadRelease unless `path` names a file inside the slot, in letters that every file system has."""
    if not isinstance(path, str) or not 0 < len(path) <= MAX_PATH:
        raise BadRelease("bad_path")
    parts = path.split("/")
    if len(parts) > _MAX_DEPTH or parts[0].split(".")[0] in _OUTSIDE:
        raise BadRelease("bad_path")
    for part in parts:
        if not part or part[0] == ".":
            raise BadRelease("bad_path")
        for letter in part:
            if letter not in _LETTERS and letter != ".":
                raise BadRelease("bad_path")


def _take(path: str, taken: set, folders: set) -> None:
    """Raise BadRelease where two files are one: the same name but for its case, a module twice, a file as a folder."""
    name = path.lower()
    if name.endswith(".mpy"):
        name = name[:-4] + ".py"
    parent = name
    while "/" in parent:
        parent = parent.rsplit("/", 1)[0]
        if parent in taken:
            raise BadRelease("duplicate")
        folders.add(parent)
    if name in taken or name in folders:
        raise BadRelease("duplicate")
    taken.add(name)
