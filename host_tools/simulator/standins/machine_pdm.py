"""A PDM microphone: the second-order sigma-delta modulator that turns a sound at 64 kHz into bits at 2.048 MHz.

Between two samples of the sound it follows a straight line; 64 kHz is enough that this changes nothing below 8 kHz.
"""

from array import array

_HISTORY = 3


class Modulator:
    """Its state goes on from one piece of sound to the next."""

    def __init__(self) -> None:
        # Both integrators and the last sample, each with 2 ** 30 added: pointers load unsigned on 64 bits.
        self._state = array("I", [1 << 30] * _HISTORY)

    def fill(self, buffer, wave: bytes, frames: int) -> None:
        """`wave`: two s16le samples for each frame of 64 bits; a bit's worth is full scale, 32768."""
        _modulate(buffer, wave, self._state, 2 * frames)


@micropython.viper  # noqa: F821 the compiler knows it without an import
def _modulate(out: ptr8, wave: ptr16, state: ptr32, words: int):  # noqa: F821
    first = int(state[0]) - 1073741824
    second = int(state[1]) - 1073741824
    before = int(state[2]) - 1073741824
    word = 0
    while word < words:
        target = (int(wave[word]) ^ 32768) - 32768
        slope = target - before
        step = 0
        while step < 4:
            byte = 0
            bit = 0
            while bit < 8:
                # (step * 8 + bit) / 32 of the way from the last sample to this one, in 1/32.
                level = before * 32 + slope * (step * 8 + bit)
                back = -1048576
                if second >= 0:
                    back = 1048576
                first += level - back
                second += first - back
                byte = byte + byte
                if back > 0:
                    byte += 1
                bit += 1
            out[word * 4 + 3 - step] = byte  # the first bit is the top one of a word, and its low byte comes first
            step += 1
        before = target
        word += 1
    state[0] = first + 1073741824
    state[1] = second + 1073741824
    state[2] = before + 1073741824
