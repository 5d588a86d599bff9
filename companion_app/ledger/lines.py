"""The lines of the glasses' journal as the phone reads them: [seq, time_s, "kind", {data}], chained by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

from companion_app.ledger.verdict import Damage, Finding

_MAX_CHARACTERS = 4096


def chain(head: str, lines: Sequence[str]) -> str:
    """The hex head after `lines`, from the hex head before them."""
    digest = bytes.fromhex(head)
    for line in lines:
        digest = hashlib.sha256(digest + line.encode()).digest()
    return digest.hex()


def kind_of(line: str) -> object:
    """The kind of a record, None where the line is none."""
    record = _record(line)
    return record[2] if record is not None else None


def data_of(line: str) -> dict[str, Any]:
    """What a record says; empty where it says nothing that can be read."""
    record = _record(line)
    data = record[3] if record is not None else None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def parsed(line: str) -> tuple[int, int, str, dict[str, Any]] | None:
    """Number, time (Unix seconds), kind and data of a record; None where the line is none that can be read."""
    record = _record(line)
    if record is None:
        return None
    seq, time_s, kind, data = record
    if type(seq) is not int or type(time_s) is not int or not isinstance(kind, str) or not isinstance(data, dict):
        return None
    return seq, time_s, kind, cast("dict[str, Any]", data)


def in_order(lines: Sequence[str], first: int) -> int:
    """How many of `lines` bear the numbers first, first + 1, … before one does not."""
    for index, line in enumerate(lines):
        if _number(line) != first + index:
            return index
    return len(lines)


def misplaced(lines: Sequence[str], first: int, end: int) -> Finding | None:
    """The first of `lines` that does not bear its own number, or that is missing before `end`."""
    good = in_order(lines, first)
    position = first + good
    if good == len(lines):
        return Finding(Damage.REMOVED, position) if position < end else None
    number = _number(lines[good])
    if number is None:
        return Finding(Damage.UNREADABLE, position)
    return Finding(Damage.REMOVED if number > position else Damage.REORDERED, position)


def _record(line: str) -> list[object] | None:
    if len(line) > _MAX_CHARACTERS or "\n" in line:
        return None
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or len(cast("list[object]", value)) != 4:
        return None
    return cast("list[object]", value)


def _number(line: str) -> int | None:
    record = _record(line)
    return record[0] if record is not None and type(record[0]) is int else None
