"""`plainsight keyword voices`: who is here, and how one of them says something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.keyword.voices import engines
from host_tools.keyword.voices.cache import unpacked


def test_it_lists_each_engine_and_all_voices_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keyword", "voices", "--engine", "flite", "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert {voice["voice"] for voice in told["flite"]} == {"flite:kal16", "flite:awb", "flite:rms", "flite:slt"}
    assert main(["keyword", "voices"]) == Exit.OK
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["espeak", "flite", "kokoro"]


def test_it_says_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(engines, "installed", lambda *names: [])
    monkeypatch.setattr("host_tools.keyword.voices.installed", lambda *names: [])
    assert main(["keyword", "voices"]) == Exit.HOST
    told = capsys.readouterr()
    assert told.out.count("not installed") == 3
    assert "there is no voice on this computer" in told.err


def test_one_says_something_and_a_short_phrase_gets_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stop.wav"
    asked = ["keyword", "voices", "--say", "stop", "--voice", "espeak:en-gb+f3", "-o", str(out), "--json"]
    assert main(asked) == Exit.OK
    told = capsys.readouterr()
    facts = json.loads(told.out)
    heard = unpacked(out.read_bytes())
    assert heard is not None
    assert facts["seconds"] == pytest.approx(heard.seconds, abs=0.01)
    assert facts["phonemes"] == "S T AA1 P"
    assert "warning: 'stop' has 4 sounds" in told.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--say", "stop"], Exit.USAGE, "-o FILE"),
        (["-o", "FILE"], Exit.USAGE, "--say"),
        (["--say", "a", "-o", "FILE"], Exit.KEYWORD, "take a longer word"),
        (["--say", "東京", "-o", "FILE"], Exit.KEYWORD, "ARPAbet"),
        (["--say", "stop", "--voice", "espeak:nobody", "-o", "FILE"], Exit.USAGE, "no voice here"),
        (
            ["--say", "stop", "--voice", "flite:slt", "--engine", "flite", "-o", "FILE"],
            Exit.USAGE,
            "leave --engine out",
        ),
    ],
)
def test_what_makes_no_sense_is_one_line_and_leaves_no_file(
    arguments: list[str], code: Exit, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.wav"
    given = [str(path) if word == "FILE" else word for word in arguments]
    assert main(["keyword", "voices", *given]) == code
    told = capsys.readouterr().err
    assert words in told
    assert len(told.strip().splitlines()) == 1
    assert not path.exists()
