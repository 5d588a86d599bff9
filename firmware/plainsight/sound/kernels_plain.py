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
    for index in range(count):
        middle = (index << 1) + 16
        total = pdm.FIR_BIAS
        for distance, tap in _PAIRS:
            total += tap * (source[middle - 1 - distance] + source[middle + distance])
        _put(out, index, dc, total >> pdm.FIR_SHIFT)


def pcm(words: bytearray, out: "bytearray | memoryview", dc: "array[int]", count: int) -> None:
    """As `fir`, from `count` words of 32 bits with a sign, low byte first."""
    for index in range(count):
        at = index << 2
        high = words[at + 2] | words[at + 3] << 8
        low = words[at] | words[at + 1] << 8
        _put(out, index, dc, ((high ^ 32768) << 7) + (low >> 9))


def _put(out: "bytearray | memoryview", index: int, dc: "array[int]", level: int) -> None:
    """One sample: its mean taken away, with gain, clipped. `level`: 7 bits below a 16-bit sample at gain 1."""
    mean = dc[0] >> pdm.DC_SHIFT
    sample = min(32767, max(-32768, (level - mean) >> pdm.OUT_SHIFT))
    dc[0] += level - mean
    out[2 * index] = sample & 0xFF
    out[2 * index + 1] = sample >> 8 & 0xFF
