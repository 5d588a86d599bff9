"""`plainsight keyword train` as a user meets it: what it refuses, in one line, before it begins any work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from host_tools.cli.main import main
from host_tools.exits import Exit

MODELS = Path(__file__).resolve().parents[3] / "firmware" / "models"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--phrase", "a"], Exit.KEYWORD, "a"),
        (["--phrase", "look", "--phrase", "look"], Exit.USAGE, "another"),
        (["--phrase", "look", "--phrase", " Look"], Exit.USAGE, "another"),
        (["--phrase", "computer", "--negatives", "."], Exit.KEYWORD, "empty"),
        (["--phrase", "computer", "--noise", "nowhere"], Exit.KEYWORD, "nowhere"),
        (["--phrase", "look", "--act", "stop", "--act", "stop"], Exit.USAGE, "--act"),
        (["--phrase", "computer", "--voices", "siri"], Exit.USAGE, "siri"),
    ],
)
def test_what_cannot_be_trained_is_refused_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], code: Exit, said: str
) -> None:
    assert main(["keyword", "train", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_report_is_of_the_shipped_files() -> None:
    import hashlib

    report = json.loads((MODELS / "look_stop.report.json").read_text("utf-8"))
    tflite = (MODELS / "look_stop.tflite").read_bytes()
    assert report["sha256"][".tflite"] == hashlib.sha256(tflite).hexdigest()
    assert [(word["word"], word["act"]) for word in report["words"]] == [("look", "capture"), ("stop", "stop")]
    assert report["voices"] == "synthetic"


def test_a_file_is_no_folder_to_train_into(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["keyword", "train", "--phrase", "computer", "-o", __file__])
    assert ended.value.code == Exit.USAGE
    assert "is a file; name a folder" in capsys.readouterr().err
