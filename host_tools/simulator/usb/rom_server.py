"""The loader in the chip's ROM as a process: esp32-mock-bootloader behind a socket, its flash in two files.

Run as `python rom_server.py SOCKET PROGRAM FILESYSTEM`: a descriptor and two paths. It ends when the socket does.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import sys
import threading
import zlib
from pathlib import Path

from esp32_mock_bootloader import protocol, server

_8_MIB_JEDEC_ID = 0x00174020  # as esptool reads it: the size is 2 to the power of the third byte
_SECTOR_BYTES = 4096


class _Flash(server.FlashImage):
    """The mock's flash, in files and not in memory, with the erase that a real write begins with."""

    def __init__(self, program: Path, files: Path) -> None:
        super().__init__()
        self.data = _Joined(program, files)
        self._at = 0
        self._inflate = zlib.decompressobj().decompress

    def begin_defl(self, payload: bytes) -> None:
        self._begin(payload)
        self._inflate = zlib.decompressobj().decompress

    def begin_plain(self, payload: bytes) -> None:
        self._begin(payload)

    def write_defl_block(self, payload: bytes) -> None:
        self._write(self._inflate(_block(payload)))

    def write_plain_block(self, payload: bytes) -> None:
        self._write(_block(payload))

    def _begin(self, payload: bytes) -> None:
        size, _, _, self._at = struct.unpack_from("<IIII", payload)
        self.erase_region(self._at, -(-size // _SECTOR_BYTES) * _SECTOR_BYTES)

    def _write(self, content: bytes) -> None:
        self.data[self._at : self._at + len(content)] = content
        self._at += len(content)


def _block(payload: bytes) -> bytes:
    length = struct.unpack_from("<I", payload)[0]
    return payload[16 : 16 + length]


class _Joined:
    """Two files as one flash chip; slices of it are read and written in place."""

    def __init__(self, *paths: Path) -> None:
        self._maps: list[mmap.mmap] = []
        for path in paths:
            with path.open("r+b") as file:
                self._maps.append(mmap.mmap(file.fileno(), 0))

    def __len__(self) -> int:
        return sum(map(len, self._maps))

    def __getitem__(self, where: slice) -> bytes:
        return b"".join(part[start:stop] for part, start, stop in self._parts(where))

    def __setitem__(self, where: slice, content: bytes) -> None:
        taken = 0
        for part, start, stop in self._parts(where):
            part[start:stop] = content[taken : taken + stop - start]
            taken += stop - start

    def _parts(self, where: slice) -> list[tuple[mmap.mmap, int, int]]:
        start, stop, _ = where.indices(len(self))
        parts: list[tuple[mmap.mmap, int, int]] = []
        base = 0
        for part in self._maps:
            first, last = max(start - base, 0), min(stop - base, len(part))
            if first < last:
                parts.append((part, first, last))
            base += len(part)
        return parts


def main() -> None:
    descriptor, program, files = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    protocol.MOCK_FLASH_ID = _8_MIB_JEDEC_ID
    flash = _Flash(program, files)
    link = socket.socket(fileno=descriptor)
    gone = False
    while not gone:
        # The mock's session ends some time after a write; the chip's loader stays.
        gone = server.handle_client(
            server.BootloaderConnection(sock=link.dup()), threading.Event(), "esp32s3", flash=flash
        )
    os._exit(0)


if __name__ == "__main__":
    main()
