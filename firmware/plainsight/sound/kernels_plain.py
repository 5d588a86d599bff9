"""The arithmetic of the decimator in plain integers: for CPython, and what the kernels in viper are compared with."""

from plainsight.sound import pdm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

_CIC_OFFSET = pdm.CIC_BYTES * 32768 - (32768 << pdm.CIC_SHIFT)
_PAIRS = tuple(enumerate(pdm.FIR_HALF))


def cic(source: bytearray, table: "array[int]", out: "array[int]", at: int, count: int) -> None:
    """`count` 32 kHz samples, offset binary, into out[at:]; `source`: 8 bytes for each after 16 of history."""
    for index in range(count):
        start = index << 3
        total = 0
        row = 0
        for place in range(start, start + pdm.CIC_BYTES):
            total += table[row + source[place]]
            row += 256
        out[at + index] = min(65535, max(0, (total - _CIC_OFFSET) >> pdm.CIC_SHIFT))


def fir(source: "array[int]", out: "bytearray | memoryview", dc: "array[int]", count: int) -> None:
    """`count` PCM samples as s16le into `out`; `source`: 2 for each after 30 of history; `dc`: the mean's state."""
    mean = dc[0]
    for index in range(count):
        middle = (index << 1) + 16
        total = pdm.FIR_BIAS
        for distance, tap in _PAIRS:
            total += tap * (source[middle - 1 - distance] + source[middle + distance])
        level = total >> pdm.FIR_SHIFT
        sample = (level - (mean >> pdm.DC_SHIFT)) >> pdm.OUT_SHIFT
        mean += level - (mean >> pdm.DC_SHIFT)
        sample = min(32767, max(-32768, sample))
        out[2 * index] = sample & 0xFF
        out[2 * index + 1] = sample >> 8 & 0xFF
    dc[0] = mean
