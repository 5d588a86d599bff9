"""The network's arithmetic as machine code; bit for bit what kernels_plain computes.

Written for what mpy-cross 1.29 makes of it: only the first two locals of a function live in registers, a load lands
in a third and the result of an operation in a fourth; every other local is loaded and stored at each use. So the
pointer that moves and the factor that stays come first (they take whatever the caller passes), and a product reads
`memory * register`. The sums that one function leaves for another are never negative: pointers load unsigned on 64
bits. No constant index is above 255 (mpy-cross for Xtensa gets those wrong).
"""

import micropython

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What the viper compiler knows without an import.
    ptr8 = ptr16 = ptr32 = Any
    uint = int


@micropython.viper
def convolution(w: ptr8, t: ptr8, layer: ptr32, sums: ptr32):
    source = int(t) + layer[0]
    taps = layer[2]
    x = ptr8(source)
    less = 0
    n = taps >> 3
    while n:
        less = x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7] + less
        x = ptr8(int(x) + 8)
        n -= 1
    bias = 536870912 - (less << 7)
    w = ptr8(int(w) + layer[4])
    blocks = (layer[3] + 7) >> 3
    while blocks:
        x = ptr8(source)
        s0 = bias
        s1 = bias
        s2 = bias
        s3 = bias
        s4 = bias
        s5 = bias
        s6 = bias
        s7 = bias
        n = taps >> 3
        while n:
            t = ptr8(x[0])
            s0 = w[0] * int(t) + s0
            s1 = w[1] * int(t) + s1
            s2 = w[2] * int(t) + s2
            s3 = w[3] * int(t) + s3
            s4 = w[4] * int(t) + s4
            s5 = w[5] * int(t) + s5
            s6 = w[6] * int(t) + s6
            s7 = w[7] * int(t) + s7
            t = ptr8(x[1])
            s0 = w[8] * int(t) + s0
            s1 = w[9] * int(t) + s1
            s2 = w[10] * int(t) + s2
            s3 = w[11] * int(t) + s3
            s4 = w[12] * int(t) + s4
            s5 = w[13] * int(t) + s5
            s6 = w[14] * int(t) + s6
            s7 = w[15] * int(t) + s7
            t = ptr8(x[2])
            s0 = w[16] * int(t) + s0
            s1 = w[17] * int(t) + s1
            s2 = w[18] * int(t) + s2
            s3 = w[19] * int(t) + s3
            s4 = w[20] * int(t) + s4
            s5 = w[21] * int(t) + s5
            s6 = w[22] * int(t) + s6
            s7 = w[23] * int(t) + s7
            t = ptr8(x[3])
            s0 = w[24] * int(t) + s0
            s1 = w[25] * int(t) + s1
            s2 = w[26] * int(t) + s2
            s3 = w[27] * int(t) + s3
            s4 = w[28] * int(t) + s4
            s5 = w[29] * int(t) + s5
            s6 = w[30] * int(t) + s6
            s7 = w[31] * int(t) + s7
            t = ptr8(x[4])
            s0 = w[32] * int(t) + s0
            s1 = w[33] * int(t) + s1
            s2 = w[34] * int(t) + s2
            s3 = w[35] * int(t) + s3
            s4 = w[36] * int(t) + s4
            s5 = w[37] * int(t) + s5
            s6 = w[38] * int(t) + s6
            s7 = w[39] * int(t) + s7
            t = ptr8(x[5])
            s0 = w[40] * int(t) + s0
            s1 = w[41] * int(t) + s1
            s2 = w[42] * int(t) + s2
            s3 = w[43] * int(t) + s3
            s4 = w[44] * int(t) + s4
            s5 = w[45] * int(t) + s5
            s6 = w[46] * int(t) + s6
            s7 = w[47] * int(t) + s7
            t = ptr8(x[6])
            s0 = w[48] * int(t) + s0
            s1 = w[49] * int(t) + s1
            s2 = w[50] * int(t) + s2
            s3 = w[51] * int(t) + s3
            s4 = w[52] * int(t) + s4
            s5 = w[53] * int(t) + s5
            s6 = w[54] * int(t) + s6
            s7 = w[55] * int(t) + s7
            t = ptr8(x[7])
            s0 = w[56] * int(t) + s0
            s1 = w[57] * int(t) + s1
            s2 = w[58] * int(t) + s2
            s3 = w[59] * int(t) + s3
            s4 = w[60] * int(t) + s4
            s5 = w[61] * int(t) + s5
            s6 = w[62] * int(t) + s6
            s7 = w[63] * int(t) + s7
            w = ptr8(int(w) + 64)
            x = ptr8(int(x) + 8)
            n -= 1
        sums[0] = s0
        sums[1] = s1
        sums[2] = s2
        sums[3] = s3
        sums[4] = s4
        sums[5] = s5
        sums[6] = s6
        sums[7] = s7
        sums = ptr32(int(sums) + 32)
        blocks -= 1


