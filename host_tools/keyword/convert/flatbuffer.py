"""Reads FlatBuffers tables out of bytes that may be damaged: every access is held against the file's end."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from host_tools.keyword.convert.errors import Truncated

_MOST_ROWS = 65536


class Table:
    """A table at `start` of `content`; fields are asked for by their number in the schema."""

    def __init__(self, content: bytes, start: int) -> None:
        self._content = content
        self._start = start
        self._fields = start - _number(content, "<i", start)
        self._count = _number(content, "<H", self._fields) // 2 - 2

    @classmethod
    def root(cls, content: bytes) -> Table:
        """The table that a file is. Raises Truncated, as do all methods."""
        return cls(content, _number(content, "<I", 0))

    def integer(self, field: int, form: str, default: int = 0) -> int:
        """A number of struct's `form` ("<i", "<b", …)."""
        at = self._at(field)
        return default if at is None else _number(self._content, form, at)

    def table(self, field: int) -> Table | None:
        """A table within."""
        at = self._at(field)
        return None if at is None else Table(self._content, self._indirect(at))

    def tables(self, field: int) -> list[Table]:
        """A vector of tables."""
        return [Table(self._content, self._indirect(at)) for at in self._rows(field, 4)]

    def integers(self, field: int, form: str) -> tuple[int, ...]:
        """A vector of numbers."""
        return tuple(_number(self._content, form, at) for at in self._rows(field, struct.calcsize(form)))

    def reals(self, field: int) -> tuple[float, ...]:
        """A vector of 32-bit floats."""
        return tuple(_real(self._content, at) for at in self._rows(field, 4))

    def data(self, field: int) -> bytes:
        """A vector of bytes."""
        at = self._at(field)
        if at is None:
            return b""
        start = self._indirect(at)
        size = _number(self._content, "<I", start)
        if start + 4 + size > len(self._content):
            raise Truncated("a block of numbers")
        return self._content[start + 4 : start + 4 + size]

    def text(self, field: int) -> str:
        """A string, whatever it is made of."""
        return self.data(field).decode(errors="replace")

    def _at(self, field: int) -> int | None:
        if field >= self._count:
            return None
        offset = _number(self._content, "<H", self._fields + 4 + 2 * field)
        return self._start + offset if offset else None

    def _indirect(self, at: int) -> int:
        return at + _number(self._content, "<I", at)

    def _rows(self, field: int, size: int) -> Iterator[int]:
        at = self._at(field)
        if at is None:
            return
        start = self._indirect(at)
        count = _number(self._content, "<I", start)
        if count > _MOST_ROWS or start + 4 + count * size > len(self._content):
            raise Truncated("a list")
        yield from range(start + 4, start + 4 + count * size, size)


def _number(content: bytes, form: str, at: int) -> int:
    try:
        return struct.unpack_from(form, content, at)[0] if at >= 0 else _outside()
    except struct.error:
        return _outside()


def _real(content: bytes, at: int) -> float:
    try:
        return struct.unpack_from("<f", content, at)[0]
    except struct.error:
        raise Truncated("a scale") from None


def _outside() -> int:
    raise Truncated("a number")
