"""A PDM microphone: the fourth-order sigma-delta modulator that turns a sound at 64 kHz into bits at 2.048 MHz.

Fourth order is what datasheets of such microphones name (INMP521, ADMP421). Four integrators in a chain, each fed
back the bit: the noise rises as (z - 1)^4 over a Butterworth denominator, 1.5 at its most. A tone at half scale of a
recording stands 103 dB above what it leaves below 8 kHz, so the decimator's own noise shows. (A second-order one
leaves 70 dB.) It is stable up to 0.6 of full scale; where it is not, it starts afresh, as real ones do.

Between two samples of the sound it follows a straight line; 64 kHz is enough that this changes nothing below 8 kHz.
"""

from array import array

FULL_SCALE = 1 << 20  # what a bit is worth
_HISTORY = 5


class Modulator:
    """Its state goes on from one piece of sound to the next."""

    def __init__(self) -> None:
        # The integrators and the last sample, each with 2 ** 30 added: pointers load unsigned on 64 bits.
        self._state = array("I", [1 << 30] * _HISTORY)

    def fill(self, buffer, wave: bytes, frames: int) -> None:
        """`wave`: two samples for each frame of 64 bits, u32le, FULL_SCALE added to each."""
        _modulate(buffer, wave, self._state, 2 * frames)


@micropython.viper  # noqa: F821 the compiler knows it without an import
def _modulate(out: ptr8, wave: ptr32, state: ptr32, words: int):  # noqa: F821
    first = int(state[0]) - 1073741824
    second = int(state[1]) - 1073741824
    third = int(state[2]) - 1073741824
    fourth = int(state[3]) - 1073741824
    before = int(state[4]) - 1073741824
    word = 0
    while word < words:
        target = int(wave[word]) - 1048576
        slope = target - before
        step = 0
        while step < 4:
            byte = 0
            bit = 0
            while bit < 8:
                # (step * 8 + bit) / 32 of the way from the last sample to this one.
                level = before + (slope * (step * 8 + bit) >> 5)
                back = -1048576
                byte = byte + byte
                if fourth >= 0:
                    back = 1048576
                    byte += 1
                fourth += third - 206 * back
                third += second - 79 * back
                second += first - 17 * back
                first += 2 * (level - back)
                bit += 1
            if fourth > 536870912 or fourth < -536870912 or third > 536870912 or third < -536870912:
                first = second = third = fourth = 0
            out[word * 4 + 3 - step] = byte  # the first bit is the top one of a word, and its low byte comes first
            step += 1
        before = target
        word += 1
    state[0] = first + 1073741824
    state[1] = second + 1073741824
    state[2] = third + 1073741824
    state[3] = fourth + 1073741824
    state[4] = before + 1073741824
