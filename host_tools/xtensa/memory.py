"""The machine's memory: buffers with nothing between them, and what each address may be used for.

Addresses begin at 0x1000 instead of at 0x3FC8_8000, where the ESP32-S3's RAM lies: smaller numbers are faster here and
viper can't tell. An access outside every buffer, to a read-only one, or at an address that is no multiple of its size
is a fault. The chip would do the last in two steps; a kernel that relies on it is slow there and wrong elsewhere.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from host_tools.xtensa.errors import OutOfMemory, TooManyArguments

_FIRST = 0x1000
_BETWEEN = 64  # bytes that belong to nobody, on each side of a buffer
_ALIGNMENT = 16
_SIZES = (1, 2, 4)
MAX_ARGUMENTS = 16


@dataclass(frozen=True)
class Buffer:
    """Some of the machine's memory; `view` is its live content. Where an int is taken, it stands for its address."""

    address: int
    view: memoryview

    def __index__(self) -> int:
        return self.address

    def __len__(self) -> int:
        return len(self.view)

    def read(self) -> bytes:
        """The content as it is now."""
        return bytes(self.view)


class Memory:
    """`size` bytes; `reading` and `writing`: for each size of access, what to index that view with, or None."""

    def __init__(self, size: int) -> None:
        words = array("I", bytes(size))
        self.size = size
        self.bytes_ = memoryview(words).cast("B")
        self.halves = self.bytes_.cast("H")
        self.words = memoryview(words)
        self.reading: dict[int, list[int | None]] = {each: [None] * size for each in _SIZES}
        self.writing: dict[int, list[int | None]] = {each: [None] * size for each in _SIZES}
        self._next = _FIRST
        self._arguments = self.allocate(bytes(4 * MAX_ARGUMENTS), writable=True)

    def allocate(self, content: bytes | bytearray | memoryview, *, writable: bool) -> Buffer:
        """A new buffer with that content; raises OutOfMemory."""
        raw = memoryview(content).cast("B")
        start = (self._next + _BETWEEN + _ALIGNMENT - 1) // _ALIGNMENT * _ALIGNMENT
        end = start + len(raw)
        if end + _BETWEEN > self.size:
            raise OutOfMemory(len(raw))
        self.bytes_[start:end] = raw
        for each in _SIZES:
            last = end - (end - start) % each
            indices = list(range(start // each, last // each))
            self.reading[each][start:last:each] = indices
            if writable:
                self.writing[each][start:last:each] = indices
        self._next = end
        return Buffer(start, self.bytes_[start:end] if writable else self.bytes_[start:end].toreadonly())

    def place_arguments(self, words: bytes) -> int:
        """The address where a call's arguments lie; the next call's overwrite them; raises TooManyArguments."""
        if len(words) > len(self._arguments):
            raise TooManyArguments(len(words) // 4, MAX_ARGUMENTS)
        self._arguments.view[: len(words)] = words
        return self._arguments.address

    def problem(self, address: int, size: int, *, write: bool) -> str:
        """Why this access is refused."""
        if address % size:
            return f"{size} bytes at {address:#x}, which is no multiple of {size}"
        readable = address < self.size and self.reading[size][address] is not None
        what = "a read-only buffer" if readable else "no buffer"
        return f"{'writes' if write else 'reads'} {size} bytes at {address:#x}, which lies in {what}"
