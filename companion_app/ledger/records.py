"""One record of the ledger as a line of text, and the hash that chains it to the line before.

A line is `[seq,time_s,"kind",{data},"previous","hash"]`; hash = SHA-256 of the text before `,"hash"]`.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, cast

from companion_app.ledger.errors import NotRecordable

GENESIS = hashlib.sha256(b"plainsight-ledger-v1").hexdigest()
MAX_LINE_BYTES = 64 * 1024
_MAX_KIND_CHARACTERS = 40
_HASH = re.compile(r"[0-9a-f]{64}")
_TAIL = re.compile(rb',"([0-9a-f]{64})"\]')
_TAIL_BYTES = 68


@dataclass(frozen=True)
class Entry:
    """One record; `previous` and `hash` are hex SHA-256 and chain it to the record before."""

    seq: int
    time_s: int
    kind: str
    data: dict[str, Any]
    previous: str
    hash: str


class UnreadableLine(Exception):
    """A line of the file is not a record at all."""


def make_entry(seq: int, time_s: int, kind: str, data: dict[str, Any], previous: str) -> tuple[Entry, bytes]:
    """A new record and its line (without newline). Raises NotRecordable."""
    if not 1 <= len(kind) <= _MAX_KIND_CHARACTERS:
        raise NotRecordable(kind, "bad_kind")
    try:
        text = json.dumps([seq, time_s, kind, data, previous], separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotRecordable(kind, "not_json") from error
    core = text[:-1].encode()
    digest = hashlib.sha256(core).hexdigest()
    line = core + f',"{digest}"]'.encode()
    if len(line) > MAX_LINE_BYTES:
        raise NotRecordable(kind, "too_long")
    return Entry(seq, time_s, kind, json.loads(text)[3], previous, digest), line


def parse_line(line: bytes) -> tuple[Entry, bool]:
    """A record, and whether its hash fits its text. Raises UnreadableLine."""
    tail = _TAIL.fullmatch(line[-_TAIL_BYTES:])
    if tail is None or len(line) > MAX_LINE_BYTES:
        raise UnreadableLine
    core = line[:-_TAIL_BYTES]
    try:
        fields: object = json.loads(core + b"]")
    except (ValueError, RecursionError) as error:
        raise UnreadableLine from error
    stated = tail[1].decode()
    return _entry(fields, stated), hashlib.sha256(core).hexdigest() == stated


def _entry(fields: object, stated: str) -> Entry:
    if not isinstance(fields, list) or len(cast("list[object]", fields)) != 5:
        raise UnreadableLine
    seq, time_s, kind, data, previous = cast("list[Any]", fields)
    if type(seq) is not int or seq < 0 or type(time_s) is not int:
        raise UnreadableLine
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise UnreadableLine
    if not isinstance(previous, str) or not _HASH.fullmatch(previous):
        raise UnreadableLine
    return Entry(seq, time_s, kind, cast("dict[str, Any]", data), previous, stated)
