"""Copying as machine code; byte for byte what kernels_plain does."""

import micropython

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What the viper compiler knows without an import.
    ptr8 = Any


@micropython.viper
def copy(out: ptr8, source: ptr8, to: int, at: int, size: int):
    out = ptr8(int(out) + to)
    source = ptr8(int(source) + at)
    while size:
        out[0] = source[0]
        out = ptr8(int(out) + 1)
        source = ptr8(int(source) + 1)
        size -= 1
