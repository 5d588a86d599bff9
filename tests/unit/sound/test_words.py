"""From the words of an I2S microphone to PCM: level, offset, clipping, and that nothing of it stays."""

from __future__ import annotations

import numpy as np
import pytest
from plainsight.sound.decimator import Words

BLOCK = 384


def heard(samples: np.ndarray) -> np.ndarray:
    """`samples`: -1 to 1 at 16 kHz, as 24 bits on top of a word."""
    raw = (np.clip(np.round(samples * 2**23), -(2**23), 2**23 - 1).astype("<i4") << 8).astype("<i4").tobytes()
    words, out, pcm = Words(BLOCK), bytearray(2 * BLOCK), b""
    for start in range(0, len(raw), 4 * BLOCK):
        piece = raw[start : start + 4 * BLOCK]
        words.room()[: len(piece)] = piece
        assert words.run(len(piece), out) == len(piece) // 4
        pcm += bytes(out[: len(piece) // 2])
    return np.frombuffer(pcm, "<i2")


def tone(hz: float, amplitude: float, offset: float = 0.0) -> np.ndarray:
    return heard(amplitude * np.sin(2 * np.pi * hz * np.arange(8000) / 16000) + offset)


@pytest.mark.parametrize("hz", [100, 1000, 7000])
def test_it_is_as_loud_as_the_pdm_microphone_would_be(hz: float) -> None:
    assert np.std(tone(hz, 0.06)[2000:]) == pytest.approx(0.06 * 8 * 32768 / np.sqrt(2), rel=0.02)


def test_a_tone_stands_85_db_above_all_else() -> None:
    pcm = tone(1000, 0.0625)[4000:].astype(float)
    angle = 2 * np.pi * 1000 * np.arange(4000, 8000) / 16000
    basis = np.stack([np.cos(angle), np.sin(angle), np.ones(4000)], axis=1)
    rest = pcm - basis @ np.linalg.lstsq(basis, pcm, rcond=None)[0]
    assert 20 * np.log10(pcm.std() / rest.std()) > 85


def test_an_offset_goes_away() -> None:
    assert abs(tone(500, 0.01, offset=0.05)[4000:].mean()) < 10


def test_what_is_too_loud_is_clipped_and_does_not_turn_over() -> None:
    loud = tone(400, 0.5)
    assert (loud.max(), loud.min()) == (32767, -32768)
    assert np.abs(np.diff(loud.astype(int))).max() < 60000
    assert set(heard(np.tile([1.0, -1.0], 400))) == {32767, -32768}


@pytest.mark.promise(6)
def test_after_a_reset_nothing_of_before_is_there() -> None:
    used, out = Words(BLOCK), bytearray(2 * BLOCK)
    used.room()[:] = b"\x35" * 4 * BLOCK
    assert used.run(4 * BLOCK, out) == BLOCK
    used.reset()
    fresh = Words(BLOCK)
    assert [bytes(value) for value in vars(used).values()] == [bytes(value) for value in vars(fresh).values()]
