"""Writes firmware/plainsight/frontend/tables.py, the numbers of the audio front end; with --check only compares.

    python -m host_tools.keyword.frontend_tables [--check]

The reference (TensorFlow Lite Micro's `microfrontend` with the settings of microWakeWord) works its tables out in
single precision, so each step is rounded to it here. Its log1pf decides two of the weights: ours computes as fdlibm's
does (glibc to 2.40, and newlib on the ESP32); a C library that rounds correctly moves those two by 1/4096.
"""

from __future__ import annotations

import argparse
import math
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

TABLES = Path(__file__).resolve().parents[2] / "firmware" / "plainsight" / "frontend" / "tables.py"

SAMPLE_HZ = 16_000
WINDOW_SAMPLES = 480
FFT_SAMPLES = 512
CHANNELS = 40
BINS = 256  # complex ones, of the FFT over pairs of samples
# What a number has added where no sign is kept: before KISS FFT's division by 4, which rounds, and after it.
RAISE, LIFT = 49152, 12286
_LOW_HZ, _HIGH_HZ = 125.0, 7500.0
_WINDOW_BITS = 12
_WEIGHT_BITS = 12
_GAIN_BITS = 21
_GAIN_INPUT_BITS = 10 - 3  # smoothing less correction
_GAIN_STRENGTH, _GAIN_OFFSET = 0.95, 80.0
_LOG_SEGMENTS = 128

# log1pf of fdlibm (s_log1pf.c).
_ROOT, _ROOT_LESS_ONE = 1.41421354, 0.41422
_LN2_HIGH, _LN2_LOW = 6.9313812256e-01, 9.0580006145e-06
_LOG_SERIES = (
    *(6.6666668653e-01, 4.0000000596e-01, 2.8571429849e-01, 2.2222198546e-01),
    *(1.8183572590e-01, 1.5313838422e-01, 1.4798198640e-01),
)

_HEAD = '''"""The front end's numbers, little-endian. Made by host_tools/keyword/frontend_tables.py; change that one."""

from plainsight.compat import const

'''


def single(value: float) -> float:
    """Rounded to single precision."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def rounded(value: float) -> int:
    """To the nearest integer in single precision, halves up."""
    return math.floor(single(value + 0.5))


def window() -> list[int]:
    """A Hann window of 30 ms, in 1/4096."""
    step = single(single(single(math.pi) * 2) / WINDOW_SAMPLES)
    values: list[int] = []
    for index in range(WINDOW_SAMPLES):
        cosine = single(math.cos(single(step * single(index + 0.5))))
        values.append(rounded(single(single(0.5 - single(0.5 * cosine)) * (1 << _WINDOW_BITS))))
    return values


def log1p(value: float) -> float:
    """fdlibm's log1pf from 0.1 to 100, rounding where it rounds: k ln 2 + log(1 + f), a series in f / (2 + f)."""
    octaves, part, error = 0, value, 0.0
    if value >= _ROOT_LESS_ONE:
        total = single(1.0 + value)
        mantissa, exponent = math.frexp(total)
        octaves = exponent - 1
        error = single(1.0 - single(total - value)) if octaves > 0 else single(value - single(total - 1.0))
        error = single(error / total)
        if 2 * mantissa >= _ROOT:
            octaves, mantissa = octaves + 1, mantissa / 2
        part = single(2 * mantissa - 1.0)
    half_square = single(single(0.5 * part) * part)
    ratio = single(part / single(2.0 + part))
    square = single(ratio * ratio)
    series = 0.0
    for term in reversed(_LOG_SERIES):
        series = single(square * single(single(term) + series))
    tail = single(ratio * single(half_square + series))
    if octaves == 0:
        return single(part - single(half_square - tail))
    tail = single(tail + single(single(octaves * _LN2_LOW) + error))
    return single(single(octaves * _LN2_HIGH) - single(single(half_square - tail) - part))


def mel(hz: float) -> float:
    """The pitch that people hear."""
    return single(1127.0 * log1p(single(hz / 700.0)))


def filters() -> tuple[int, list[int], list[int]]:
    """First bin used; bins of each of the 41 slopes; each bin's weight in the channel that its slope rises to, 1/4096.

    A triangle's falling slope is the next one's rising slope: what is missing to 4096 belongs to the channel before.
    """
    bin_hz = SAMPLE_HZ / FFT_SAMPLES
    low = mel(_LOW_HZ)
    spacing = single(single(mel(_HIGH_HZ) - low) / (CHANNELS + 1))
    tops = [single(low + single(spacing * (index + 1))) for index in range(CHANNELS + 1)]
    first = int(1.5 + _LOW_HZ / bin_hz)
    place, widths, weights = first, list[int](), list[int]()
    for index, top in enumerate(tops):
        below = tops[index - 1] if index else low
        begun = place
        while mel(place * bin_hz) <= top:
            part = single(single(top - mel(place * bin_hz)) / single(top - below))
            weights.append(rounded(single(part * (1 << _WEIGHT_BITS))))
            place += 1
        widths.append(place - begun)
    return first, widths, weights


