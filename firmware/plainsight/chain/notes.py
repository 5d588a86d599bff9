"""The small files beside the lines: the head, what the phone countersigned, heads along the way, and a reserve of room.

A note that cannot be read, or holds what was never written, is no note.
"""

import binascii
import json

from plainsight import files
from plainsight.chain.segments import MOST_RECORDS
from plainsight.compat import const
from plainsight.hkdf import HASH_BYTES

RESERVE_BYTES = const(16384)
_MOST_BYTES = const(65536)
_UNREADABLE = (KeyError, ValueError, TypeError, RuntimeError)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Head:
    """`count` lines were written and end in `head`.

    The chain is checked from `base` on, where the head was `base_head`; lines before `first` were pruned.
    """

    def __init__(self, count: int, head: bytes, base: int, base_head: bytes, first: int):
        self.count = count
        self.head = head
        self.base = base
        self.base_head = base_head
        self.first = first


def read_head(path: str) -> Head | None:
    """The head, or None where there is none. Raises OSError."""
    fields = _load(path)
    try:
        count, base, first = (_count(fields[name]) for name in ("count", "base", "first"))
        head, base_head = (_hash(fields[name]) for name in ("head", "base_head"))
    except _UNREADABLE:
        return None
    return Head(count, head, base, base_head, first) if first <= base <= count else None


def write_head(path: str, head: Head) -> None:
    """Replace the head. Raises OSError."""
    fields = {"count": head.count, "head": as_hex(head.head), "base": head.base, "base_head": as_hex(head.base_head)}
    fields["first"] = head.first
    files.write_atomic(path, json.dumps(fields).encode())


def read_signed(path: str) -> tuple[int, bytes]:
    """(count, head) that the phone signed last; (0, b"") where there is none. Raises OSError."""
    fields = _load(path)
    try:
        return _count(fields["count"]), _hash(fields["head"])
    except _UNREADABLE:
        return 0, b""


def write_signed(path: str, count: int, head: bytes, mac: bytes) -> None:
    """Replace what was signed. Raises OSError."""
    files.write_atomic(path, json.dumps({"count": count, "head": as_hex(head), "mac": as_hex(mac)}).encode())


def read_index(path: str) -> dict[int, bytes]:
    """The head before each segment, by its first number; empty where there is none. Raises OSError."""
    rows = _load(path).get("heads")
    if not isinstance(rows, dict):
        return {}
    try:
        return {_count(int(start)): _hash(rows[start]) for start in rows}
    except _UNREADABLE:
        return {}


def write_index(path: str, heads: dict[int, bytes]) -> None:
    """Replace the index. Raises OSError."""
    rows = {str(start): as_hex(head) for start, head in heads.items()}
    files.write_atomic(path, json.dumps({"heads": rows}).encode())


def fill_reserve(path: str) -> bool:
    """Take room that only `free_reserve` gives back; False where there is none to take."""
    if files.size(path) == RESERVE_BYTES:
        return True
    try:
        files.write_atomic(path, bytes(RESERVE_BYTES))
    except OSError:
        files.remove(path + files.BESIDE)
        return False
    return True


def free_reserve(path: str) -> bool:
    """Give the room back; False where it is gone already. Raises OSError."""
    return files.remove(path)


def as_hex(data: bytes) -> str:
    """Lowercase hexadecimal digits."""
    return binascii.hexlify(data).decode()


def _load(path: str) -> "dict[str, Any]":
    size = files.size(path)
    if size is None or size > _MOST_BYTES:
        return {}
    try:
        fields = json.loads(files.read(path) or b"{}")
    except _UNREADABLE:
        return {}
    return fields if isinstance(fields, dict) else {}


def _count(value: "Any") -> int:
    """A number of lines. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MOST_RECORDS:
        raise ValueError
    return value


def _hash(value: "Any") -> bytes:
    """A head from hexadecimal digits. Raises ValueError, TypeError."""
    digest = binascii.unhexlify(value)
    if len(digest) != HASH_BYTES:
        raise ValueError
    return digest
