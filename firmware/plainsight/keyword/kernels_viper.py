"""The network's arithmetic as machine code; bit for bit what kernels_plain computes.

Written for what mpy-cross 1.29 makes of it: only the first two locals of a function live in registers, a load lands
in a third and the result of an operation in a fourth; every other local is loaded and stored at each use. So the
pointer that moves and the factor that stays come first, whatever the caller passes there, and a product reads
`memory * register`. An input of zero adds nothing and is passed over: most features are zero, even while somebody
speaks. The sums that one function leaves for another are never negative: pointers load unsigned on 64
bits. No constant index is above 255 (mpy-cross for Xtensa gets those wrong), no constant above 2 ** 30.
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
    t = ptr8(source)
    less = 0
    n = taps >> 2
    while n:
        less = t[0] + t[1] + t[2] + t[3] + less
        t = ptr8(int(t) + 4)
        n -= 1
    bias = 536870912 - (less << 7)
    w = ptr8(int(w) + layer[4])
    blocks = (layer[3] + 15) >> 4
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
        s8 = bias
        s9 = bias
        s10 = bias
        s11 = bias
        s12 = bias
        s13 = bias
        s14 = bias
        s15 = bias
        n = taps >> 2
        while n:
            t = ptr8(x[0])
            if int(t):
                s0 = w[0] * int(t) + s0
                s1 = w[1] * int(t) + s1
                s2 = w[2] * int(t) + s2
                s3 = w[3] * int(t) + s3
                s4 = w[4] * int(t) + s4
                s5 = w[5] * int(t) + s5
                s6 = w[6] * int(t) + s6
                s7 = w[7] * int(t) + s7
                s8 = w[8] * int(t) + s8
                s9 = w[9] * int(t) + s9
                s10 = w[10] * int(t) + s10
                s11 = w[11] * int(t) + s11
                s12 = w[12] * int(t) + s12
                s13 = w[13] * int(t) + s13
                s14 = w[14] * int(t) + s14
                s15 = w[15] * int(t) + s15
            t = ptr8(x[1])
            if int(t):
                s0 = w[16] * int(t) + s0
                s1 = w[17] * int(t) + s1
                s2 = w[18] * int(t) + s2
                s3 = w[19] * int(t) + s3
                s4 = w[20] * int(t) + s4
                s5 = w[21] * int(t) + s5
                s6 = w[22] * int(t) + s6
                s7 = w[23] * int(t) + s7
                s8 = w[24] * int(t) + s8
                s9 = w[25] * int(t) + s9
                s10 = w[26] * int(t) + s10
                s11 = w[27] * int(t) + s11
                s12 = w[28] * int(t) + s12
                s13 = w[29] * int(t) + s13
                s14 = w[30] * int(t) + s14
                s15 = w[31] * int(t) + s15
            t = ptr8(x[2])
            if int(t):
                s0 = w[32] * int(t) + s0
                s1 = w[33] * int(t) + s1
                s2 = w[34] * int(t) + s2
                s3 = w[35] * int(t) + s3
                s4 = w[36] * int(t) + s4
                s5 = w[37] * int(t) + s5
                s6 = w[38] * int(t) + s6
                s7 = w[39] * int(t) + s7
                s8 = w[40] * int(t) + s8
                s9 = w[41] * int(t) + s9
                s10 = w[42] * int(t) + s10
                s11 = w[43] * int(t) + s11
                s12 = w[44] * int(t) + s12
                s13 = w[45] * int(t) + s13
                s14 = w[46] * int(t) + s14
                s15 = w[47] * int(t) + s15
            t = ptr8(x[3])
            if int(t):
                s0 = w[48] * int(t) + s0
                s1 = w[49] * int(t) + s1
                s2 = w[50] * int(t) + s2
                s3 = w[51] * int(t) + s3
                s4 = w[52] * int(t) + s4
                s5 = w[53] * int(t) + s5
                s6 = w[54] * int(t) + s6
                s7 = w[55] * int(t) + s7
                s8 = w[56] * int(t) + s8
                s9 = w[57] * int(t) + s9
                s10 = w[58] * int(t) + s10
                s11 = w[59] * int(t) + s11
                s12 = w[60] * int(t) + s12
                s13 = w[61] * int(t) + s13
                s14 = w[62] * int(t) + s14
                s15 = w[63] * int(t) + s15
            w = ptr8(int(w) + 64)
            x = ptr8(int(x) + 4)
            n -= 1
        sums[0] = s0
        sums[1] = s1
        sums[2] = s2
        sums[3] = s3
        sums[4] = s4
        sums[5] = s5
        sums[6] = s6
        sums[7] = s7
        sums[8] = s8
        sums[9] = s9
        sums[10] = s10
        sums[11] = s11
        sums[12] = s12
        sums[13] = s13
        sums[14] = s14
        sums[15] = s15
        sums = ptr32(int(sums) + 64)
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
        n = layer[2] >> 2
        while n:
            total = (w[0] - 128) * x[0] + total
            total = (w[1] - 128) * x[1] + total
            total = (w[2] - 128) * x[2] + total
            total = (w[3] - 128) * x[3] + total
            w = ptr8(int(w) + 4)
            x = ptr8(int(x) + 4)
            n -= 1
        sums[0] = total
        sums = ptr32(int(sums) + 4)
        outputs -= 1


@micropython.viper
def hold(limit: ptr32, row: ptr32, layer: ptr32, sums: ptr32):
    row = ptr32(int(limit) + layer[5])
    limit = ptr32(int(limit) + layer[8])
    n = layer[3]
    while n:
        bias = 805306368 - int(row[0])
        total = sums[0] - bias
        most = int(limit[0])
        if total > most:
            sums[0] = bias + most
        if total + most < 0:
            sums[0] = bias - most
        limit = ptr32(int(limit) + 4)
        sums = ptr32(int(sums) + 4)
        row = ptr32(int(row) + 16)
        n -= 1


@micropython.viper
def requantise(row: ptr16, s: ptr8, layer: ptr32, sums: ptr32):
    out = ptr8(int(s) + layer[6])
    row = ptr16(int(row) + layer[5])
    down = layer[7]
    n = (layer[3] + 3) >> 2
    while n:
        s = ptr8(sums[0] + ptr32(int(row))[0] - 805306368)
        v = (((row[4] * int(s) >> 10) + row[5] * int(s)) >> 10) + row[6] * int(s) + ptr32(int(row))[1]
        v = v - ((int(s) >> 31) & down) >> row[7]
        if v >> 8:
            v = (-1 - v) >> 31
        out[0] = v
        s = ptr8(sums[1] + ptr32(int(row))[4] - 805306368)
        v = (((row[12] * int(s) >> 10) + row[13] * int(s)) >> 10) + row[14] * int(s) + ptr32(int(row))[5]
        v = v - ((int(s) >> 31) & down) >> row[15]
        if v >> 8:
            v = (-1 - v) >> 31
        out[1] = v
        s = ptr8(sums[2] + ptr32(int(row))[8] - 805306368)
        v = (((row[20] * int(s) >> 10) + row[21] * int(s)) >> 10) + row[22] * int(s) + ptr32(int(row))[9]
        v = v - ((int(s) >> 31) & down) >> row[23]
        if v >> 8:
            v = (-1 - v) >> 31
        out[2] = v
        s = ptr8(sums[3] + ptr32(int(row))[12] - 805306368)
        v = (((row[28] * int(s) >> 10) + row[29] * int(s)) >> 10) + row[30] * int(s) + ptr32(int(row))[13]
        v = v - ((int(s) >> 31) & down) >> row[31]
        if v >> 8:
            v = (-1 - v) >> 31
        out[3] = v
        out = ptr8(int(out) + 4)
        sums = ptr32(int(sums) + 16)
        row = ptr16(int(row) + 64)
        n -= 1


@micropython.viper
def move(to: ptr32, source: ptr32, count: int):
    arena = int(to)
    row = source
    while count:
        to = ptr32(arena + row[0])
        source = ptr32(int(to) + row[1])
        n = row[2] >> 3
        while n & 3:
            to[0] = source[0]
            to[1] = source[1]
            to = ptr32(int(to) + 8)
            source = ptr32(int(source) + 8)
            n -= 1
        n = n >> 2
        while n:
            to[0] = source[0]
            to[1] = source[1]
            to[2] = source[2]
            to[3] = source[3]
            to[4] = source[4]
            to[5] = source[5]
            to[6] = source[6]
            to[7] = source[7]
            to = ptr32(int(to) + 32)
            source = ptr32(int(source) + 32)
            n -= 1
        row = ptr32(int(row) + 12)
        count -= 1


@micropython.viper
def misplaced(blob: ptr8) -> int:
    return int(blob) & 3


@micropython.viper
def fill(to: ptr8, at: int, size: int, value: int):
    to = ptr8(int(to) + at)
    while size:
        to[0] = value
        to = ptr8(int(to) + 1)
        size -= 1


@micropython.viper
def clear(sums: ptr32, count: int):
    while count:
        sums[0] = 0
        sums = ptr32(int(sums) + 4)
        count -= 1


@micropython.viper
def quantise(raw: ptr16, out: ptr8, table: ptr8, at: int, last: int):
    out = ptr8(int(out) + at)
    n = 40
    while n:
        feature = raw[0]
        if feature > last:
            feature = last
        out[0] = table[feature]
        raw = ptr16(int(raw) + 2)
        out = ptr8(int(out) + 1)
        n -= 1
