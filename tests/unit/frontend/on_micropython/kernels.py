"""Runs under MicroPython: each kernel in viper leaves the buffers as the plain one does. Prints what it compared.

The FFT's numbers are kept otherwise by the two: they are compared where both have energies again.
"""

import sys
from array import array

from plainsight.frontend import frontend, kernels_plain, kernels_viper


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
    _roots_and_levels()
    print(hops)


def _roots_and_levels():
    """Sums and noise estimates that no sound gives."""
    one = bytes(range(1, 2)) * 41
    weights = array("H", [4096 - (7 * index & 1023) for index in range(41)])
    tables = _frontend(kernels_plain)
    state = 1
    for bits in range(32):
        spectrum = array("I", bytes(4 * 2 * 41))
        signal, noise = array("I", bytes(160)), array("I", bytes(160))
        for index in range(41):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            spectrum[2 * index] = (state | 1 << bits) & ((2 << bits) - 1) & 0x7FFFFFFF
            if index < 40:
                signal[index] = state & ((1 << min(bits, 20)) - 1)
                noise[index] = (state >> 3) & ((1 << min(bits, 30)) - 1)
        made = []
        for kernels in (kernels_plain, kernels_viper):
            loudness, learned, out = array("I", bytes(160)), array("I", bytes(noise)), array("H", bytes(80))
            roots = kernels_viper.table(tables._roots, "H")
            kernels.channels(spectrum, bits & 3, 0, weights, one, roots, loudness)
            made.append(bytes(loudness))
            loudness = array("I", bytes(signal))
            kernels.levels(loudness, 0, learned, tables._gains, tables._logarithms, tables._bit_counts, out)
            made.append(bytes(learned) + bytes(out))
        if made[:2] != made[2:]:
            raise AssertionError(f"{bits} bits differ")


_main()
