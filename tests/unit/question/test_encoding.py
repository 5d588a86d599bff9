"""Sound on its way: both interpreters agree to the bit, the app decodes it, and nothing of it stays behind."""

from __future__ import annotations

import math
import os
import random
import struct
import subprocess
import sys
from array import array
from pathlib import Path

import plainsight
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import wire
from plainsight.question import kernels_plain
from plainsight.question.backlog import HEADER_BYTES, PIECE_SAMPLES, PIECES, Backlog
from plainsight.question.steps import STEPS

from companion_app.assistant.listening.adpcm import decode
from companion_app.assistant.listening.errors import BadSound
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine

FIRMWARE = Path(plainsight.__file__).parents[1]
SCRIPT = Path(__file__).parent / "on_micropython" / "kernels.py"


def run(interpreter: str) -> str:
    environment = {
        "MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen",
        "PYTHONPATH": str(FIRMWARE),
        "PATH": "/usr/bin:/bin",
    }
    command = [str(Path(sys.executable).with_name(interpreter)), str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_machine_code_and_plain_integers_agree_to_the_bit_on_both_interpreters() -> None:
    here, there = run("python"), run("micropython")
    assert here == there
    assert len({line.split()[1] for line in here.splitlines()}) == 6


@pytest.mark.parametrize("first", [0, 1, 96])
def test_the_boards_machine_code_makes_the_same_of_it(first: int) -> None:
    chance = random.Random(3)
    loudest = (-32768, 32767, 0, 7)
    pcm = bytearray(pcm_of([chance.choice((*loudest, chance.randrange(-32768, 32768))) for _ in range(192)]))
    machine = Machine(1 << 16)
    made: list[tuple[bytes, list[int]]] = []
    for kernels in (kernels_plain, Bridge(machine, FIRMWARE / "plainsight" / "question" / "kernels_viper.py")):
        state, out = array("i", (32768, 0, 0, 0)), bytearray(96)
        kernels.encode(pcm, out, state, STEPS, first)
        kernels.encode(pcm[2 * first :], out, state, STEPS, 192 - first)
        made.append((bytes(out), list(state)))
    assert made[0] == made[1]
    assert 192 * 50 < machine.cycles < 192 * 400  # modelled; it was the machine code that ran


def pcm_of(samples: list[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


def emptied(backlog: Backlog) -> list[bytes]:
    """Every piece that waits, as it leaves."""
    left: list[bytes] = []
    while backlog.waiting:
        left.append(bytes(backlog.oldest()))
        assert backlog.oldest_samples == 2 * (len(left[-1]) - HEADER_BYTES)
        backlog.drop()
    return left


def decoded(pieces: list[bytes]) -> list[int]:
    out = bytearray()
    for piece in pieces:
        wire.check_length(wire.AUDIO, len(piece))
        decode(piece, out)
    return list(struct.unpack(f"<{len(out) // 2}h", out))


@pytest.mark.parametrize("block", [160, 384, 512, 768])
def test_the_app_hears_what_the_glasses_heard_whatever_the_blocks(block: int) -> None:
    tone = [round(9000 * math.sin(2 * math.pi * 440 * at / 16_000)) for at in range(8 * 768)]
    backlog = Backlog()
    for start in range(0, len(tone), block):
        part = tone[start : start + block]
        assert backlog.put(pcm_of(part), len(part))
    backlog.finish()
    pieces = emptied(backlog)
    heard = decoded(pieces)
    assert len(heard) == len(tone)
    noise = sum((a - b) ** 2 for a, b in zip(tone, heard, strict=True)) / len(tone)
    assert 10 * math.log10(9000**2 / 2 / noise) > 25
    # Each piece stands for itself: the last one alone is the end of the same sound.
    assert decoded(pieces[-1:]) == heard[-2 * (len(pieces[-1]) - HEADER_BYTES) :]


def test_a_second_takes_a_quarter_of_what_pcm_would() -> None:
    backlog = Backlog()
    for _ in range(16_000 // 384):
        backlog.put(bytes(768), 384)
    backlog.finish()
    assert sum(map(len, emptied(backlog))) < 8200


def test_what_does_not_fit_changes_nothing_and_what_left_makes_room() -> None:
    backlog = Backlog()
    loud = pcm_of([20_000, -20_000] * (PIECE_SAMPLES // 2))
    for _ in range(PIECES):
        assert backlog.put(loud, PIECE_SAMPLES)
        assert backlog.loudness() == 20_000 * PIECE_SAMPLES
    assert not backlog.put(loud, PIECE_SAMPLES)
    assert backlog.waiting == PIECES
    backlog.drop()
    assert backlog.put(loud, PIECE_SAMPLES)
    assert len(decoded(emptied(backlog))) == (PIECES - 1) * PIECE_SAMPLES


def test_too_large_a_block_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="samples"):
        Backlog().put(bytes(2 * PIECE_SAMPLES + 2), PIECE_SAMPLES + 1)


def test_nothing_is_left_of_what_has_gone_or_is_forgotten() -> None:
    backlog = Backlog()
    sound = random.Random(1)
    for _ in range(9):
        backlog.put(pcm_of([sound.randrange(-32768, 32768) for _ in range(384)]), 384)
    backlog.drop()
    assert not any(backlog._pieces[0])
    backlog.forget()
    assert not any(any(piece) for piece in backlog._pieces)
    assert (backlog.waiting, backlog.loudness()) == (0, 0)
    assert list(backlog._state) == [32768, 0, 0, 0]


def test_loudness_is_the_sum_of_the_amplitudes_since_it_was_asked() -> None:
    backlog = Backlog()
    backlog.put(pcm_of([100, -100, 32767, -32768]), 4)
    assert backlog.loudness() == 65735
    assert backlog.loudness() == 0


@settings(max_examples=60)
@given(st.lists(st.integers(-32768, 32767), min_size=2, max_size=300))
def test_any_sound_decodes_to_what_the_encoder_predicted(samples: list[int]) -> None:
    samples = samples[: len(samples) // 2 * 2]
    state = array("i", (32768, 0, 0, 0))
    out = bytearray(len(samples) // 2)
    kernels_plain.encode(pcm_of(samples), out, state, STEPS, len(samples))
    assert decoded([bytes(4) + bytes(out)])[-1] == state[0] - 32768


@settings(max_examples=100)
@given(st.binary(max_size=1030))
def test_whatever_comes_is_sound_within_bounds_or_refused(piece: bytes) -> None:
    out = bytearray()
    if len(piece) <= HEADER_BYTES or piece[2] > 88 or piece[3]:
        with pytest.raises(BadSound):
            decode(piece, out)
        assert not out
    else:
        decode(piece, out)
        assert len(out) == 4 * (len(piece) - HEADER_BYTES)


@pytest.mark.parametrize(
    ("piece", "reason"),
    [(b"", "length"), (bytes(4), "length"), (b"\0\0\x59\0\0", "index"), (bytes(3) + b"\1\0", "reserved")],
)
def test_why_a_piece_is_refused(piece: bytes, reason: str) -> None:
    with pytest.raises(BadSound) as caught:
        decode(piece, bytearray())
    assert caught.value.reason == reason
