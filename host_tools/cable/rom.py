"""Whether it is the loader in the chip's ROM that is there, and no program: it speaks once, and then waits silently.

Frames and the SYNC command are Espressif's ("Serial Protocol", esptool documentation): C0, direction, command, size,
checksum, data, C0. To a program the same bytes are typed characters without a meaning.
"""

from __future__ import annotations

from host_tools.cable.errors import BoardSilent
from host_tools.cable.line import Line

_SYNC = 0x08
_DATA = bytes((0x07, 0x07, 0x12, 0x20)) + bytes((0x55,)) * 32
_REQUEST = bytes((0xC0, 0x00, _SYNC, len(_DATA), 0, 0, 0, 0, 0)) + _DATA + b"\xc0"
_RESPONSE = bytes((0xC0, 0x01, _SYNC))
_TRIES = 2  # the first may end a frame that something else began
_TRY_S = 0.3
WAITS = "waiting for download"


def rom_answers(line: Line) -> bool:
    """Whether the loader in ROM is there. Raises CableLost."""
    for _ in range(_TRIES):
        try:
            with line.within(_TRY_S, "asking the loader in ROM"):
                line.write(_REQUEST)
                line.read_until(_RESPONSE)
            return True
        except BoardSilent:
            continue
    return False
