"""The flash partition of the virtual board: a MicroPython block device on an image file, with NOR semantics.

Programming only clears bits, erasing sets them. Every program and every erase is one operation; a gauge file beside
the image counts them, and the world may set there how many are left before the power goes. (A file, because a write
must not wait for the world: littlefs writes in pieces of 32 bytes.)
"""

import os
import struct

BLOCK_BYTES = 4096
_ERASED = b"\xff" * BLOCK_BYTES
_POWER_LOST = -2  # in the gauge, instead of how many are left; -1: no cut is planned

_IOCTL_BLOCK_COUNT = 4
_IOCTL_BLOCK_SIZE = 5
_IOCTL_BLOCK_ERASE = 6
_ENODEV = 19


class VirtualFlash:
    """`image` and `gauge`: paths on the computer; `power_lost`: called when the gauge says so, does not return."""

    def __init__(self, image: str, gauge: str, power_lost) -> None:
        self._image = open(image, "r+b")
        self._gauge = open(gauge, "r+b")
        self._blocks = os.stat(image)[6] // BLOCK_BYTES
        self._power_lost = power_lost

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        self._image.seek(block * BLOCK_BYTES + offset)
        self._image.readinto(buffer)

    def writeblocks(self, block: int, buffer: bytearray, offset=None) -> None:
        if offset is None:  # the simple interface: whole blocks, erased first
            for number in range(len(buffer) // BLOCK_BYTES):
                self._erase(block + number)
            offset = 0
        start = block * BLOCK_BYTES + offset
        self._image.seek(start)
        old = self._image.read(len(buffer))
        new = _cleared(old, buffer)
        written = self._spend(len(new))
        self._image.seek(start)
        self._image.write(new[:written])
        if written < len(new):
            self._power_lost()

    def ioctl(self, operation: int, argument: int):
        if operation == _IOCTL_BLOCK_COUNT:
            return self._blocks
        if operation == _IOCTL_BLOCK_SIZE:
            return BLOCK_BYTES
        if operation == _IOCTL_BLOCK_ERASE:
            self._erase(argument)
            return 0
        return None

    def _erase(self, block: int) -> None:
        erased = self._spend(BLOCK_BYTES)
        self._image.seek(block * BLOCK_BYTES)
        self._image.write(_ERASED[:erased])
        if erased < BLOCK_BYTES:
            self._power_lost()

    def _spend(self, length: int) -> int:
        """How many bytes of this operation happen: all, or what a power cut leaves of it."""
        self._gauge.seek(0)
        left, torn, done = struct.unpack("<qqq", self._gauge.read(24))
        self._gauge.seek(0)
        if left == 0:
            self._gauge.write(struct.pack("<qqq", _POWER_LOST, torn, done))
            return length // 2 if torn else 0
        self._gauge.write(struct.pack("<qqq", left - 1 if left > 0 else left, torn, done + 1))
        return length


def _cleared(old: bytes, new: bytearray):
    """What NOR flash holds after programming `new` over `old`: the bits that both have."""
    if old == _ERASED[: len(old)]:
        return bytes(new)
    both = int.from_bytes(old, "little") & int.from_bytes(new, "little")
    return both.to_bytes(len(old), "little")
