"""The network's arithmetic in plain integers: for CPython, and what the kernels in viper are compared with.

Activations are unsigned bytes, the int8 of the model plus 128; so are weights. A layer's numbers stand in one array,
in the order of IN to LIMITS. Each output has a row of 16 bytes in the blob: bias plus 2 ** 28 and rounding (u32), then
the multiplier in three pieces of 10, 10 and 11 bits and the shift (u16). docs/keyword-model.md derives the rounding.
"""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

IN, STRIDE, TAPS, OUTPUTS, WEIGHTS, SCALES, OUT, DOWN, LIMITS = range(9)

_BLOCK = const(16)  # outputs whose weights of one tap lie together
_CHANNELS = const(8)  # the same of a depthwise layer
_HALF = const(128)  # a weight of zero
_SUM = const(536870912)  # keeps what one kernel leaves for the next above zero
_BIAS = const(268435456)
_ROW_BYTES = const(16)


def convolution(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Every tap with every output: weights lie 16 outputs by 16 outputs, tap after tap."""
    source, taps = layer[IN], layer[TAPS]
    less = _HALF * sum(arena[source : source + taps])
    for output in range(layer[OUTPUTS]):
        at = layer[WEIGHTS] + output // _BLOCK * _BLOCK * taps + output % _BLOCK
        total = 0
        for tap in range(taps):
            total += arena[source + tap] * blob[at + tap * _BLOCK]
        sums[output] = total - less + _SUM


def depthwise(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Each channel by itself, over rows `stride` apart: weights lie 8 channels by 8 channels, row after row."""
    taps, stride = layer[TAPS], layer[STRIDE]
    for output in range(layer[OUTPUTS]):
        source = layer[IN] + output
        at = layer[WEIGHTS] + output // _CHANNELS * _CHANNELS * taps + output % _CHANNELS
        total = _SUM
        for tap in range(taps):
            total += arena[source + tap * stride] * (blob[at + tap * _CHANNELS] - _HALF)
        sums[output] = total


def dense(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Every tap with few outputs: weights lie output by output."""
    source, taps = layer[IN], layer[TAPS]
    at = layer[WEIGHTS]
    for output in range(layer[OUTPUTS]):
        total = _SUM
        for tap in range(taps):
            total += arena[source + tap] * (blob[at + tap] - _HALF)
        at += taps
        sums[output] = total


def hold(blob: memoryview, _arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Sums no larger than a limit for each output, where their byte is the same: the product then has 31 bits."""
    limits, row = layer[LIMITS], layer[SCALES]
    for output in range(layer[OUTPUTS]):
        limit = _number(blob, limits, 4)
        middle = _SUM + _BIAS - _number(blob, row, 4)
        sums[output] = max(middle - limit, min(middle + limit, sums[output]))
        limits += 4
        row += _ROW_BYTES


def requantise(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """From the sums to bytes, with the rounding of TFLite's reference kernels."""
    row, out = layer[SCALES], layer[OUT]
    for output in range(layer[OUTPUTS]):
        total = sums[output] + _number(blob, row, 4) - _SUM - _BIAS
        low, middle, high = _number(blob, row + 8, 2), _number(blob, row + 10, 2), _number(blob, row + 12, 2)
        value = ((total * low >> 10) + total * middle >> 10) + total * high + _number(blob, row + 4, 4)
        if total < 0:
            value -= layer[DOWN]
        arena[out + output] = max(0, min(255, value >> _number(blob, row + 14, 2)))
        row += _ROW_BYTES
    for output in range(layer[OUTPUTS], (layer[OUTPUTS] + 3) // 4 * 4):
        arena[out + output] = 0  # bytes are made four by four


def move(arena: bytearray, moves: "array[int]", count: int) -> None:
    """`count` rows (to, distance, size): bring `size` bytes forward by `distance`."""
    for row in range(0, 3 * count, 3):
        to, distance, size = moves[row], moves[row + 1], moves[row + 2]
        arena[to : to + size] = arena[to + distance : to + distance + size]


def _number(blob: memoryview, at: int, size: int) -> int:
    return int.from_bytes(blob[at : at + size], "little")


def misplaced(_blob: memoryview) -> int:
    """Bytes by which words in the blob miss the places where the processor can read words."""
    return 0


def fill(memory: bytearray, at: int, size: int, value: int) -> None:
    """`size` bytes of `value` from byte `at` on."""
    for index in range(at, at + size):
        memory[index] = value


def clear(sums: "array[int]", count: int) -> None:
    """`count` zeros."""
    for index in range(count):
        sums[index] = 0


def quantise(
    features: "bytearray | memoryview | array[int]", arena: bytearray, table: memoryview, at: int, last: int
) -> None:
    """40 features of the front end (u16) as 40 bytes of the network, from byte `at` on; `last`: the table's end."""
    as_bytes = len(features) == 80
    for channel in range(40):
        raw = features[2 * channel] | features[2 * channel + 1] << 8 if as_bytes else features[channel]
        arena[at + channel] = table[min(raw, last)]
