"""What a caller of the front end rests on, the bound behind its shortcut, and where its tables come from."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.frontend import frontend, tables
from plainsight.frontend.frontend import CHANNELS, HOP_SAMPLES, Frontend

from host_tools.keyword import frontend_tables
from tests.unit.frontend.sounds import HOP_BYTES, extremes, reference, speech

SPOKEN = speech()[64000:80000]


def test_the_third_hop_makes_the_first_frame() -> None:
    made = Frontend()
    assert [made.push(SPOKEN, 0) for _ in range(5)] == [False, False, True, True, True]


def test_a_hop_may_begin_anywhere_in_a_block() -> None:
    whole, pieces = Frontend(), Frontend()
    for hop in range(6):
        whole.push(memoryview(SPOKEN), hop * HOP_SAMPLES)
        pieces.push(SPOKEN[hop * HOP_BYTES : (hop + 1) * HOP_BYTES], 0)
    assert list(whole.features) == list(pieces.features)
    assert any(whole.features)


def memories(made: Frontend) -> dict[str, bytes]:
    """Every buffer and table by name."""
    return {name: bytes(value) for name, value in vars(made).items() if isinstance(value, array | bytearray)}


@pytest.mark.parametrize(("size", "offset"), [(318, 0), (0, 0), (640, 161), (640, -1), (641, 161)])
def test_a_block_without_a_whole_hop_changes_nothing(size: int, offset: int) -> None:
    made = Frontend()
    before = memories(made)
    with pytest.raises(ValueError, match="block"):
        made.push(bytes(size), offset)
    assert memories(made) == before


@pytest.mark.promise(6)
def test_a_reset_leaves_nothing_of_what_was_heard() -> None:
    used, fresh = Frontend(), Frontend()
    for hop in range(20):
        used.push(SPOKEN, hop * HOP_SAMPLES)
    touched = {name for name, content in memories(used).items() if content != memories(fresh)[name]}
    assert touched == {"features", "_heard", "_bits", "_windowed", "_work", "_loudness", "_noise"}
    used.reset()
    assert vars(used) == vars(fresh)
    frames: list[list[int]] = []
    for made in (used, fresh):
        for hop in range(4):
            made.push(SPOKEN, hop * HOP_SAMPLES)
        frames.append(list(made.features))
    assert frames[0] == frames[1]


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=3 * HOP_BYTES, max_size=3 * HOP_BYTES), st.integers(0, 15))
def test_any_sound_at_all_makes_the_published_features(noise: bytes, quieter: int) -> None:
    pcm = (np.frombuffer(noise, "<i2") >> quieter).astype("<i2").tobytes()
    made = Frontend()
    for hop in range(3):
        made.push(pcm, hop * HOP_SAMPLES)
    assert [list(made.features)] == reference(pcm)


def test_only_where_the_check_says_so_can_a_sum_overflow() -> None:
    """The bound: the loudest sum of 16, 64 or 256 pairs a + ib that turn, each part as large as it can be.

    Under the window a part is below the peak's next power of two, before it at most LOUDER_BITS more.
    """
    curve = np.frombuffer(tables.WINDOW, "<u2") / 4096
    rounding = 3 * 8  # three stages, each of four quotients and three products, each rounded by half of one
    for used in range(16):
        loudest = np.minimum(2.0 ** (used + frontend.LOUDER_BITS), 32768) * curve + 1  # -1 is what rounds down to -1
        samples = np.zeros(512)
        samples[:480] = np.minimum(loudest, 2.0**used - 1) * 2.0 ** (15 - used)
        for count in (16, 64, 256):
            turn = 2 * np.pi * np.outer(np.arange(count), np.arange(count)) / count
            cosine, sine = np.abs(np.cos(turn)) / count, np.abs(np.sin(turn)) / count
            re, im = samples[::2].reshape(count, -1), samples[1::2].reshape(count, -1)
            assert max((cosine @ re + sine @ im).max(), (sine @ re + cosine @ im).max()) + rounding < 32768, used


@pytest.mark.parametrize("name", [name for name in extremes() if name.startswith("overflowing")])
def test_what_overflows_is_told_apart_and_matters(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Frontend, "_may_overflow", lambda _, used: False)
    pcm = extremes()[name]
    made, frames = Frontend(), list[list[int]]()
    for hop in range(len(pcm) // HOP_BYTES):
        if made.push(pcm, hop * HOP_SAMPLES):
            frames.append(list(made.features))
    assert frames != reference(pcm)


def test_the_tables_are_what_the_generator_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert frontend_tables.main(["--check"]) == 0


def test_a_table_that_differs_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "tables.py"
    monkeypatch.setattr(frontend_tables, "TABLES", other)
    assert frontend_tables.main(["--check"]) == 1
    assert "frontend_tables" in capsys.readouterr().err
    assert frontend_tables.main([]) == 0
    assert frontend_tables.main(["--check"]) == 0


def test_channels_are_what_a_model_expects() -> None:
    assert CHANNELS == 40
    assert sum(tables.WIDTHS) == len(tables.WEIGHTS) // 2 == 236
    assert frontend.tables.FIRST_BIN == 5
