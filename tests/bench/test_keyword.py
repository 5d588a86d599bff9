"""`plainsight bench keyword`: what it models is what stands beside a board's own figures, and it names every part."""

from __future__ import annotations

import asyncio
from statistics import mean

import pytest
from plainsight.frontend import frontend
from plainsight.sound.pdm import PCM_HZ

from host_tools.bench.keyword import listening, modelled
from host_tools.bench.keyword.sound import speech_like
from host_tools.bench.on_board import references
from host_tools.keyword.convert.converter import convert_file
from host_tools.simulator.paths import FIRMWARE
from host_tools.xtensa.cycles import CLOCK_HZ

SHIPPED = FIRMWARE / "models" / "look_stop.kwm"
NEAR = 0.08  # what there is to skip depends on the sound, and less than a second of it is heard here
MS = CLOCK_HZ / 1000


def test_the_figures_beside_a_boards_own_are_what_the_interpreter_counts() -> None:
    hops, frames = modelled.hops(speech_like(0.4), 99)
    steps = modelled.steps(SHIPPED.read_bytes(), frames)
    hop, step = mean(hops), mean(steps)
    decimated = 100 * modelled.decimated(160) / (CLOCK_HZ * 160 / PCM_HZ)
    assert hop / MS == pytest.approx(references.KEYWORD_HOP.value, rel=NEAR)
    assert step / MS == pytest.approx(references.KEYWORD_STEP.value, rel=NEAR)
    assert (max(hops) + max(steps)) / MS == pytest.approx(references.KEYWORD_STRETCH.value, rel=NEAR)
    assert 100 * (hop + step / 3) / (10 * MS) == pytest.approx(references.KEYWORD.value, rel=NEAR)
    assert decimated == pytest.approx(references.DECIMATOR.value, rel=NEAR)


def test_the_kernels_are_put_back() -> None:
    kept = frontend.kernels
    modelled.hops(speech_like(0.04), 1)
    assert frontend.kernels is kept


def test_every_part_has_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_QUICK_SECONDS", 0.1)
    monkeypatch.setattr(listening, "_models", lambda: {"alexa": convert_file("alexa")})
    rows = {row.name: row for row in asyncio.run(listening.keyword("instant", quick=True))}
    assert rows["alexa, file"].value == len(convert_file("alexa"))
    assert 100_000 < rows["alexa, a step, S3 (modelled)"].value < 900_000
    assert 0 < rows["alexa, a step, this computer"].value < 10_000
    assert 4_000 < rows["alexa, heap beside the file, 64 bits"].value < 40_000
    share = rows["alexa, all of it, S3 (modelled)"].value
    parts = rows["front end, a hop, S3 (modelled)"].value + rows["decimator, 10 ms, S3 (modelled)"].value
    parts += rows["alexa, a step, S3 (modelled)"].value / 3
    assert 1_000 < rows["spoken question, coding 10 ms, S3 (modelled)"].value < 100_000
    assert share == pytest.approx(100 * parts / (CLOCK_HZ / 100), abs=0.01)
    assert rows["front end, a hop, S3 (modelled)"].compared_to == "first sketch: front end, a hop (modelled)"


def test_the_sound_is_the_same_every_time_and_loud_enough() -> None:
    assert speech_like(0.2) == speech_like(0.2)
    samples = memoryview(speech_like(0.5)).cast("h")
    assert 5_000 < max(samples) < 32_767
