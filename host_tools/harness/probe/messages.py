"""The probe's lines as the host reads them: an answer, or noise (boot messages, a traceback, a prompt)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

PROTOCOL = 1
LINE_BYTES = 1024  # the longest answer is a quarter of it
_COUNT_MAX = 1 << 62


class MissingField(Exception):
    """An answer lacks a field, or has it with another type."""


class RawEdge(NamedTuple):
    """`kind` 0 light, 1 frame; `level` 1 lit, or a frame begins. It happened at `us`, or up to `late_us` before."""

    us: int
    kind: int
    level: int
    late_us: int


@dataclass(frozen=True)
class Answer:
    """`number` is the request's (None: the probe could not read it), `us` the probe's clock, `error` why not `ok`."""

    number: int | None
    ok: bool
    us: int
    protocol: int
    error: str
    fields: Mapping[str, object]

    def integer(self, name: str) -> int:
        """A count or a measurement. Raises MissingField."""
        value = _count(self.fields.get(name))
        if value is None:
            raise MissingField(name)
        return value

    def text(self, name: str) -> str:
        """Raises MissingField."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise MissingField(name)
        return value

    def flag(self, name: str) -> bool:
        """Raises MissingField."""
        value = self.fields.get(name)
        if not isinstance(value, bool):
            raise MissingField(name)
        return value

    def edges(self) -> list[RawEdge]:
        """Raises MissingField."""
        rows = self.fields.get("edges")
        if not isinstance(rows, list):
            raise MissingField("edges")
        return [_edge(row) for row in cast("list[object]", rows)]

    def flags(self, name: str) -> dict[str, bool]:
        """An object of flags. Raises MissingField."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise MissingField(name)
        entries = cast("dict[str, object]", value)
        if not all(isinstance(flag, bool) for flag in entries.values()):
            raise MissingField(name)
        return cast("dict[str, bool]", entries)


def parse_line(line: bytes) -> Answer | None:
    """An answer, or None for whatever else a serial console may say; raises nothing."""
    if len(line) > LINE_BYTES:
        return None
    try:
        parsed: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict):
        return None
    fields = cast("dict[str, object]", parsed)
    us, protocol = _count(fields.get("us")), _count(fields.get("probe"))
    ok, error = fields.get("ok"), fields.get("error", "")
    if us is None or protocol is None or not isinstance(ok, bool) or not isinstance(error, str):
        return None
    number = _count(fields.get("id"))
    if number is None and fields.get("id") is not None:
        return None
    return Answer(number, ok, us, protocol, error, fields)


def _count(value: object) -> int | None:
    """The value, if it is an integer from 0 on and of a sane size."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _COUNT_MAX:
        return value
    return None


def _edge(row: object) -> RawEdge:
    if not isinstance(row, list) or len(cast("list[object]", row)) != len(RawEdge._fields):
        raise MissingField("edges")
    us, kind, level, late_us = (_count(value) for value in cast("list[object]", row))
    if us is None or late_us is None or kind not in (0, 1) or level not in (0, 1):
        raise MissingField("edges")
    return RawEdge(us, kind, level, late_us)
