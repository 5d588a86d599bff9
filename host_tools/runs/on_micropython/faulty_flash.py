"""A NOR flash chip in memory that fails as told: loses power at a write, forgets bits, has blocks that take nothing.

Programming only clears bits, erasing sets them. Every program and every erase is one write. For MicroPython.
"""

import gc
import os

import vfs

BLOCK_BYTES = 4096
MOUNTED_AT = "/flash"
_EIO = 5
_ERASED = b"\xff" * BLOCK_BYTES


class PowerCut(BaseException):
    """The supply went away in the middle of a write. No handler of the firmware catches it."""


class FaultyFlash:
    """A block device with the extended interface.

    `cut_at`: the number of the write (from 1) at which power goes, 0 for none; `torn`: half of that write happens.
    `bad`: blocks that can't be written; `told`: whether the chip says so (EIO) or keeps silent.
    """

    def __init__(self, memory):
        self.memory = memory
        self.writes = 0
        self.cut_at = 0
        self.torn = False
        self.bad = ()
        self.told = False
        self.touched = set()
        self.dead = False  # finalisers of open files may still call, with the heap locked: do nothing

    def readblocks(self, block, buffer, offset=0):
        if not self.dead:
            start = block * BLOCK_BYTES + offset
            buffer[:] = self.memory[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        if not self.dead:
            start = block * BLOCK_BYTES + offset
            self._write(block, start, memoryview(buffer), False)

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.memory) // BLOCK_BYTES
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6 and not self.dead:
            self._write(argument, argument * BLOCK_BYTES, _ERASED, True)
        return 0

    def _write(self, block, start, data, erase):
        self.writes += 1
        length = len(data)
        if 0 < self.cut_at <= self.writes:
            if self.writes > self.cut_at or not self.torn:
                raise PowerCut  # also for what the unwinding of this very exception still wants to write
            length //= 2
        self.touched.add(block)
        if block in self.bad:
            if self.told:
                raise OSError(_EIO)
        elif erase:
            self.memory[start : start + length] = data[:length]
        else:
            _program(self.memory, start, data, length)
        if 0 < self.cut_at <= self.writes:
            raise PowerCut


@micropython.viper  # noqa: F821 the compiler knows it without an import
def _program(memory, start: int, data, length: int):
    cells = ptr8(memory)  # noqa: F821
    new = ptr8(data)  # noqa: F821
    for index in range(length):
        cells[start + index] = int(cells[start + index]) & int(new[index])


def formatted(blocks):
    """The memory of a chip with an empty littlefs."""
    flash = FaultyFlash(bytearray(_ERASED * blocks))
    vfs.VfsLfs2.mkfs(flash, readsize=32, progsize=32, lookahead=32)
    return flash.memory


class mounted:
    """`with mounted(flash):` the current directory is the root of the chip, mounted as the ESP32 port does.

    But for the time stamps of files: with them no run would be like another.
    """

    def __init__(self, flash):
        self._flash = flash

    def __enter__(self):
        vfs.mount(vfs.VfsLfs2(self._flash, readsize=32, progsize=32, lookahead=32, mtime=False), MOUNTED_AT)
        os.chdir(MOUNTED_AT)

    def __exit__(self, kind, *_):
        # Closes what was left open: after the unmounting that would reach into freed memory. It writes nothing, as
        # nothing can be run while the heap is locked.
        self._flash.dead = True
        gc.collect()
        self._flash.dead = kind is not None and issubclass(kind, PowerCut)
        os.chdir("/")
        vfs.umount(MOUNTED_AT)
        self._flash.dead = False
        return False
