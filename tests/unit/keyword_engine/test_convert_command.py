"""`plainsight keyword convert` as a user meets it: a file, a few lines, or one line of why not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from plainsight.keyword import model

from host_tools.cli.main import main
from host_tools.exits import Exit

MANIFEST = '{"wake_word": "Alexa", "micro": {"probability_cutoff": 0.9, "sliding_window_size": %s}}'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["keyword", "convert", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_stock_model_becomes_a_file_here(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "alexa")
    assert (code, err) == (Exit.OK, "")
    assert "Alexa: capture, where the mean of 5 steps is above 0.900" in out
    assert model.read(Path("alexa.kwm").read_bytes()).words[0].name == "Alexa"
    assert [path.name for path in Path().iterdir()] == ["alexa.kwm"]
    assert run(capsys, "alexa")[:2] == (code, out)


def test_json_has_what_a_script_needs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "okay_nabu", "--act", "ask", "-o", "mine.kwm", "--json")
    facts = json.loads(out)
    content = Path("mine.kwm").read_bytes()
    assert code == Exit.OK
    assert facts["sha256"] == hashlib.sha256(content).hexdigest()
    assert facts["bytes"] == len(content)
    assert facts["words"] == [
        {"name": "Okay Nabu", "act": "ask", "limit": 1088, "window": 5, "refractory_ms": 1500},
    ]


def test_another_file_of_that_name_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("alexa.kwm").write_bytes(b"mine")
    code, out, err = run(capsys, "alexa")
    assert (code, out) == (Exit.KEYWORD, "")
    assert err.count("\n") == 1
    assert "-o FILE" in err
    assert Path("alexa.kwm").read_bytes() == b"mine"


@pytest.mark.parametrize("arguments", [("nobody",), ("alexa", "-o", "no/folder.kwm"), ("alexa", "-o", ".")])
def test_bad_input_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (Exit.KEYWORD, "")
    assert err.count("\n") == 1
    assert not list(Path().iterdir())


def test_a_converted_model_is_told_from_a_foreign_file(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "alexa")
    Path("alexa.json").write_text(MANIFEST % "5")
    code, out, err = run(capsys, "alexa.kwm", "-o", "again.kwm")
    assert (code, out) == (Exit.KEYWORD, "")
    assert "this is a converted model" in err


@pytest.mark.parametrize(("window", "code"), [("5.0", Exit.OK), ("5.5", Exit.KEYWORD)])
def test_half_a_step_is_no_window(capsys: pytest.CaptureFixture[str], window: str, code: Exit) -> None:
    Path("halves.json").write_text(MANIFEST % window)
    found, _, err = run(capsys, "alexa", "--manifest", "halves.json")
    assert found == code
    assert ("sliding_window_size must be a whole number" in err) == (code != Exit.OK)
