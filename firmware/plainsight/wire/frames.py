"""Frames on a byte stream: a 5-byte header (body length u16, type u8, request id u16, little-endian) and a body.

Every length is bounded before it is believed. One frame never exceeds one TLS record of 4096 bytes, the ESP32 port's
output limit.
"""

import json
import struct

from plainsight.wire.errors import BadFrame
from plainsight.wire.tables import BOTH_WAYS, CANCEL, FRAMES, HEADER_BYTES, MAX_FRAME, MEDIA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def pack_header(out: bytearray, kind: int, request: int, length: int) -> None:
    """Write the header of a frame with a body of `length` bytes into out[0:5]."""
    struct.pack_into("<HBH", out, 0, length, kind, request)


def frame(kind: int, request: int, body: bytes | bytearray = b"") -> bytes:
    """One whole frame. Raises BadFrame if the body is outside the bounds of its type."""
    check_length(kind, len(body))
    out = bytearray(HEADER_BYTES)
    pack_header(out, kind, request, len(body))
    return bytes(out) + bytes(body)


def json_frame(kind: int, request: int, fields: "dict[str, Any]") -> bytes:
    """One frame with a JSON object as its body."""
    return frame(kind, request, json.dumps(fields, separators=(",", ":")).encode())


def media_frame(request: int, offset: int, data: bytes | bytearray) -> bytes:
    """One MEDIA frame: `data` (1 to MEDIA_CHUNK bytes) belongs at `offset`."""
    return frame(MEDIA, request, struct.pack("<I", offset) + bytes(data))


def u32_frame(kind: int, request: int, value: int) -> bytes:
    """One ACK, PING or PONG frame."""
    return frame(kind, request, struct.pack("<I", value))


def u32(body: bytes | bytearray | memoryview) -> int:
    """The number at the start of an ACK, PING, PONG or MEDIA body."""
    return struct.unpack_from("<I", body, 0)[0]


def check_length(kind: int, length: int) -> None:
    """Raise BadFrame unless `length` is allowed for a frame of type `kind`."""
    row = FRAMES.get(kind)
    if row is None:
        raise BadFrame("unknown_type")
    if not row[3] <= length <= row[4]:
        raise BadFrame("bad_length")


class FrameReader:
    """Cuts a byte stream into frames; `toward` is the direction whose frames are allowed. Holds at most one frame."""

    def __init__(self, toward: str):
        self._toward = toward
        self._buffer = bytearray(MAX_FRAME)
        self._have = 0
        self._need = HEADER_BYTES
        self._kind = 0
        self._request = 0

    def feed(self, data: bytes | bytearray | memoryview) -> int:
        """Take bytes up to the end of the current frame; returns how many were taken. Raises BadFrame."""
        taken = min(len(data), self._need - self._have)
        self._buffer[self._have : self._have + taken] = data[:taken]
        self._have += taken
        if self._have == HEADER_BYTES and self._need == HEADER_BYTES:
            length, self._kind, self._request = struct.unpack_from("<HBH", self._buffer, 0)
            check_length(self._kind, length)
            if FRAMES[self._kind][1] not in (self._toward, BOTH_WAYS):
                raise BadFrame("wrong_direction")
            self._need = HEADER_BYTES + length
        return taken

    def ready(self) -> bool:
        """True when a whole frame waits for `take`."""
        return self._need == self._have and (self._have > HEADER_BYTES or self._kind == CANCEL)

    def take(self) -> tuple[int, int, memoryview]:
        """The frame that is ready: type, request id, body. The body is valid until the next `feed`."""
        body = memoryview(self._buffer)[HEADER_BYTES : self._have]
        kind, request = self._kind, self._request
        self._have = 0
        self._need = HEADER_BYTES
        self._kind = 0
        return kind, request, body
