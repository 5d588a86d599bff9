"""Erasing, programming and writing through littlefs: "/" is mounted again on a block device that takes the time.

Nothing but littlefs decides what is erased: no block is touched that a file could not have been written to. The soft
reset that follows mounts "/" as always.
"""

import os

import vfs
from flashbdev import bdev

_ERASE = 6
_PIECE_BYTES = 4096
_PATH = "/bench.tmp"


class _Timed:
    """The flash partition, with the microseconds of each erase and each program."""

    def __init__(self):
        self.erase_us = []
        self.program_us = []
        self.program_bytes = []

    def readblocks(self, block, buffer, offset=0):
        return bdev.readblocks(block, buffer, offset)

    def writeblocks(self, block, buffer, offset=0):
        begun = time.ticks_us()
        result = bdev.writeblocks(block, buffer, offset)
        self.program_us.append(time.ticks_diff(time.ticks_us(), begun))
        self.program_bytes.append(len(buffer))
        return result

    def ioctl(self, operation, argument):
        begun = time.ticks_us()
        result = bdev.ioctl(operation, argument)
        if operation == _ERASE:
            self.erase_us.append(time.ticks_diff(time.ticks_us(), begun))
        return result


def _write(pieces):
    """Microseconds of each piece."""
    piece = bytes(_PIECE_BYTES)
    with open(_PATH, "wb") as file:
        return [samples_us(lambda: file.write(piece), 1)[0] for _ in range(pieces)]


def _remount(device):
    vfs.umount("/")
    vfs.mount(vfs.VfsLfs2(device, readsize=32, progsize=32, lookahead=32, mtime=True), "/")
    os.chdir("/")


def main(pieces):
    plain = _write(pieces)
    timed = _Timed()
    _remount(timed)
    try:
        _write(pieces)
    finally:
        _remount(bdev)
        os.remove(_PATH)
    answer(
        {
            "write_us": plain,
            "erase_us": timed.erase_us,
            "program_us": timed.program_us,
            "program_bytes": [max(timed.program_bytes)],
        }
    )
