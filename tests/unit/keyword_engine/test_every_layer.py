"""Every activation of every layer equals TensorFlow Lite's reference kernels, with no tolerance, on both interpreters.

The board's machine code is held against the same in tests/unit/xtensa.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plainsight.keyword import kernels_plain, model, network

from host_tools.keyword.convert import stock
from host_tools.keyword.convert.converter import convert, convert_file
from host_tools.keyword.convert.words import read as read_words
from tests.unit.keyword_engine import variants
from tests.unit.keyword_engine.reference import Reference, steps

FIRMWARE = Path(model.__file__).parents[2]
SCRIPT = Path(__file__).parent / "on_micropython" / "layers.py"
SHIPPED = sorted((FIRMWARE / "models").glob("*.tflite"))
SOURCES = {name: stock.find(name)[0] for name in stock.names()} | {path.stem: path for path in SHIPPED}


class Kept:
    """The plain kernels, and what each layer left behind."""

    def __init__(self) -> None:
        self.layers: list[bytes] = []

    def __getattr__(self, name: str) -> object:
        return getattr(kernels_plain, name)

    def requantise(self, blob: memoryview, arena: bytearray, layer: list[int], sums: object) -> None:
        kernels_plain.requantise(blob, arena, layer, sums)
        out = layer[kernels_plain.OUT]
        self.layers.append(bytes(arena[out : out + layer[kernels_plain.OUTPUTS]]))


def compare_here(content: bytes, converted: bytes, features: np.ndarray, patch: pytest.MonkeyPatch) -> set[bytes]:
    """Both over the same steps; what came out."""
    kept = Kept()
    patch.setattr(network, "kernels", kept)
    made, meant = network.Network(model.read(converted)), Reference(content)
    seen: set[bytes] = set()
    for step in features:
        for row in range(model.FRAMES):
            made.put(row, step[row].tobytes())
        kept.layers.clear()
        made.step()
        layers, output = meant.step(step)
        assert kept.layers == layers
        assert bytes(made.outputs) == output
        seen.add(output)
    return seen


@pytest.mark.parametrize("name", SOURCES)
def test_in_plain_integers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = SOURCES[name]
    converted = convert_file(str(path))
    compare_here(path.read_bytes(), converted, steps(8, 24, 24), monkeypatch)


@pytest.mark.parametrize("name", SOURCES)
def test_in_machine_code_under_micropython(name: str, tmp_path: Path) -> None:
    path = SOURCES[name]
    features = steps(60, 120, 240)
    (tmp_path / "model.kwm").write_bytes(convert_file(str(path)))
    (tmp_path / "features").write_bytes(features.astype("<u2").tobytes())
    run_on_micropython("layers", tmp_path)
    made = (tmp_path / "made").read_bytes()
    meant = Reference(path.read_bytes())
    expected = b"".join(b"".join([*layers, output]) for layers, output in map(meant.step, features))
    assert len(made) == len(expected)
    assert made == expected


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_what_the_converter_makes_of_it(path: Path) -> None:
    assert path.with_suffix(".kwm").read_bytes() == convert_file(str(path))


def test_a_model_of_two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    content = variants.with_two_words(stock.find("okay_nabu")[0].read_bytes())
    words = [*read_words(stock.find("alexa")[1]), *read_words(stock.find("okay_nabu")[1])]
    converted = convert(content, words)
    assert [word.name for word in model.read(converted).words] == ["Alexa", "Okay Nabu"]
    seen = compare_here(content, converted, steps(8, 8, 24), monkeypatch)
    assert any(output[0] != output[1] for output in seen)


def test_a_step_allocates_nothing_and_a_reset_forgets_everything(tmp_path: Path) -> None:
    (tmp_path / "model.kwm").write_bytes(convert_file("okay_nabu"))
    (tmp_path / "features").write_bytes(steps(0, 40, 0).astype("<u2").tobytes())
    run_on_micropython("memory", tmp_path)


def test_a_file_may_lie_at_any_address(tmp_path: Path) -> None:
    (tmp_path / "model.kwm").write_bytes(convert_file("alexa"))
    (tmp_path / "features").write_bytes(steps(0, 10, 0).astype("<u2").tobytes())
    run_on_micropython("anywhere", tmp_path)


def run_on_micropython(what: str, folder: Path) -> None:
    environment = {"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen", "PATH": "/usr/bin:/bin"}
    command = [str(Path(sys.executable).with_name("micropython")), str(SCRIPT), what, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
