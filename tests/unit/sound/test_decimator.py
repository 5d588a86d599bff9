"""From bits to PCM: both interpreters agree, and what comes out is the sound."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.sound import pdm
from plainsight.sound.decimator import Decimator

FIRMWARE = Path(pdm.__file__).parents[2]
SCRIPT = Path(__file__).parent / "on_micropython" / "kernels.py"


def run(interpreter: str) -> str:
    path = f"{FIRMWARE}{os.pathsep}.frozen"
    environment = {"MICROPYPATH": path, "PYTHONPATH": str(FIRMWARE), "PATH": "/usr/bin:/bin"}
    command = [str(Path(sys.executable).with_name(interpreter)), str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_machine_code_and_plain_integers_agree_to_the_bit_on_both_interpreters() -> None:
    here, there = run("python"), run("micropython")
    assert here == there
    assert len(set(line.split()[1] for line in here.splitlines())) == 6


def decimated(bits: bytes, piece: int = 8192) -> np.ndarray:
    decimator, out, pcm = Decimator(512), bytearray(1024), b""
    while bits:
        size = min(piece, len(decimator.room()), len(bits))
        decimator.room()[:size] = bits[:size]
        count = decimator.run(size, out)
        pcm, bits = pcm + bytes(out[: 2 * count]), bits[size:]
    return np.frombuffer(pcm, "<i2")


def modulated(wave: np.ndarray) -> bytes:
    """Bits of a fourth-order modulator as I2S lays them into memory; `wave`: -1 to 1 at 2.048 MHz, stable to 0.6."""
    first = second = third = fourth = 0.0
    bits = np.zeros(len(wave), np.uint8)
    for index, level in enumerate(wave.tolist()):
        back = 1.0 if fourth >= 0 else -1.0
        fourth += third - 0.8047 * back
        third += second - 0.3086 * back
        second += first - 0.0664 * back
        first += 0.0078 * (level - back)
        bits[index] = back > 0
    return np.packbits(bits).reshape(-1, 4)[:, ::-1].tobytes()


def signal_to_noise_db(heard: np.ndarray, hz: float) -> float:
    """Of a tone, all else being noise but what stands still."""
    angle = 2 * np.pi * hz * np.arange(len(heard)) / 16000
    basis = np.stack([np.cos(angle), np.sin(angle), np.ones(len(heard))], axis=1)
    fitted, *_ = np.linalg.lstsq(basis, heard.astype(float), rcond=None)
    return 20 * np.log10(np.hypot(*fitted[:2]) / np.sqrt(2) / (heard - basis @ fitted).std())


def tone(hz: float, amplitude: float, samples: int = 1600, offset: float = 0.0) -> np.ndarray:
    """A tone at the pin, from bits to PCM."""
    time_s = np.arange(samples * 128) / 2_048_000
    return decimated(modulated(amplitude * np.sin(2 * np.pi * hz * time_s) + offset))[samples // 2 :]


def amplitude_of(pcm: np.ndarray, hz: float) -> float:
    angle = 2 * np.pi * hz * np.arange(len(pcm)) / pdm.PCM_HZ
    basis = np.stack([np.cos(angle), np.sin(angle), np.ones(len(pcm))], axis=1)
    fitted, *_ = np.linalg.lstsq(basis, pcm.astype(float), rcond=None)
    return float(np.hypot(fitted[0], fitted[1]))


@pytest.mark.parametrize("hz", [200, 1000, 3000, 5000, 6400])
def test_tones_that_matter_keep_their_level_with_the_stated_gain(hz: float) -> None:
    expected = 0.06 * 8 * 32768
    assert 20 * abs(np.log10(amplitude_of(tone(hz, 0.06), hz) / expected)) < 0.5


@pytest.mark.parametrize("hz", [9600, 12000, 15000, 22000])
def test_tones_above_fold_back_too_faint_to_matter(hz: float) -> None:
    folded = min(hz % 16000, 16000 - hz % 16000)
    assert 20 * np.log10(amplitude_of(tone(hz, 0.1), folded) / (0.1 * 8 * 32768)) < -50


def test_a_tone_stands_75_db_above_all_else_as_in_exact_arithmetic() -> None:
    """At half scale of a recording. What is left is noise that the filters let fold; rounding adds next to nothing."""
    time_s = np.arange(4000 * 128) / 2_048_000
    bits = modulated(0.0625 * np.sin(2 * np.pi * 1000 * time_s))
    ones = np.unpackbits(np.frombuffer(bits, np.uint8).reshape(-1, 4)[:, ::-1].reshape(-1)) * 2.0 - 1
    box = np.ones(64)
    cic = np.convolve(ones, np.convolve(np.convolve(box, box), box))[::64]
    exact = np.convolve(cic, np.array([*pdm.FIR_HALF[::-1], *pdm.FIR_HALF]))[::2]
    ours, ideal = signal_to_noise_db(decimated(bits)[1500:], 1000), signal_to_noise_db(exact[1500:-100], 1000)
    assert ours > 75
    assert abs(ours - ideal) < 0.5


def test_an_offset_goes_away() -> None:
    heard = tone(500, 0.01, samples=4800, offset=0.05)
    assert abs(heard.mean()) < 10
    assert 20 * abs(np.log10(amplitude_of(heard, 500) / (0.01 * 8 * 32768))) < 0.5


def test_what_is_too_loud_is_clipped_and_does_not_turn_over() -> None:
    loud = tone(400, 0.5)
    assert loud.max() == 32767
    assert loud.min() == -32768
    assert np.abs(np.diff(loud.astype(int))).max() < 40000


def test_the_response_of_both_filters_is_what_the_comment_says() -> None:
    hz = np.linspace(1, 16000, 4000)
    cic = (np.sin(np.pi * hz * 64 / 2_048_000) / (64 * np.sin(np.pi * hz / 2_048_000))) ** 3
    half = np.arange(pdm.FIR_TAPS // 2) + 0.5
    fir = 2 * np.cos(2 * np.pi * np.outer(hz, half) / 32_000) @ np.array(pdm.FIR_HALF) / 8192
    decibels = 20 * np.log10(np.abs(cic * fir) + 1e-9)
    assert np.ptp(decibels[hz <= 6500]) < 0.3
    assert decibels[hz >= 9500].max() < -57
    assert sum(pdm.FIR_HALF) * 2 == 8192


def test_no_value_leaves_31_bits() -> None:
    """What a 32-bit board computes with: the largest sums that any bits can make."""
    rising = 2 * sum(tap for tap in pdm.FIR_HALF if tap > 0) * 65535
    falling = 2 * sum(tap for tap in pdm.FIR_HALF if tap < 0) * 65535
    assert pdm.FIR_BIAS + falling > 0
    assert pdm.FIR_BIAS + rising < 1 << 31
    assert ((pdm.FIR_BIAS + rising) >> pdm.FIR_SHIFT) << pdm.DC_SHIFT < 1 << 31
    assert sum(max(pdm.cic_table()[row << 8 : (row + 1) << 8]) for row in range(24)) < 1 << 31


@settings(max_examples=25)
@given(st.binary(min_size=0, max_size=600), st.lists(st.integers(1, 200), min_size=1, max_size=10))
def test_it_does_not_matter_in_which_pieces_the_bits_come(bits: bytes, sizes: list[int]) -> None:
    whole = decimated(bits)
    decimator, out, pcm, at, turn = Decimator(512), bytearray(1024), b"", 0, 0
    while at < len(bits):
        piece, turn = bits[at : at + sizes[turn % len(sizes)]], turn + 1
        decimator.room()[: len(piece)] = piece
        pcm, at = pcm + bytes(out[: 2 * decimator.run(len(piece), out)]), at + len(piece)
    assert pcm == whole.tobytes()


@pytest.mark.promise(6)
def test_after_a_reset_not_a_bit_of_before_is_in_memory() -> None:
    used, fresh, out = Decimator(64), Decimator(64), bytearray(128)
    used.room()[:1003] = b"\xf7" * 1003
    used.run(1003, out)
    used.reset()
    assert vars(used) == vars(fresh)


def test_after_a_reset_nothing_of_before_is_heard() -> None:
    used, fresh, out = Decimator(512), Decimator(512), (bytearray(1024), bytearray(1024))
    used.room()[:1603] = b"\xf7" * 1603
    used.run(1603, out[0])
    used.reset()
    for decimator, buffer in zip((used, fresh), out, strict=True):
        decimator.room()[:1600] = b"\x35" * 1600
        assert decimator.run(1600, buffer) == 100
    assert out[0][:200] == out[1][:200]
