"""The default photograph, the doctor's findings, and the shape of the bench rows."""

from __future__ import annotations

import json
from importlib import metadata

import pytest
from PIL import Image

from host_tools.bench import benches
from host_tools.bench.rows import Row, against, table
from host_tools.cli import bench, doctor
from host_tools.cli.main import main
from host_tools.doctor import computer
from host_tools.doctor.finding import Finding
from host_tools.exits import Exit, MissingTool
from host_tools.journey import faults, plan


def test_the_default_photograph_ships_with_a_dependency() -> None:
    with Image.open(plan.default_photo()) as image:
        assert image.format == "JPEG"
        assert min(image.size) > 400


@pytest.mark.parametrize("files", [None, []])
def test_without_the_photograph_there_is_a_remedy(files: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "files", lambda _: files)
    with pytest.raises(MissingTool, match="--photo"):
        plan.default_photo()


def test_each_fault_of_the_command_line_can_happen() -> None:
    assert set(plan.FAULTS) == set(faults.NAMES)


@pytest.mark.parametrize(
    ("present", "needed", "code"),
    [(True, True, Exit.OK), (False, False, Exit.OK), (False, True, Exit.HOST), (True, False, Exit.OK)],
)
def test_only_what_is_needed_and_missing_fails(
    present: bool, needed: bool, code: Exit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = Finding("thing", present, needed, "words", "way out")
    monkeypatch.setattr(doctor, "_CHECKS", (lambda: finding,))
    assert main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "thing",
            "present": present,
            "needed": needed,
            "detail": "words",
            "do": "way out",
            "place": "computer",
        }
    ]


def test_xvfb_is_needed_only_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":7")
    assert not computer.xvfb().needed
    monkeypatch.delenv("DISPLAY")
    assert computer.xvfb().needed
    assert computer.xvfb in doctor._CHECKS


def test_rows_have_the_six_fields_and_say_simulated() -> None:
    ceiling = Row("raw", 40.0, "kB/s")
    ours = against("session", 38.5, "kB/s", ceiling)
    assert ours.as_json() == {
        "name": "session",
        "value": 38.5,
        "unit": "kB/s",
        "compared_to": "raw",
        "ratio": 0.963,
        "simulated": True,
    }
    assert against("session", 1.0, "kB/s", Row("raw", 0.0, "kB/s")).ratio is None
    assert "0.963" in table([ceiling, ours])


def test_the_command_line_knows_every_bench() -> None:
    assert bench.NAMES == benches.NAMES
