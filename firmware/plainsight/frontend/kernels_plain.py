"""The arithmetic of the front end in plain integers: for CPython, and what kernels_viper is compared with.

Step by step that of TensorFlow Lite Micro's `microfrontend` and of the 16-bit KISS FFT inside it, which scales by 1/4
at each stage and wraps where 16 bits overflow. Samples lie in arrays of unsigned numbers, with 32768 added. Arguments
without a name are for the kernels in viper: a register to work in, or a constant.
"""

from array import array

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = Sequence[int]

_HOP = const(160)
_WINDOW = const(480)
_MIDDLE = const(32768)
_BINS = const(256)  # complex, of the FFT over pairs of samples
_ROW = const(15)
_CHANNELS = const(40)
_EVEN_SMOOTHING = const(409)  # 0.025 in 1/16384
_ODD_SMOOTHING = const(983)  # 0.06
_LEAST_REMAINING = const(819)  # 0.05
_LN2 = const(45426)  # 1/65536


def table(raw: bytes, form: str) -> "Numbers":
    """A table of `tables` in the shape these kernels take."""
    return array(form, raw)


def shift_in(heard: "array[int]", _: int, block: "memoryview | bytes | bytearray", offset: int) -> int:
    """The 480 samples move on by 160, which come from block[offset …] (s16le); returns the bits these need."""
    for index in range(_WINDOW - _HOP):
        heard[index] = heard[index + _HOP]
    used = 0
    for index in range(_HOP):
        at = (offset + index) << 1
        sample = (block[at] | block[at + 1] << 8) ^ _MIDDLE
        heard[_WINDOW - _HOP + index] = sample
        sample -= _MIDDLE
        used |= ~sample if sample < 0 else sample
    return _bits(used)


def window(heard: "Numbers", _: int, curve: "Numbers", out: "array[int]") -> int:
    """out = heard x curve; returns by how many bits that may be shifted up, and zeroes what can't be."""
    used = 0
    lowest = False
    for index in range(_WINDOW):
        sample = (heard[index] - _MIDDLE) * curve[index] >> 12
        out[index] = sample + _MIDDLE
        if sample == -_MIDDLE:  # its magnitude is no 16-bit number, so the reference overlooks it
            lowest = True
        else:
            used |= -sample if sample < 0 else sample
    shift = 15 - _bits(used)
    if lowest and shift:
        for index in range(_WINDOW):
            out[index] = out[index] or _MIDDLE
    return shift


def first_stage(samples: "Numbers", shift: int, order: "Numbers", work: "array[int]") -> None:
    """The FFT of each four samples that are 64 pairs apart, after the shift, into `work`: (re, im) of 256 bins."""
    for group in range(64):
        pairs: list[int] = []
        for quarter in range(4):
            at = (order[group] + 64 * quarter) << 1
            for part in range(2):
                pairs.append(_fourth((samples[at + part] - _MIDDLE) << shift))
        _butterfly(work, group << 3, 2, pairs)


def stage(work: "array[int]", span: int, rows: "Numbers", _: int) -> None:
    """FFTs of 4 x `span` bins from four of `span`, in place."""
    step = (_BINS >> 2) // span * _ROW
    for begin in range(0, _BINS, span << 2):
        for index in range(span):
            at = (begin + index) << 1
            pairs = [_fourth(work[at]), _fourth(work[at + 1])]
            for quarter in range(3):
                place = at + (quarter + 1) * span * 2
                re, im = _fourth(work[place]), _fourth(work[place + 1])
                turn = index * step + 5 * quarter
                cosine, sine = rows[turn] >> 1, rows[turn + 1] >> 1
                pairs.append((re * cosine - im * sine + 16384) >> 15)
                pairs.append((re * sine + im * cosine + 16384) >> 15)
            _butterfly(work, at, span << 1, pairs)


def wrap(work: "array[int]", _: int, __: int) -> None:
    """What of a stage's sums does not fit 16 bits wraps, as in the reference."""
    for index in range(_BINS << 1):
        work[index] = _wrapped(work[index])


def energies(work: "array[int]", _: int, half_turns: "Numbers", first: int) -> None:
    """|X|² of bins `first` to 256 - `first` of the real spectrum, from the FFT over pairs, into work[2 x bin]."""
    for index in range(first, (_BINS >> 1) + 1):
        low, high = index << 1, (_BINS - index) << 1
        re, im = _half(work[low]), _half(work[low + 1])
        far_re, far_im = _half(work[high]), _half(-work[high + 1])
        sine, cosine = -half_turns[low - 2] >> 1, -half_turns[low - 1] >> 1
        odd_re, odd_im = re - far_re, im - far_im
        turned_re = _wrapped((odd_re * cosine - odd_im * sine + 16384) >> 15)
        turned_im = _wrapped((odd_re * sine + odd_im * cosine + 16384) >> 15)
        re += far_re
        im += far_im
        work[low] = ((re + turned_re) >> 1) ** 2 + ((im + turned_im) >> 1) ** 2
        work[high] = ((re - turned_re) >> 1) ** 2 + ((turned_im - im) >> 1) ** 2


