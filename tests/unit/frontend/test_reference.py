"""The features are those of `pymicro-features`: in plain integers, as viper here, as machine code for the board."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from plainsight.frontend import frontend, kernels_plain
from plainsight.frontend.frontend import Frontend

from host_tools.keyword.recordings import find, read
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine
from tests.recordings import RECORDINGS, needs_recordings
from tests.unit.frontend.sounds import FIRMWARE, HOP_BYTES, extremes, other_speech, reference, speech, unpacked

SCRIPTS = Path(__file__).parent / "on_micropython"
KERNELS = Path(frontend.__file__).with_name("kernels_viper.py")
EXTREMES = extremes()
MOST_CYCLES = 330_000  # of a hop of 10 ms, MODELLED: 14 % of the processor


def heard(pcm: bytes) -> list[list[int]]:
    """By this interpreter's kernels."""
    made, frames = Frontend(), list[list[int]]()
    for hop in range(len(pcm) // HOP_BYTES):
        if made.push(memoryview(pcm), hop * 160):
            frames.append(list(made.features))
    return frames


def on_micropython(script: str, pcm: bytes, folder: Path) -> tuple[str, bytes]:
    (folder / "pcm").write_bytes(pcm)
    command = [str(Path(sys.executable).with_name("micropython")), str(SCRIPTS / script), "pcm", "out"]
    environment = {"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen"}
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, (folder / "out").read_bytes() if (folder / "out").exists() else b""


@pytest.mark.parametrize("name", EXTREMES)
def test_plain_integers_make_the_published_features_of_extremes(name: str) -> None:
    assert heard(EXTREMES[name]) == reference(EXTREMES[name])


def test_plain_integers_make_the_published_features_of_speech() -> None:
    spoken = speech()[: 200 * HOP_BYTES]
    assert heard(spoken) == reference(spoken)


def test_viper_makes_the_published_features_of_everything_and_allocates_nothing(tmp_path: Path) -> None:
    sounds = [*EXTREMES.values(), speech(), other_speech("endgame_nagg_nell.wav"), other_speech("two_cities.wav")]
    pcm = b"".join(sound[: len(sound) // HOP_BYTES * HOP_BYTES] for sound in sounds)
    frames = unpacked(on_micropython("features.py", pcm, tmp_path)[1])
    assert len(frames) > 8500
    assert frames == reference(pcm)


@needs_recordings
def test_viper_makes_the_published_features_of_many_peoples_alexa(tmp_path: Path) -> None:
    pcm = b"".join(read(path).samples.tobytes() for path in find(RECORDINGS / "alexa")[::8])
    assert unpacked(on_micropython("features.py", pcm, tmp_path)[1]) == reference(pcm)


def test_each_kernel_leaves_what_the_plain_one_leaves(tmp_path: Path) -> None:
    pcm = b"".join(sound[: 12 * HOP_BYTES] for sound in EXTREMES.values()) + speech()[64000 : 64000 + 40 * HOP_BYTES]
    said, _ = on_micropython("kernels.py", pcm, tmp_path)
    assert int(said) == 12 * len(EXTREMES) + 40


def test_the_boards_machine_code_makes_them_too_within_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()
    monkeypatch.setattr(frontend, "kernels", Bridge(machine, KERNELS, kernels_plain))
    pcm = speech()[70000 : 70000 + 16 * HOP_BYTES]
    pcm += b"".join(sound[: 9 * HOP_BYTES] for sound in EXTREMES.values())
    listening, frames, cycles = Frontend(), list[list[int]](), list[int]()
    for hop in range(len(pcm) // HOP_BYTES):
        before = machine.cycles
        if listening.push(memoryview(pcm), hop * 160):
            frames.append(list(listening.features))
        cycles.append(machine.cycles - before)
    assert frames == reference(pcm)
    assert max(cycles) < MOST_CYCLES, "the worst hop, its sums wrapped after every stage"
    assert sum(cycles[:16]) / 16 < 230_000, "speech"
