"""The arithmetic of the decimator as machine code; bit for bit what kernels_plain computes.

No value leaves 31 bits and a sign: pointers load unsigned on 64 bits and signed on 32. No constant index is
above 255 (mpy-cross for Xtensa gets those wrong). The first arguments live in registers: the busiest come first.
"""

import micropython

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What the viper compiler knows without an import.
    ptr8 = ptr16 = ptr32 = Any
    uint = int


@micropython.viper
def cic(source: ptr8, table: ptr16, out: ptr16, at: int, count: int):
    out = ptr16(int(out) + at + at)
    while count:
        total = 0
        groups = 3
        while groups:
            total = table[source[0]] + total
            table = ptr16(int(table) + 512)
            total = table[source[1]] + total
            table = ptr16(int(table) + 512)
            total = table[source[2]] + total
            table = ptr16(int(table) + 512)
            total = table[source[3]] + total
            table = ptr16(int(table) + 512)
            total = table[source[4]] + total
            table = ptr16(int(table) + 512)
            total = table[source[5]] + total
            table = ptr16(int(table) + 512)
            total = table[source[6]] + total
            table = ptr16(int(table) + 512)
            total = table[source[7]] + total
            table = ptr16(int(table) + 512)
            source = ptr8(int(source) + 8)
            groups -= 1
        table = ptr16(int(table) - 12288)
        source = ptr8(int(source) - 16)
        total = (total - 720896) >> 1
        if total > 65535:
            total = 65535
        if total < 0:
            total = 0
        out[0] = total
        out = ptr16(int(out) + 2)
        count -= 1


@micropython.viper
def pcm(words: ptr16, out: ptr16, dc: ptr32, count: int):
    mean = int(dc[0])
    while count:
        level = ((words[1] ^ 32768) << 7) + (words[0] >> 9)
        sample = ((level - (mean >> 8) + 16777216) >> 4) - 1048576
        mean += level - (mean >> 8)
        if sample > 32767:
            sample = 32767
        if sample < -32768:
            sample = -32768
        out[0] = sample
        out = ptr16(int(out) + 2)
        words = ptr16(int(words) + 4)
        count -= 1
    dc[0] = mean


@micropython.viper
def fir(s: ptr16, out: ptr16, dc: ptr32, count: int):
    mean = int(dc[0])
    while count:
        level = 536870912 + 3942 * (s[15] + s[16]) + 1208 * (s[14] + s[17])
        level += 400 * (s[11] + s[20]) + 393 * (s[10] + s[21]) + 88 * (s[7] + s[24]) + 146 * (s[6] + s[25])
        level += 6 * (s[3] + s[28]) + 36 * (s[2] + s[29]) + 5 * (s[1] + s[30])
        level -= 925 * (s[13] + s[18]) + 645 * (s[12] + s[19]) + 193 * (s[9] + s[22]) + 245 * (s[8] + s[23])
        level -= 33 * (s[5] + s[26]) + 80 * (s[4] + s[27]) + 7 * (s[0] + s[31])
        level = level >> 8
        # Shifted up and down again: what is shifted right is never negative.
        sample = ((level - (mean >> 8) + 16777216) >> 4) - 1048576
        mean += level - (mean >> 8)
        if sample > 32767:
            sample = 32767
        if sample < -32768:
            sample = -32768
        out[0] = sample
        out = ptr16(int(out) + 2)
        s = ptr16(int(s) + 4)
        count -= 1
    dc[0] = mean
