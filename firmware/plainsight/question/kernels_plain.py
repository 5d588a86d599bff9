"""Sound to IMA ADPCM in plain integers: what kernels_viper computes, for CPython and for comparison.

`state`: [predictor + 32768, index of the step, samples in this piece, sum of the amplitudes], all 0 or more.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array


def encode(
    source: "bytearray | memoryview", out: "bytearray | memoryview", state: "array[int]", steps: bytes, count: int
) -> None:
    """Append `count` samples (s16le) to a piece as codes of 4 bits, the low half of each byte first."""
    predictor, index, at, loudness = state[0], state[1], state[2], state[3]
    for number in range(count):
        sample = (source[2 * number] | source[2 * number + 1] << 8) ^ 32768  # as predictor: never negative
        loudness += abs(sample - 32768)
        difference = sample - predictor
        code = 8 if difference < 0 else 0
        difference = abs(difference)
        step = steps[2 * index] | steps[2 * index + 1] << 8
        change = step >> 3
        for bit in (4, 2, 1):
            if difference >= step:
                code |= bit
                difference -= step
                change += step
            step >>= 1
        predictor = max(0, predictor - change) if code & 8 else min(65535, predictor + change)
        low = code & 7
        index = max(0, index - 1) if low < 4 else min(88, index + 2 * low - 6)
        if at & 1:
            out[at >> 1] |= code << 4
        else:
            out[at >> 1] = code
        at += 1
    state[0], state[1], state[2], state[3] = predictor, index, at, loudness
