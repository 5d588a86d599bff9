"""Files on a board, by way of its REPL: written beside and renamed, read with their hash, listed, hashed there."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeGuard, TypeVar, cast

from host_tools.cable.answers import Board, ask
from host_tools.cable.errors import BoardConfused

_T = TypeVar("_T")
Progress = Callable[[int, int], None]  # bytes done, bytes in all

BESIDE = ".new"  # as the firmware names a write that is not finished (plainsight/files.py)
_CHUNK_BYTES = 3072  # 4 kB of base64: fits a board's heap many times over, and one round trip is worth it
_SHA256 = re.compile("[0-9a-f]{64}")
_LIST_S = 60.0
_HASH_S = 120.0
_REMOVE_S = 120.0

_HELPERS = """\
import os
def _names(path):
 return [(e[0], e[1], e[3] if len(e) > 3 else 0) for e in os.ilistdir(path)]
"""

_WALK = (
    _HELPERS
    + """\
def _walk(path, found):
 for name, kind, size in _names(path):
  full = (path if path.endswith("/") else path + "/") + name
  if kind & 0x4000:
   _walk(full, found)
  else:
   found[full] = size
 return found
def _all(root):
 try:
  os.stat(root)
 except OSError:
  return {}
 return _walk(root, {})
"""
)

_REMOVE = (
    _HELPERS
    + """\
def _remove(path):
 try:
  folder = os.stat(path)[0] & 0x4000
 except OSError as error:
  if error.errno == 2:
   return
  raise
 if not folder:
  os.remove(path)
  return
 for name, kind, size in _names(path):
  _remove(path + "/" + name)
 os.rmdir(path)
"""
)

_HASH = """\
import binascii, hashlib
def _hash(path):
 digest, block = hashlib.sha256(), memoryview(bytearray(4096))
 with open(path, "rb") as file:
  while True:
   size = file.readinto(block)
   if not size:
    return binascii.hexlify(digest.digest()).decode()
   digest.update(block[:size])
def _hashes(paths):
 found = {}
 for path in paths:
  try:
   found[path] = _hash(path)
  except OSError as error:
   if error.errno != 2:
    raise
 return found
"""


def put(board: Board, path: str, content: bytes, progress: Progress | None = None) -> None:
    """Write a file: beside, then renamed, so that a cut leaves the old one or none. Raises what `execute` raises."""
    beside = path + BESIDE
    board.execute(f"from binascii import a2b_base64 as _a\n_f = open({beside!r}, 'wb')\n_w = _f.write")
    for start in range(0, len(content), _CHUNK_BYTES):
        chunk = content[start : start + _CHUNK_BYTES]
        written = ask(board, f"answer(_w(_a({base64.b64encode(chunk)!r})))", step=f"writing {path}")
        if written != len(chunk):
            raise BoardConfused(board.port, f"writing {path}", f"{written} of {len(chunk)} bytes written")
        if progress is not None:
            progress(start + len(chunk), len(content))
    board.execute(f"_f.close()\nimport os\nos.rename({beside!r}, {path!r})")


def get(board: Board, path: str) -> bytes:
    """A file's bytes, compared with the hash that the board gives of it. Raises BoardConfused and BoardCodeFailed."""
    step = f"reading {path}"
    board.execute(_HASH + f"_d, _f = hashlib.sha256(), open({path!r}, 'rb')\n")
    content = bytearray()
    while True:
        code = f"_b = _f.read({_CHUNK_BYTES})\n_d.update(_b)\nanswer(binascii.b2a_base64(_b).decode().strip())"
        piece = _base64(ask(board, code, step=step), board.port, step)
        if not piece:
            break
        content += piece
    told = ask(board, "_f.close()\nanswer(binascii.hexlify(_d.digest()).decode())", step=step)
    if told != hashlib.sha256(content).hexdigest():
        raise BoardConfused(board.port, step, "bytes were lost on the way")
    return bytes(content)


def make_folder(board: Board, path: str) -> None:
    """Make a folder and those above it; what exists is left."""
    code = (
        "import os\ndef _make(path):\n try:\n  os.mkdir(path)\n except OSError as e:\n  if e.errno != 17:\n   raise\n"
    )
    parts = path.rstrip("/").split("/")
    folders = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    board.execute(code + "".join(f"_make({folder!r})\n" for folder in folders if folder))


def remove(board: Board, path: str) -> None:
    """Remove a file, or a folder with all that is in it; what is not there is no error."""
    board.execute(_REMOVE + f"_remove({path.rstrip('/')!r})", timeout_s=_REMOVE_S)


def rename(board: Board, old: str, new: str) -> None:
    """Rename a file; one that has the new name already is replaced."""
    board.execute(f"import os\nos.rename({old!r}, {new!r})")


def files(board: Board, root: str = "/") -> dict[str, int]:
    """Path to size in bytes of every file under `root`; none where it does not exist."""
    step = f"listing {root}"
    code = f"{_WALK}answer(_all({root!r}))"
    return _table(ask(board, code, step=step, timeout_s=_LIST_S), _is_size, board.port, step)


def hashes(board: Board, paths: Iterable[str]) -> dict[str, str]:
    """Path to SHA-256 (hexadecimal), computed on the board; files that are not there are left out."""
    code = f"{_HASH}answer(_hashes({list(paths)!r}))"
    return _table(ask(board, code, step="hashing files", timeout_s=_HASH_S), _is_sha256, board.port, "hashing files")


def _base64(answer: object, port: str, step: str) -> bytes:
    try:
        return base64.b64decode(cast("str", answer), validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise BoardConfused(port, step, repr(answer)) from error


def _table(answer: object, right: Callable[[object], TypeGuard[_T]], port: str, step: str) -> dict[str, _T]:
    """A JSON object whose values are all `right`. Raises BoardConfused."""
    if isinstance(answer, dict):
        rows = cast("Mapping[str, object]", answer)
        found = {path: value for path, value in rows.items() if right(value)}
        if len(found) == len(rows):
            return found
    raise BoardConfused(port, step, json.dumps(answer))


def _is_size(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _is_sha256(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None