def _gain_at(level: int) -> int:
    scaled = single(level / (1 << _GAIN_INPUT_BITS))
    power = single(math.pow(single(scaled + _GAIN_OFFSET), single(-_GAIN_STRENGTH)))
    return min(32767, rounded(single((1 << _GAIN_BITS) * power)))


def gains() -> list[int]:
    """Gain for a noise estimate: at 0, 1, then for each octave its start, how it falls, how it bends + 32768."""
    values = [_gain_at(0), _gain_at(1)]
    for octave in range(2, 33):
        begin = 1 << octave - 1
        end = 2 * begin - (octave == 32)
        first, middle, last = _gain_at(begin), _gain_at(begin + begin // 2), _gain_at(end)
        slope = 4 * (middle - first) - (last - first)
        values += [first, -slope, (last - first) - slope + 32768, 0]
    return values


def logarithms() -> list[int]:
    """log2(1 + x) - x at x = 0, 1/128 … 1, in 1/65536."""
    steps = [index / _LOG_SEGMENTS for index in range(_LOG_SEGMENTS + 1)]
    return [round((math.log2(1 + part) - part) * 65536) for part in steps]


def _turn(phase: float) -> tuple[int, int]:
    """Cosine and sine in 1/32767."""
    return math.floor(0.5 + 32767 * math.cos(phase)), math.floor(0.5 + 32767 * math.sin(phase))


def rows() -> list[int]:
    """For bin k of 64, and each of the turns k, 2k and 3k / 256 backwards, five words, all doubled and modulo 2^32.

    They turn a number x + iy of which `x + LIFT` and `y + LIFT` are given, as the kernel in viper has them: cosine,
    sine and -sine, then what makes the sums (rounded, still to be shifted down by 15) come out with a bias of
    their own: LIFT for the first and third turn, and what is missing to RAISE for the second.
    """
    words: list[int] = []
    for index in range(BINS // 4):
        for times in (1, 2, 3):
            cosine, sine = _turn(-2 * math.pi * times * index / BINS)
            bias = ((RAISE - LIFT if times == 2 else LIFT) << 15) + 16384
            words += [cosine, sine, -sine, bias - LIFT * (cosine - sine), bias - LIFT * (cosine + sine)]
    return [2 * word & 0xFFFF_FFFF for word in words]


def half_turns() -> list[int]:
    """Sine and cosine, negative both, of the turns that make bins 1 to 128 of a real spectrum; in -1/65534."""
    words: list[int] = []
    for index in range(1, BINS // 2 + 1):
        cosine, sine = _turn(-math.pi * (index / BINS + 0.5))
        words += [-2 * sine, -2 * cosine]
    return words


def roots() -> list[int]:
    """Square roots of 0.5 to 255.5, in 1/4096, but 1 for the first: somebody divides by them."""
    return [max(4096, round(math.sqrt(index + 0.5) * 4096)) for index in range(256)]


def order() -> list[int]:
    """Where the digits to base 4 of 0 … 63 stand in reverse."""
    return [(index & 3) << 4 | index & 12 | index >> 4 for index in range(64)]


def _bytes(name: str, form: str, values: Iterable[int], meaning: str) -> str:
    """One table as source text."""
    numbers = list(values)
    raw = struct.pack(f"<{len(numbers)}{form}", *numbers)
    lines = [f"# {meaning}", f"{name} = ("]
    lines += ['    b"' + "".join(f"\\x{byte:02x}" for byte in raw[at : at + 28]) + '"' for at in range(0, len(raw), 28)]
    return "\n".join([*lines, ")", ""])


def source() -> str:
    """The whole module."""
    first, widths, weights = filters()
    parts = [
        _bytes("WINDOW", "H", window(), "u16 x 480: Hann window in 1/4096."),
        _bytes("ROWS", "I", rows(), "u32 x 15 x 64: the turns of the FFT."),
        _bytes("HALF_TURNS", "H", half_turns(), "u16 x 2 x 128: the turns that take pairs of samples apart."),
        _bytes("ORDER", "B", order(), "u8 x 64: base-4 digits in reverse."),
        _bytes("WIDTHS", "B", widths, "u8 x 41: bins of each slope."),
        _bytes("WEIGHTS", "H", weights, "u16 x 236: a bin's part in the channel its slope belongs to, in 1/4096."),
        _bytes("GAINS", "H", gains(), "u16: gain over noise, octave by octave."),
        _bytes("ROOTS", "H", roots(), "u16 x 256: square roots in 1/4096, half way to the next."),
        _bytes("BITS", "B", [value.bit_length() for value in range(256)], "u8 x 256: how many bits a byte needs."),
        _bytes("LOGARITHMS", "H", logarithms(), "u16 x 129: log2(1 + x) - x in 1/65536."),
    ]
    return _HEAD + f"FIRST_BIN = const({first})\n\n" + "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Write the module, or with --check return 1 if it differs."""
    parser = argparse.ArgumentParser(prog="python -m host_tools.keyword.frontend_tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the module is out of date")
    text = source()
    if not parser.parse_args(arguments).check:
        TABLES.write_text(text)
        return 0
    if TABLES.exists() and TABLES.read_text() == text:
        return 0
    sys.stderr.write(f"{TABLES} is out of date: run `python -m host_tools.keyword.frontend_tables`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
