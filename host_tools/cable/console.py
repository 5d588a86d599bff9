"""What a board prints while its program runs: whole lines out of pieces, and the words of the ROM."""

from __future__ import annotations

import re
from collections.abc import Iterator

from host_tools.cable.line import Line

# ESP-IDF "Bootloader" and "Fatal errors": what the ROM prints where there is no program, or when it waits for one.
_ROM = re.compile(
    rb"invalid header: 0x[0-9a-f]{8}|waiting for download|DOWNLOAD\(USB/UART0\)|No bootable app partitions"
)
_MOST_BYTES = 16_384  # a line longer than this is cut: no program of ours prints one


class Lines:
    """Cuts what arrives on a line into whole lines; the rest waits for its end in `partial`."""

    def __init__(self, line: Line, partial: bytes = b"") -> None:
        self.partial = partial
        self._line = line

    def whole(self) -> Iterator[bytes]:
        """The lines whose end has arrived, without their ends."""
        self.partial += self._line.take_heard()
        while (at := self.partial.find(b"\n")) >= 0:
            whole, self.partial = self.partial[:at], self.partial[at + 1 :]
            yield whole.rstrip(b"\r")
        if len(self.partial) > _MOST_BYTES:
            whole, self.partial = self.partial, b""
            yield whole


def rom_words(heard: bytes) -> str:
    """What the chip's ROM said, "" if it can have been a program."""
    found = _ROM.search(heard)
    return found.group().decode() if found else ""