def channels(
    spectrum: "Numbers", shift: int, first: int, weights: "Numbers", widths: "Numbers", _: "Numbers", out: "array[int]"
) -> None:
    """Root of the energy in each of 40 overlapping triangles, shifted back. One slope falls as the next one rises."""
    at, total = 0, 0
    for slope in range(_CHANNELS + 1):
        rising, falling = total, 0
        for index in range(at, at + widths[slope]):
            energy = spectrum[(first + index) << 1]
            rising += energy * weights[index]
            falling += energy * (4096 - weights[index])
        at += widths[slope]
        if slope:
            out[slope - 1] = _root(rising) >> shift
        total = falling


def levels(
    loudness: "array[int]",
    _: int,
    noise: "array[int]",
    gains: "Numbers",
    logarithms: "Numbers",
    __: "Numbers",
    out: "array[int]",
) -> None:
    """Each channel less its noise, evened out by its gain, as a logarithm; `noise` learns."""
    for index in range(_CHANNELS):
        signal = loudness[index]
        smoothing = _ODD_SMOOTHING if index & 1 else _EVEN_SMOOTHING
        scaled = signal << 10
        learned = (scaled * smoothing + noise[index] * (16384 - smoothing)) >> 14
        noise[index] = learned
        rest = (scaled - min(learned, scaled)) >> 10
        rest = max(rest, signal * _LEAST_REMAINING >> 14)
        ratio = rest * _gain(learned, gains) >> 6
        shrunk = ratio * ratio >> 20 if ratio < 8192 else (ratio >> 6) - 64
        out[index] = min(65535, _logarithm(shrunk << 3, logarithms))


def _bits(value: int) -> int:
    """How many bits a number has."""
    count = 0
    while value:
        value >>= 1
        count += 1
    return count


def _wrapped(value: int) -> int:
    """As 16 bits hold it."""
    return ((value + _MIDDLE) & 0xFFFF) - _MIDDLE


def _fourth(value: int) -> int:
    """KISS FFT's division by 4."""
    return (value * 8191 + 16384) >> 15


def _half(value: int) -> int:
    """KISS FFT's division by 2."""
    return (value * 16383 + 16384) >> 15


def _butterfly(work: "array[int]", at: int, step: int, pairs: "list[int]") -> None:
    """The FFT of four complex numbers into work[at], work[at + step] …"""
    a_re, a_im, b_re, b_im, c_re, c_im, d_re, d_im = pairs
    for place, re, im in (
        (0, a_re + c_re + b_re + d_re, a_im + c_im + b_im + d_im),
        (step, a_re - c_re + b_im - d_im, a_im - c_im - b_re + d_re),
        (2 * step, a_re + c_re - b_re - d_re, a_im + c_im - b_im - d_im),
        (3 * step, a_re - c_re - b_im + d_im, a_im - c_im + b_re - d_re),
    ):
        work[at + place] = re
        work[at + place + 1] = im


def _root(value: int) -> int:
    """The square root to the nearest integer (but 65535 at most for what fits 32 bits, as the reference has it)."""
    root, rest, bit = 0, value, 1 << 46
    while bit > value:
        bit >>= 2
    while bit:
        if rest >= root + bit:
            rest -= root + bit
            root = (root >> 1) + bit
        else:
            root >>= 1
        bit >>= 2
    if rest > root and root != 65535:
        root += 1
    return root


def _gain(noise: int, gains: "Numbers") -> int:
    """For a noise estimate: parabolas over octaves."""
    if noise <= 2:
        return gains[noise]
    octave = _bits(noise)
    at = (octave << 2) - 6
    part = (noise << 11 >> octave if octave < 11 else noise >> octave - 11) & 0x3FF
    slope = ((gains[at + 2] - 32768) * part >> 5) - (gains[at + 1] << 5)
    return ((slope * part + 16384) >> 15) + gains[at]


def _logarithm(value: int, logarithms: "Numbers") -> int:
    """64 ln(value), 0 for 0 and 1."""
    if value <= 1:
        return 0
    octave = _bits(value) - 1
    part = value - (1 << octave)
    part = part << 16 - octave if octave < 16 else part >> octave - 16
    segment = part >> 9
    low = logarithms[segment]
    part += low + ((logarithms[segment + 1] - low) * (part - (segment << 9)) >> 16)
    natural = (_LN2 * ((octave << 16) + part) + 32768) >> 16
    return ((natural << 6) + 32768) >> 16
