"""The numbers of the way from PDM to PCM: 2.048 MHz, CIC to 32 kHz, FIR to 16 kHz, DC removed, gain, 16 bits.

CIC: third order, by 64: its impulse response is the box of 64 ones convolved with itself twice, 190 taps whose sum is
64 ** 3. One bit is worth +1 or -1, so the sum over 8 bits is looked up by byte: 24 lookups for each 32 kHz sample.
"""

from array import array

from plainsight.compat import const

PCM_HZ = const(16_000)
PDM_BYTES_PER_PCM = const(16)  # 128 bits
CIC_BYTES = const(24)  # 190 taps and one zero at either end
# Of its 19 bits the last is dropped, and 16 are kept: a quarter of the microphone's full scale, 108 dB SPL, where what
# comes out is clipped anyway. Kept to full scale they would be 2 bits coarser, which costs 2.5 dB.
CIC_SHIFT = const(1)
_CIC_RATIO = const(64)
_TABLE_BIAS = const(32768)

# FIR at 32 kHz, half of 32 symmetric taps from the middle outwards, in 1/8192. Least squares over 0 to 6.5 kHz (flat,
# the droop of the CIC undone) and 9.5 to 16 kHz (nothing, weight 10). With the CIC: 0.3 dB ripple, 57 dB down. The
# kernel for MicroPython carries the same numbers as literals; a test compares what both compute.
FIR_HALF = (3942, 1208, -925, -645, 400, 393, -193, -245, 88, 146, -33, -80, 6, 36, 5, -7)
FIR_TAPS = const(32)

# The accumulator of the FIR with this much added is never negative, and stays below 2 ** 31 on a 32-bit board.
FIR_BIAS = const(1 << 29)
FIR_SHIFT = const(8)  # leaves 7 bits below a 16-bit sample at gain 1
DC_SHIFT = const(8)  # the mean over 256 samples is taken away: a high-pass at 10 Hz
# What `dc[0]` is for a signal without offset.
DC_MIDDLE = ((32768 * 8192 + FIR_BIAS) >> FIR_SHIFT) << DC_SHIFT
# The same for words of I2S, of which 23 bits are kept.
WORDS_MIDDLE = const(32768 << 7 << DC_SHIFT)
# 7 - 4 = 3 bits of gain, 18 dB: the microphone gives -26 dBFS at 94 dB SPL (MSM261D3526H1CPM), and speech at arm's
# length is 65 dB SPL. Full scale is then 102 dB SPL; louder is clipped.
OUT_SHIFT = const(4)


def cic_table() -> array:
    """24 x 256 sums of taps in offset binary: of the byte at each place in memory, for each value it can have.

    I2S delivers words of 32 bits, first bit on top, and they lie in memory with the lowest byte first: byte j of a
    window in memory is byte j ^ 3 in time.
    """
    taps = _cic_taps()
    table = array("H", bytes(2 * CIC_BYTES * 256))
    for place in range(CIC_BYTES):
        row = place << 8
        of_byte = (place ^ 3) << 3
        table[row] = _TABLE_BIAS - sum(taps[of_byte : of_byte + 8])
        for bit in range(8):
            # The values with this highest bit are those below it, with one tap turned from -1 to +1.
            twice = taps[of_byte + 7 - bit] << 1
            for value in range(1 << bit):
                table[row + (1 << bit) + value] = table[row + value] + twice
    return table


def _cic_taps() -> list[int]:
    """The taps in time order, 192 of them."""
    taps = [1] * _CIC_RATIO
    for _ in range(2):
        running = 0
        wider = []
        for index in range(len(taps) + _CIC_RATIO - 1):
            running += taps[index] if index < len(taps) else 0
            running -= taps[index - _CIC_RATIO] if index >= _CIC_RATIO else 0
            wider.append(running)
        taps = wider
    return [0] + taps + [0]
