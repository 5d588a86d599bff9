"""A flash chip in memory with littlefs on it, whose power can be cut at any write. For MicroPython."""

import gc
import os

import vfs

_BLOCK_BYTES = 4096


class PowerCut(BaseException):
    """The supply went away in the middle of a write."""


class Flash:
    """A block device with the extended interface; `cut_at` is the number of the write that is torn."""

    def __init__(self, blocks=64):
        self._memory = bytearray(blocks * _BLOCK_BYTES)
        self.writes = 0
        self.cut_at = 0
        self.dead = False  # the finalisers of open files may still call, with the heap locked: do nothing

    def copy(self):
        """Another chip with the same content."""
        other = Flash(0)
        other._memory = bytearray(self._memory)
        return other

    def readblocks(self, block, buffer, offset=0):
        if self.dead:
            return
        start = block * _BLOCK_BYTES + offset
        buffer[:] = self._memory[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        if self.dead:
            return
        self.writes += 1
        start = block * _BLOCK_BYTES + offset
        if 0 < self.cut_at <= self.writes:
            if self.writes == self.cut_at:
                half = len(buffer) // 2
                self._memory[start : start + half] = buffer[:half]
            raise PowerCut  # also to what the unwinding of this very exception still wants to write
        self._memory[start : start + len(buffer)] = buffer

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self._memory) // _BLOCK_BYTES
        if operation == 5:
            return _BLOCK_BYTES
        if operation == 6 and not self.dead and not 0 < self.cut_at <= self.writes:
            start = argument * _BLOCK_BYTES
            self._memory[start : start + _BLOCK_BYTES] = b"\xff" * _BLOCK_BYTES
            return 0
        return 0


def formatted(blocks=64):
    """A chip with an empty littlefs."""
    flash = Flash(blocks)
    vfs.VfsLfs2.mkfs(flash)
    return flash


class mounted:
    """`with mounted(flash):` the current directory is the root of the chip, as on the board."""

    def __init__(self, flash):
        self._flash = flash

    def __enter__(self):
        vfs.mount(vfs.VfsLfs2(self._flash), "/flash")
        os.chdir("/flash")

    def __exit__(self, kind, *_):
        self._flash.dead = kind is PowerCut
        gc.collect()  # closes what was left open: a closing after the unmounting would reach into freed memory
        os.chdir("/")
        vfs.umount("/flash")
        return False


def every_cut(prepared, act, check):
    """Run act() with the power cut at write 1, 2, 3 … until it completes; after each cut, check() after a remount."""
    cuts = 0
    while True:
        flash = prepared.copy()
        flash.cut_at = cuts + 1
        try:
            with mounted(flash):
                act()
        except PowerCut:
            cuts += 1
            flash.cut_at = 0
            flash.dead = False
            with mounted(flash):
                check()
            continue
        return cuts
