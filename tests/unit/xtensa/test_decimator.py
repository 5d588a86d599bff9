"""The decimator runs on its machine code for the board as it does on the plain kernels: equal to the last bit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from plainsight.sound import decimator

from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine

KERNELS = Path(decimator.__file__).with_name("kernels_viper.py")
CHANCE = random.Random(2)
SAMPLES, BLOCKS = 48, 3
SIZE = 16 * SAMPLES * BLOCKS
BITS = {
    "noise": CHANCE.randbytes(SIZE),
    "ones": b"\xff" * SIZE,
    "zeros": bytes(SIZE),
    "steps": ((b"\xff" * 96 + bytes(96)) * SIZE)[:SIZE],
    "loud": bytes(CHANCE.choice((0xFF, 0xFE, 0x00, 0x01)) for _ in range(SIZE)),
}


def decimated(bits: bytes) -> bytes:
    made, out, pcm = decimator.Decimator(SAMPLES), bytearray(2 * SAMPLES), b""
    for start in range(0, SIZE, SIZE // BLOCKS):
        made.room()[:] = bits[start : start + SIZE // BLOCKS]
        assert made.run(SIZE // BLOCKS, out) == SAMPLES
        pcm += out
    return pcm


@pytest.mark.parametrize("name", BITS)
def test_from_bits_to_samples_it_is_equal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meant = decimated(BITS[name])
    machine = Machine(1 << 16)
    bridge = Bridge(machine, KERNELS)
    monkeypatch.setattr(decimator, "cic", bridge.cic)
    monkeypatch.setattr(decimator, "fir", bridge.fir)
    assert decimated(BITS[name]) == meant
    assert machine.instructions > 300 * SAMPLES * BLOCKS  # it was the machine code that ran