@micropython.viper
def depthwise(w: ptr8, x: ptr8, layer: ptr32, sums: ptr32):
    source = int(x) + layer[0]
    stride = layer[1]
    w = ptr8(int(w) + layer[4])
    bias = 536870912
    blocks = (layer[3] + 7) >> 3
    while blocks:
        x = ptr8(source)
        s0 = bias
        s1 = bias
        s2 = bias
        s3 = bias
        s4 = bias
        s5 = bias
        s6 = bias
        s7 = bias
        n = layer[2]
        while n:
            s0 = (w[0] - 128) * x[0] + s0
            s1 = (w[1] - 128) * x[1] + s1
            s2 = (w[2] - 128) * x[2] + s2
            s3 = (w[3] - 128) * x[3] + s3
            s4 = (w[4] - 128) * x[4] + s4
            s5 = (w[5] - 128) * x[5] + s5
            s6 = (w[6] - 128) * x[6] + s6
            s7 = (w[7] - 128) * x[7] + s7
            w = ptr8(int(w) + 8)
            x = ptr8(int(x) + stride)
            n -= 1
        sums[0] = s0
        sums[1] = s1
        sums[2] = s2
        sums[3] = s3
        sums[4] = s4
        sums[5] = s5
        sums[6] = s6
        sums[7] = s7
        sums = ptr32(int(sums) + 32)
        source += 8
        blocks -= 1


@micropython.viper
def dense(w: ptr8, x: ptr8, layer: ptr32, sums: ptr32):
    source = int(x) + layer[0]
    w = ptr8(int(w) + layer[4])
    outputs = layer[3]
    while outputs:
        x = ptr8(source)
        total = 536870912
        n = layer[2]
        while n:
            total = (w[0] - 128) * x[0] + total
            w = ptr8(int(w) + 1)
            x = ptr8(int(x) + 1)
            n -= 1
        sums[0] = total
        sums = ptr32(int(sums) + 4)
        outputs -= 1


@micropython.viper
def requantise(row: ptr16, s: ptr8, layer: ptr32, sums: ptr32):
    row = ptr16(int(row) + layer[5])
    out = ptr8(int(s) + layer[6])
    zero = layer[7]
    low = layer[8]
    up = layer[9]
    down = layer[10]
    n = layer[3]
    while n:
        wide = ptr32(int(row))
        total = sums[0] - 536870912 + (wide[0] - 536870912)
        limit = int(wide[1])
        if total > limit:
            total = limit
        if total + limit < 0:
            total = 0 - limit
        v = (((row[4] * total >> 10) + row[5] * total) >> 10) + row[6] * total + up
        if total < 0:
            v -= down
        v = (((v >> row[7]) + 1) >> 1) + zero
        if v < low:
            v = low
        if v > 255:
            v = 255
        out[0] = v
        out = ptr8(int(out) + 1)
        sums = ptr32(int(sums) + 4)
        row = ptr16(int(row) + 16)
        n -= 1


@micropython.viper
def move(to: ptr32, source: ptr32, distance: int, size: int):
    to = ptr32(int(to) + int(source))
    source = ptr32(int(to) + distance)
    n = size >> 2
    while n:
        to[0] = source[0]
        to = ptr32(int(to) + 4)
        source = ptr32(int(source) + 4)
        n -= 1


@micropython.viper
def quantise(raw: ptr16, out: ptr8, at: int, scale: int, offset: int):
    out = ptr8(int(out) + at)
    n = 40
    while n:
        v = (raw[0] * scale + offset) >> 16
        if v < 0:
            v = 0
        if v > 255:
            v = 255
        out[0] = v
        raw = ptr16(int(raw) + 2)
        out = ptr8(int(out) + 1)
        n -= 1
