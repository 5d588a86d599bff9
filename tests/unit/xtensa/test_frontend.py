"""The front end's machine code for the board leaves what the plain kernels leave: no tolerance.

What it makes of sound is held against the published front end in tests/unit/frontend; here is what it remembers from
frame to frame, and energies that few sounds reach.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plainsight.frontend import frontend, kernels_plain, tables

from host_tools.bench.keyword.sound import speech_like
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine
from tests.unit.xtensa.twins import Twins

KERNELS = Path(kernels_plain.__file__).with_name("kernels_viper.py")
HOPS = 9
SAMPLES = HOPS * frontend.HOP_SAMPLES
# The transform divides by 512, so all bins together have the samples' mean square at most, and this half its half.
MOST_ENERGY = 1 << 29
SPECTRA = 40
TABLES = {"weights": "H", "widths": "B", "roots": "H", "gains": "H", "logarithms": "H", "bits": "B"}
CHANCE = np.random.default_rng(3)


SOUNDS: dict[str, Callable[[], np.ndarray]] = {
    "speech": lambda: np.frombuffer(speech_like(0.15), "<i2")[:SAMPLES],
    "dies away": lambda: CHANCE.integers(-32768, 32768, SAMPLES) // (1 + np.arange(SAMPLES) // 40) ** 2,
    "bursts": lambda: CHANCE.integers(-32768, 32768, SAMPLES) * (np.arange(SAMPLES) // 97 % 5 == 0),
}


def _energies(turn: int, weights: Any) -> list[tuple[int, int]]:
    """(bin, energy): shared out at random, or one bin whose sum's root lies at the edge between two numbers."""
    if turn % 4:
        bins = int(2 ** CHANCE.uniform(0, 8))
        whole = int(MOST_ENERGY * 2.0 ** -CHANCE.uniform(0, 30 * (turn % 2)))
        parts = CHANCE.dirichlet(np.full(bins, 0.3)) * whole
        return list(zip(CHANCE.choice(256, bins, replace=False).tolist(), parts.astype(int).tolist(), strict=True))
    index = int(CHANCE.integers(0, len(weights)))
    root = 65535 if turn % 8 else int(CHANCE.integers(1, 65535))
    weight = max(int(weights[index]), 16)
    return [(tables.FIRST_BIN + index, (root * (root + 1) + int(CHANCE.integers(-1, 2)) * weight) // weight)]


def test_channels_and_levels_are_equal_for_every_energy_that_a_spectrum_can_have() -> None:
    """Sound reaches few of them: the roots of large sums, the logarithms of large ratios."""
    twins: Any = Twins(kernels_plain, Bridge(Machine(), KERNELS))
    read = {name: kernels_plain.table(getattr(tables, name.upper()), form) for name, form in TABLES.items()}
    spectrum, loudness = array("i", bytes(4 * 512)), array("I", bytes(4 * frontend.CHANNELS))
    noise, features = array("I", bytes(4 * frontend.CHANNELS)), array("H", bytes(2 * frontend.CHANNELS))
    for turn in range(SPECTRA):
        for place in range(len(spectrum)):
            spectrum[place] = 0
        for place, energy in _energies(turn, read["weights"]):
            spectrum[2 * place] = energy
        shift = int(CHANCE.integers(0, 12)) if turn % 3 else 0
        first = tables.FIRST_BIN
        twins.channels(spectrum, shift, first, read["weights"], read["widths"], read["roots"], loudness)
        twins.levels(loudness, 0, noise, read["gains"], read["logarithms"], read["bits"], features)
    assert twins.calls == {"channels": SPECTRA, "levels": SPECTRA}


def heard(pcm: bytes) -> list[tuple[list[int], ...]]:
    """Features, channels' loudness and noise after each hop that makes a frame."""
    made = frontend.Frontend()
    states = [made.features, *(vars(made)[name] for name in ("_loudness", "_noise"))]
    hops = range(0, SAMPLES, frontend.HOP_SAMPLES)
    return [tuple(each.tolist() for each in states) for at in hops if made.push(pcm, at)]


@pytest.mark.parametrize("name", SOUNDS)
def test_what_is_remembered_from_frame_to_frame_is_equal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pcm = SOUNDS[name]().astype("<i2").tobytes()
    meant = heard(pcm)
    machine = Machine()
    monkeypatch.setattr(frontend, "kernels", Bridge(machine, KERNELS, kernels_plain))
    assert heard(pcm) == meant
    assert len(meant) == HOPS - 2
    assert machine.instructions > 100_000 * len(meant)  # it was the machine code that ran
