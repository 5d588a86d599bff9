"""The watchdog by which esptool leaves the loader in ROM, seen in what the host sends.

ESP32-S3 technical reference manual, "RTC Watchdog Timer": it is unlocked, configured, enabled and locked again. The
frames are those of Espressif's serial protocol: SLIP around a command, here WRITE_REG.
"""

from __future__ import annotations

import struct

SLIP_END = b"\xc0"
WRITE_REG = 0x09
WDTCONFIG0, WDTWPROTECT = 0x60008098, 0x600080B0

_ESCAPED = ((b"\xdb\xdc", SLIP_END), (b"\xdb\xdd", b"\xdb"))
_ENABLED = 1 << 31
_HEADER_BYTES = 8
_FRAME_BYTES = _HEADER_BYTES + 16  # address, value, mask, delay
_KEPT_BYTES = 2 * _FRAME_BYTES  # of a frame that is not whole yet: more than these are another command's


class LoaderWatchdog:
    """`feed` is given all that the host sends, in whatever pieces."""

    def __init__(self) -> None:
        self._frame = b""
        self._enabled = False

    def feed(self, data: bytes) -> bool:
        """True when the watchdog is enabled and locked: it bites a moment later."""
        *whole, rest = (self._frame + data).split(SLIP_END)
        self._frame = rest[: _KEPT_BYTES + 1]
        return any([self._sees(frame) for frame in whole])

    def _sees(self, frame: bytes) -> bool:
        if len(frame) > _KEPT_BYTES:
            return False
        for escaped, byte in _ESCAPED:
            frame = frame.replace(escaped, byte)
        if len(frame) != _FRAME_BYTES or frame[:2] != bytes((0, WRITE_REG)):
            return False
        address, value = struct.unpack_from("<II", frame, _HEADER_BYTES)
        if address == WDTCONFIG0:
            self._enabled = bool(value & _ENABLED)
        bites = self._enabled and address == WDTWPROTECT and value == 0
        self._enabled = self._enabled and not bites
        return bites
