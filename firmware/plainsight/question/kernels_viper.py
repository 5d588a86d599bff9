"""Sound to IMA ADPCM as machine code; bit for bit what kernels_plain computes.

Every value stays between 0 and 2 ** 31: pointers load unsigned on 64 bits and signed on 32. The first arguments live in
registers.
"""

import micropython

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What the viper compiler knows without an import.
    ptr8 = ptr16 = ptr32 = Any


@micropython.viper
def encode(source: ptr16, out: ptr8, state: ptr32, steps: ptr16, count: int):
    predictor = int(state[0])
    index = int(state[1])
    at = int(state[2])
    loudness = int(state[3])
    while count:
        sample = int(source[0]) ^ 32768
        source = ptr16(int(source) + 2)
        if sample < 32768:
            loudness += 32768 - sample
        else:
            loudness += sample - 32768
        difference = sample - predictor
        code = 0
        if difference < 0:
            code = 8
            difference = 0 - difference
        step = int(steps[index])
        change = step >> 3
        if difference >= step:
            code |= 4
            difference -= step
            change += step
        step = step >> 1
        if difference >= step:
            code |= 2
            difference -= step
            change += step
        step = step >> 1
        if difference >= step:
            code |= 1
            change += step
        if code & 8:
            predictor -= change
            if predictor < 0:
                predictor = 0
        else:
            predictor += change
            if predictor > 65535:
                predictor = 65535
        low = code & 7
        if low < 4:
            if index > 0:
                index -= 1
        else:
            index += low + low - 6
            if index > 88:
                index = 88
        if at & 1:
            out[at >> 1] = int(out[at >> 1]) | (code << 4)
        else:
            out[at >> 1] = code
        at += 1
        count -= 1
    state[0] = predictor
    state[1] = index
    state[2] = at
    state[3] = loudness
