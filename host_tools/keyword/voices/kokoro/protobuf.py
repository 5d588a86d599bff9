"""As much of protobuf's wire format as it takes to change a few fields of a large message and keep the rest as it is.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}

# A field: its number, and its content if it is a string or a message, else its bytes as they stand (tag included).
Field: TypeAlias = tuple[int, memoryview | bytes, bool]


class NotProtobuf(ValueError):
    """The bytes are no message."""


def fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message, in order: (number, content, whether it is a string or message). Raises NotProtobuf."""
    place = 0
    while place < len(message):
        tag_at = place
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == _BYTES:
            length, place = _varint(message, place)
            end, start = place + length, place
        elif kind == _VARINT:
            _, end = _varint(message, place)
            start = tag_at
        elif kind in _FIXED_SIZES:
            end, start = place + _FIXED_SIZES[kind], tag_at
        else:
            raise NotProtobuf(f"wire type {kind}")
        if end > len(message):
            raise NotProtobuf("cut off")
        yield tag >> 3, message[start:end], kind == _BYTES
        place = end


def message(parts: Iterable[Field]) -> bytes:
    """The message of these fields."""
    whole: list[memoryview | bytes] = []
    for number, content, long in parts:
        if long:
            whole.append(_as_varint(number << 3 | _BYTES) + _as_varint(len(content)))
        whole.append(content)
    return b"".join(whole)


def text(number: int, content: str) -> Field:
    """A string field."""
    return number, content.encode(), True


def part(number: int, *content: Field) -> Field:
    """A message as a field."""
    return number, message(content), True


def whole_number(number: int, value: int) -> Field:
    """A varint field."""
    return number, _as_varint(number << 3 | _VARINT) + _as_varint(value), False


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """(its value, the place after it)."""
    value = shift = 0
    while place < len(content) and shift < 64:
        byte = content[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise NotProtobuf("a number without an end")


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
