"""The network's arithmetic in plain integers: for CPython, and what the kernels in viper are compared with.

Activations are unsigned bytes, the int8 of the model plus 128; so are weights. A layer's numbers stand in one array,
in the order of IN to DOWN. Each output has a row of 16 bytes in the blob: bias plus 2 ** 29 and limit (u32), then
the multiplier in three pieces of 10, 10 and 11 bits and the shift less one (u16).
"""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

IN, STRIDE, TAPS, OUTPUTS, WEIGHTS, SCALES, OUT, ZERO, LOW, UP, DOWN = range(11)

_BLOCK = const(8)
_HALF = const(128)  # a weight of zero
_BIAS = const(536870912)


def convolution(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Every tap with every output: weights lie 8 outputs by 8 outputs, tap after tap."""
    source, taps = layer[IN], layer[TAPS]
    less = _HALF * sum(arena[source : source + taps])
    for output in range(layer[OUTPUTS]):
        at = layer[WEIGHTS] + output // _BLOCK * _BLOCK * taps + output % _BLOCK
        total = 0
        for tap in range(taps):
            total += arena[source + tap] * blob[at + tap * _BLOCK]
        sums[output] = total - less + _BIAS


def depthwise(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Each channel by itself, over rows `stride` apart: weights lie 8 channels by 8 channels, row after row."""
    taps, stride = layer[TAPS], layer[STRIDE]
    for output in range(layer[OUTPUTS]):
        source = layer[IN] + output
        at = layer[WEIGHTS] + output // _BLOCK * _BLOCK * taps + output % _BLOCK
        total = _BIAS
        for tap in range(taps):
            total += arena[source + tap * stride] * (blob[at + tap * _BLOCK] - _HALF)
        sums[output] = total


def dense(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """Every tap with few outputs: weights lie output by output."""
    source, taps = layer[IN], layer[TAPS]
    at = layer[WEIGHTS]
    for output in range(layer[OUTPUTS]):
        total = _BIAS
        for tap in range(taps):
            total += arena[source + tap] * (blob[at + tap] - _HALF)
        at += taps
        sums[output] = total


def requantise(blob: memoryview, arena: bytearray, layer: "array[int]", sums: "array[int]") -> None:
    """From the sums to bytes, with the rounding of TFLite's reference kernels: docs/keyword-model.md derives it."""
    at, out = layer[SCALES], layer[OUT]
    up, down, zero, low = layer[UP], layer[DOWN], layer[ZERO], layer[LOW]
    for output in range(layer[OUTPUTS]):
        bias = int.from_bytes(blob[at : at + 4], "little")
        limit = int.from_bytes(blob[at + 4 : at + 8], "little")
        pieces = [int.from_bytes(blob[at + 8 + 2 * piece : at + 10 + 2 * piece], "little") for piece in range(4)]
        total = sums[output] + bias - 2 * _BIAS
        total = max(-limit, min(limit, total))
        value = (((total * pieces[0] >> 10) + total * pieces[1]) >> 10) + total * pieces[2] + up
        if total < 0:
            value -= down
        value = ((value >> pieces[3]) + 1 >> 1) + zero
        arena[out + output] = max(low, min(255, value))
        at += 16


def move(arena: bytearray, to: int, distance: int, size: int) -> None:
    """Bring `size` bytes forward by `distance`."""
    arena[to : to + size] = arena[to + distance : to + distance + size]


def quantise(
    features: "bytearray | memoryview | array[int]", arena: bytearray, at: int, scale: int, offset: int
) -> None:
    """40 features of the front end (u16) as 40 bytes of the network."""
    as_bytes = len(features) == 80
    for channel in range(40):
        raw = features[2 * channel] | features[2 * channel + 1] << 8 if as_bytes else features[channel]
        arena[at + channel] = max(0, min(255, (raw * scale + offset) >> 16))
