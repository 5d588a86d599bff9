"""What is counted, with an engine that says what the test wants; and the command with its errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from plainsight.keyword.model import Word

from host_tools.cli.main import main
from host_tools.exits import Exit, UsageError
from host_tools.keyword.convert.converter import convert_file
from host_tools.keyword.decoders import Samples
from host_tools.keyword.recordings import RATE_HZ, Recording
from host_tools.keyword.scoring.heard import LEAD_S, STEP_S, TAIL_S, Heard
from host_tools.keyword.scoring.models import ScoredModel
from host_tools.keyword.scoring.results import Rate, Share
from host_tools.keyword.scoring.score import Scorer
from tests.recordings import RECORDINGS, needs_recordings

LOOK, STOP = Word("look", "capture", 1, 1, 0, 0), Word("stop", "stop", 1, 1, 0, 1)
MODEL = ScoredModel("two", b"", [LOOK, STOP])
FOLDER = Path("/recordings")


class Scripted:
    """Recognises what the first sample of a sound says: each decimal digit is a word plus one, at steps 50, 51, …"""

    def __init__(self) -> None:
        self.sounds: list[Samples] = []

    def hear(self, sounds: list[Samples], tell=lambda _done: None) -> list[Heard]:
        self.sounds += list(sounds)
        return [self._one(int(sound[int(LEAD_S * RATE_HZ)])) for sound in sounds]

    def _one(self, code: int) -> Heard:
        words = [int(digit) - 1 for digit in str(code) if digit != "0"]
        return Heard(tuple((50 + place, word) for place, word in enumerate(words)), np.zeros((0, 2), np.uint8))


def recording(name: str, code: int, patchy: int | None = None, seconds: float = 2.0) -> Recording:
    sound = np.full(int(seconds * RATE_HZ), code, np.int16)
    return Recording(FOLDER / name, sound, None if patchy is None else np.full_like(sound, patchy))


def silently(_done: int) -> None:
    pass


def test_positives_are_counted_by_the_word_that_was_looked_for() -> None:
    recordings = [recording("a.wav", 1), recording("b.wav", 2), recording("c.wav", 0), recording("d.wav", 112)]
    recordings.append(recording("e.wav", 2))
    said = Scorer(MODEL, Scripted()).positives(FOLDER, recordings, 0, silently)
    assert (said.heard, said.patchy) == (Share(2, 5), None)
    assert (said.other_word, said.repeated, said.missed) == (3, 1, ("b.wav", "c.wav", "e.wav"))
    assert Scorer(MODEL, Scripted()).positives(FOLDER, recordings, 1, silently).heard == Share(3, 5)


def test_refused_frames_are_counted_both_ways() -> None:
    recordings = [recording("a.wav", 1), recording("b.wav", 1, patchy=0), recording("c.wav", 1, patchy=1)]
    said = Scorer(MODEL, Scripted()).positives(FOLDER, recordings, 0, silently)
    assert (said.heard, said.patchy, said.refused_files) == (Share(3, 3), Share(2, 3), 2)
    assert "look: detected 2 of 3" in "\n".join(said.lines())
    assert said.as_json()["as_libflac_reads"]["detected"] == 2


def test_false_accepts_are_counted_each_time_and_placed() -> None:
    recordings = [recording("a.wav", 12, seconds=60), recording("below/b.wav", 0, seconds=30)]
    everything = Scorer(MODEL, Scripted()).negatives(FOLDER, recordings, None, silently)
    assert everything.rate == Rate(2, 90 / 3600)
    assert everything.by_word == {"look": 1, "stop": 1}
    assert everything.accepts[0] == ("a.wav", "look", round(51 * STEP_S - LEAD_S, 2))
    assert everything.as_json()["per_hour"] == 80
    only = Scorer(MODEL, Scripted()).negatives(FOLDER, recordings, 1, silently)
    assert (only.rate.events, only.by_word) == (1, {"stop": 1})


def test_each_recording_is_heard_between_silences() -> None:
    engine = Scripted()
    Scorer(MODEL, engine).negatives(FOLDER, [recording("a.wav", 2)], None, silently)
    (sound,) = engine.sounds
    lead, tail = int(LEAD_S * RATE_HZ), int(TAIL_S * RATE_HZ)
    assert not sound[:lead].any()
    assert not sound[-tail:].any()
    assert set(sound[lead:-tail].tolist()) == {2}


def test_the_word_is_named_where_there_are_several() -> None:
    assert MODEL.word("STOP") == 1
    assert ScoredModel("one", b"", [LOOK]).word(None) == 0
    for wrong in (None, "alexa"):
        with pytest.raises(UsageError, match="this model knows look, stop"):
            MODEL.word(wrong)


def spoken(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    noise = np.random.default_rng(1).integers(-2000, 2000, 8000).astype(np.int16)
    soundfile.write(folder / "a.wav", noise, 16_000)
    soundfile.write(folder / "silent.wav", np.zeros(8000, np.int16), 16_000)
    return folder


def test_the_command_prints_figures_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(spoken(tmp_path / "talk"))
    arguments = ["keyword", "score", "--model", "alexa", "--positives", folder, "--negatives", folder, "--jobs", "1"]
    assert main(arguments) == Exit.OK
    shown = capsys.readouterr()
    assert "Alexa: detected 0 of 2, 0.0 % (0.0 to 65.8 %)" in shown.out
    assert "false accepts: 0 in 1.0 s, 0.00 an hour (0.00 to 13279.97)" in shown.out
    assert "1 silent (silent.wav)" in shown.err
    assert main([*arguments, "--json", "--snr", "5", "--noise", str(tmp_path / "noise")]) == Exit.KEYWORD
    capsys.readouterr()
    soundfile.write(tmp_path / "hiss.wav", np.arange(4000).astype(np.int16), 16_000)
    (tmp_path / "noise").mkdir()
    (tmp_path / "hiss.wav").rename(tmp_path / "noise" / "hiss.wav")
    assert main([*arguments, "--json", "--snr", "5", "--noise", str(tmp_path / "noise")]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["positives"]["total"] == 2
    assert told["negatives"]["hours"] == pytest.approx(1 / 3600)
    assert told["noise"]["snr_db"] == 5
    assert told["model"]["words"][0]["limit"] == 1152
    assert told["warnings"]


@pytest.mark.parametrize(
    ("extra", "code", "words"),
    [
        ([], Exit.USAGE, "name a folder"),
        (["--positives", "{talk}", "--snr", "10"], Exit.USAGE, "--snr and --noise belong together"),
        (["--negatives", "{talk}", "--noise", "{talk}"], Exit.USAGE, "--snr and --noise belong together"),
        (["--positives", "{talk}", "--word", "computer"], Exit.USAGE, "this model knows Alexa"),
        (
            ["--model", "look_stop", "--positives", "{talk}"],
            Exit.USAGE,
            "keyword: this model knows look, stop: say with",
        ),
        (
            ["--model", "{cut}", "--manifest", "m.json", "--positives", "{talk}"],
            Exit.USAGE,
            "--manifest is for a .tflite",
        ),
        (["--positives", "{empty}"], Exit.KEYWORD, "the folder is empty"),
        (["--positives", "{absent}"], Exit.KEYWORD, "there is no such folder"),
        (["--positives", "{cd}"], Exit.KEYWORD, "44100 Hz with 2 channel(s)"),
        (["--negatives", "{text}"], Exit.KEYWORD, "text.wav: can't be read"),
        (["--model", "nobody", "--positives", "{talk}"], Exit.KEYWORD, "nobody: no such file"),
        (["--model", "absent.kwm", "--positives", "{talk}"], Exit.KEYWORD, "absent.kwm: the model can't be read"),
        (["--model", "{cut}", "--positives", "{talk}"], Exit.KEYWORD, "convert it again"),
        (["--negatives", "{talk}", "--snr", "10", "--noise", "{talk}"], Exit.KEYWORD, "silent.wav: is silent"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(
    extra: list[str], code: Exit, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {name: str(tmp_path / name) for name in ("talk", "empty", "absent", "cd", "text")}
    places["cut"] = str(tmp_path / "cut.kwm")
    spoken(tmp_path / "talk")
    for name in ("empty", "cd", "text"):
        (tmp_path / name).mkdir()
    soundfile.write(tmp_path / "cd" / "a.wav", np.zeros((100, 2), np.int16), 44_100)
    (tmp_path / "text" / "text.wav").write_text("nothing to hear")
    (tmp_path / "cut.kwm").write_bytes(convert_file("alexa")[:-100])
    arguments = ["keyword", "score", "--model", "alexa", *(word.format(**places) for word in extra)]
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize("snr", ["loud", "1000", "nan"])
def test_a_ratio_that_makes_no_sense_is_refused(snr: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["keyword", "score", "--model", "alexa", "--positives", ".", "--snr", snr])
    assert end.value.code == Exit.USAGE
    assert "decibels" in capsys.readouterr().err


@needs_recordings
def test_the_stock_model_recognises_312_of_329_people_as_libflac_reads_them_and_322_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["keyword", "score", "--model", "alexa", "--positives", str(RECORDINGS / "alexa")]) == Exit.OK
    shown = capsys.readouterr().out
    assert "Alexa: detected 322 of 329, 97.9 % (95.7 to 99.0 %)\n" in shown
    assert "Alexa: detected 312 of 329, 94.8 % (91.9 to 96.7 %) as libFLAC 1.4 and later reads these files\n" in shown
