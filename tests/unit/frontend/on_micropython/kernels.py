"""Runs under MicroPython: each kernel in viper leaves the buffers as the plain one does. Prints what it compared.

The FFT's numbers are kept otherwise by the two: they are compared where both have energies again.
"""

import sys
from array import array

from plainsight.frontend import frontend, kernels_plain, kernels_viper, tables


def _frontend(kernels):
    frontend.kernels = kernels
    return frontend.Frontend()


def _state(made):
    return [bytes(memory) for memory in (made.features, made._heard, made._bits, made._windowed)] + [
        bytes(memory) for memory in (made._loudness, made._noise)
    ]


def _energies(made):
    first = 5
    return [made._work[2 * index] & 0xFFFFFFFF for index in range(first, 257 - first)]


def _main():
    plain, viper = _frontend(kernels_plain), _frontend(kernels_viper)
    block = bytearray(320)
    hops = 0
    with open(sys.argv[1], "rb") as pcm:
        while pcm.readinto(block) == 320:
            for made, kernels in ((plain, kernels_plain), (viper, kernels_viper)):
                frontend.kernels = kernels
                made.push(block, 0)
            if _state(plain) != _state(viper) or (hops > 2 and _energies(plain) != _energies(viper)):
                raise AssertionError(f"hop {hops} differs")
            hops += 1
    _spectra()
    _roots()
    _levels()
    print(hops)


def _chance(state):
    """31 bits of a linear congruence, the same everywhere."""
    return (state * 1103515245 + 12345) & 0x7FFFFFFF


def _spectra():
    """What the last stage leaves in numbers that round in their own way: 16384 and its neighbours."""
    half_turns = kernels_viper.table(tables.HALF_TURNS, "H")
    edges = (-23000, -16385, -16384, -16383, -1, 0, 1, 16383, 16384, 16385, 23000)
    state = 1
    for _ in range(20):
        plain, viper = array("i", bytes(2048)), array("I", bytes(2048))
        for index in range(512):
            state = _chance(state)
            plain[index] = edges[(state >> 8) % len(edges)]
            viper[index] = (plain[index] + 49152) * 32766
        kernels_plain.energies(plain, 0, kernels_plain.table(half_turns, "H"), 5)
        kernels_viper.energies(viper, 0, half_turns, 5)
        for index in range(5, 252):
            if plain[2 * index] != viper[2 * index]:
                raise AssertionError(f"bin {index} differs")


def _roots():
    """Sums of one energy each, also around squares; in between a channel without any."""
    widths = bytes(range(1, 2)) * 41
    roots = kernels_viper.table(tables.ROOTS, "H")
    state = 1
    for turn in range(120):
        spectrum, weights = array("I", bytes(8 * 41)), array("H", bytes(82))
        for slope in range(1, 41, 2):
            state = _chance(state)
            root = state >> 16 + turn % 15
            weights[slope] = 1 if turn % 2 else 4096 - (state & 15)
            spectrum[2 * slope] = min(0x7FFFFFFF, root * root + (0, root, root + 1, 2 * root)[state % 4])
        spectrum[2], weights[1] = 0x7FFFFFFF, 2  # the largest that fits 32 bits
        made = []
        for kernels in (kernels_plain, kernels_viper):
            loudness = array("I", bytes(160))
            kernels.channels(spectrum, 0, 0, weights, widths, roots, loudness)
            made.append(bytes(loudness))
        if made[0] != made[1]:
            raise AssertionError(f"turn {turn} differs")


def _levels():
    """Signals and noise estimates of every size."""
    made = _frontend(kernels_plain)
    state = 1
    for bits in range(32):
        signal, noise = array("I", bytes(160)), array("I", bytes(160))
        for index in range(40):
            state = _chance(state)
            signal[index] = state & ((1 << min(bits, 20)) - 1)
            noise[index] = (state >> 1) & ((1 << min(index, 30)) - 1)
        results = []
        for kernels in (kernels_plain, kernels_viper):
            loudness, learned, out = array("I", bytes(signal)), array("I", bytes(noise)), array("H", bytes(80))
            kernels.levels(loudness, 0, learned, made._gains, made._logarithms, made._bit_counts, out)
            results.append(bytes(learned) + bytes(out))
        if results[0] != results[1]:
            raise AssertionError(f"{bits} bits differ")


_main()
