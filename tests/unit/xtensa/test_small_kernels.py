"""The other machine code of the firmware, in the interpreter: an I2S microphone, copying bytes, a spoken question."""

from __future__ import annotations

import random
from array import array
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from plainsight.keyword.hops import kernels_plain as copying
from plainsight.question import kernels_plain as coding
from plainsight.question.steps import STEPS
from plainsight.sound import kernels_plain as decimating
from plainsight.sound import pdm

from host_tools.bench.keyword.sound import speech_like
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.errors import Fault
from host_tools.xtensa.machine import Machine
from tests.unit.xtensa.twins import Twins

CHANCE = random.Random(6)
SAMPLES = 480
SOUNDS = {
    "speech": speech_like(0.1)[: 2 * SAMPLES],
    "noise": CHANCE.randbytes(2 * SAMPLES),
    "square": (b"\xff\x7f" * 7 + b"\x00\x80" * 7) * (SAMPLES // 14),
    "silence": bytes(2 * SAMPLES),
}


def twins(plain: ModuleType) -> Any:
    path = Path(plain.__file__ or "").with_name("kernels_viper.py")
    return Twins(plain, Bridge(Machine(1 << 16), path))


@pytest.mark.parametrize("name", SOUNDS)
def test_a_spoken_question_is_coded_alike(name: str) -> None:
    both, state, out = twins(coding), array("I", [32768, 0, 0, 0]), bytearray(SAMPLES // 2)
    at = 0
    for count in (1, 160, 2, 77, 200):
        both.encode(memoryview(SOUNDS[name])[2 * at :], out, state, STEPS, min(count, len(SOUNDS[name]) // 2 - at))
        at += count
    assert state[2] == 440
    assert both.calls["encode"] == 5


@pytest.mark.parametrize("name", SOUNDS)
def test_words_of_an_i2s_microphone_become_samples_alike(name: str) -> None:
    both, dc, out = twins(decimating), array("I", [pdm.DC_MIDDLE]), bytearray(SAMPLES)
    words = bytearray(SOUNDS[name] * 2)
    for _ in range(3):
        both.pcm(words, out, dc, SAMPLES // 2)
    for level in (0, 2**31 - 1, 2**32 - 1, 2**31):  # as long as the mean needs to get there
        steady = bytearray(level.to_bytes(4, "little") * (SAMPLES // 2))
        for _ in range(12):
            both.pcm(steady, out, dc, SAMPLES // 2)
    assert both.calls["pcm"] == 3 + 4 * 12


def test_bytes_are_copied_alike_and_nothing_beside_them() -> None:
    both, source, out = twins(copying), bytearray(CHANCE.randbytes(100)), bytearray(60)
    for to, at, size in ((0, 0, 60), (59, 99, 1), (7, 13, 0), (1, 50, 50)):
        both.copy(out, source, to, at, size)
        assert out[to : to + size] == source[at : at + size]
    with pytest.raises(Fault):
        both.copy(out, source, 60, 0, 1)
