"""Values on the board link as tagged bytes; the same file runs on both ends (MicroPython and CPython).

A message is a u32 length (little-endian) and one value. Values: None, bool, int (64-bit signed), str, bytes and
tuples of these. Decoding believes nothing: every length and depth is bounded before it is used.
"""

import struct

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 8

_NONE = 0x4E
_TRUE = 0x54
_FALSE = 0x46
_INT = 0x69
_BYTES = 0x62
_STR = 0x73
_TUPLE = 0x74
_CONSTANTS = {_NONE: None, _TRUE: True, _FALSE: False}


class BadMessage(Exception):
    """The bytes are not one encoded value, or the value has no encoding."""


def encode(value: object) -> bytes:
    """The bytes of one value; raises BadMessage for a type or a size the link does not carry."""
    parts: list = []
    _append(value, parts, 0)
    return b"".join(parts)


def decode(data: bytes) -> object:
    """The value of exactly these bytes; raises BadMessage."""
    value, end = _take(data, 0, 0)
    if end != len(data):
        raise BadMessage("bytes after the value")
    return value


def frame(value: object) -> bytes:
    """One message: length and value."""
    body = encode(value)
    if len(body) > MAX_MESSAGE_BYTES:
        raise BadMessage("message too long")
    return struct.pack("<I", len(body)) + body


def body_length(header: bytes) -> int:
    """The body length that a 4-byte header announces; raises BadMessage beyond the bound."""
    length = struct.unpack("<I", header)[0]
    if not 0 < length <= MAX_MESSAGE_BYTES:
        raise BadMessage("message length")
    return length


def _append(value: object, parts: list, depth: int) -> None:
    if value is None:
        parts.append(bytes((_NONE,)))
    elif value is True:
        parts.append(bytes((_TRUE,)))
    elif value is False:
        parts.append(bytes((_FALSE,)))
    elif isinstance(value, int):
        if not -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
            raise BadMessage("integer beyond 64 bits")
        parts.append(struct.pack("<Bq", _INT, value))
    elif isinstance(value, str):
        text = value.encode()
        parts.append(struct.pack("<BI", _STR, len(text)))
        parts.append(text)
    elif isinstance(value, (tuple, list)):
        if depth == MAX_DEPTH:
            raise BadMessage("nested too deeply")
        parts.append(struct.pack("<BI", _TUPLE, len(value)))
        for item in value:
            _append(item, parts, depth + 1)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        parts.append(struct.pack("<BI", _BYTES, len(value)))
        parts.append(bytes(value))
    else:
        raise BadMessage("no encoding for this type")


def _take(data: bytes, at: int, depth: int):
    if at >= len(data):
        raise BadMessage("value missing")
    tag = data[at]
    at += 1
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    if tag == _INT:
        if len(data) - at < 8:
            raise BadMessage("integer cut short")
        return struct.unpack_from("<q", data, at)[0], at + 8
    if tag in (_BYTES, _STR, _TUPLE):
        return _take_sized(data, at, tag, depth)
    raise BadMessage("unknown tag")


def _take_sized(data: bytes, at: int, tag: int, depth: int):
    if len(data) - at < 4:
        raise BadMessage("length cut short")
    length = struct.unpack_from("<I", data, at)[0]
    at += 4
    # An item takes one byte at least, so this bounds the count of a tuple too.
    if length > len(data) - at:
        raise BadMessage("longer than its message")
    if tag == _TUPLE:
        return _take_items(data, at, length, depth)
    piece = bytes(data[at : at + length])
    if tag == _BYTES:
        return piece, at + length
    try:
        return piece.decode(), at + length
    except (UnicodeError, ValueError):
        raise BadMessage("text is not UTF-8")


def _take_items(data: bytes, at: int, count: int, depth: int):
    if depth == MAX_DEPTH:
        raise BadMessage("nested too deeply")
    items = []
    for _ in range(count):
        item, at = _take(data, at, depth + 1)
        items.append(item)
    return tuple(items), at
