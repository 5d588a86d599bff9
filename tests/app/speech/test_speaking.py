"""Answers are said on this device, are bounded and harmless when said, and fall silent at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.speech import Espeak, Sentences, Speaker
from companion_app.speech.sentences import MAX_SPOKEN_CHARACTERS, spoken
from tests.app.waiting import until

# Writes what it was given into files beside itself, then speaks for as long as it is let.
STAND_IN = """#!/bin/sh
here=$(dirname "$0")
cat > "$here/said.$$"
env > "$here/surroundings"
printf '%s\\n' "$@" > "$here/arguments"
echo $$ > "$here/speaking"
[ -e "$here/long" ] && exec sleep 600
exit 0
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    program = tmp_path / "espeak-ng"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    return program


def said(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("said.*"), key=lambda path: path.stat().st_mtime_ns)]


async def test_the_program_gets_the_text_through_a_pipe_and_no_way_to_another_computer(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "tcp:example.org")
    monkeypatch.setenv("PLAINSIGHT_API_KEY", "sk-secret")
    text = '-w /tmp/x "$(touch pwned)"; `id`'
    await Espeak(stand_in).say(text)

    folder = stand_in.parent
    assert said(folder) == [text]
    assert not (folder / "pwned").exists()
    arguments = (folder / "arguments").read_text()
    assert "touch" not in arguments
    surroundings = (folder / "surroundings").read_text()
    assert "PULSE_SERVER" not in surroundings
    assert "sk-secret" not in surroundings


async def test_hushed_in_mid_sentence_the_program_is_gone_and_what_waited_is_not_said(stand_in: Path) -> None:
    folder = stand_in.parent
    (folder / "long").touch()
    speaker = Speaker(Espeak(stand_in))
    speaker.say("This goes on and on.")
    speaker.say("Nobody hears this.")
    await until(lambda: (folder / "speaking").exists() and (folder / "speaking").read_text().strip())
    process = int((folder / "speaking").read_text())

    speaker.hush()
    await speaker.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process, signal.SIG_DFL)
    assert said(folder) == ["This goes on and on."]


async def test_after_a_hush_the_next_answer_is_said(stand_in: Path) -> None:
    speaker = Speaker(Espeak(stand_in))
    speaker.say("One.")
    speaker.hush()
    speaker.say("Two.")
    await until(lambda: "Two." in said(stand_in.parent))
    await speaker.close()


async def test_sentences_are_said_in_order_and_the_oldest_that_wait_give_way() -> None:
    heard, go_on = list[str](), asyncio.Event()

    class Slow:
        async def say(self, sentence: str) -> None:
            heard.append(sentence)
            await go_on.wait()

        def hush(self) -> None:
            pass

    speaker = Speaker(Slow())
    speaker.say("first")
    await until(lambda: heard == ["first"])
    for number in range(20):
        speaker.say(str(number))
    go_on.set()
    await until(lambda: heard[-1] == "19")
    assert heard == ["first", *(str(number) for number in range(12, 20))]
    await speaker.close()


@pytest.mark.parametrize("kind", ["missing", "not a program"])
async def test_without_a_working_program_nothing_is_said_and_nothing_breaks(tmp_path: Path, kind: str) -> None:
    program = tmp_path / "espeak-ng"
    if kind == "not a program":
        program.write_bytes(b"\x7fELF garbage")
    await Espeak(program).say("Hello.")


def test_no_program_is_found_where_there_is_none(tmp_path: Path) -> None:
    assert Espeak.find({"PATH": str(tmp_path)}) is None


async def test_the_real_program_says_it(tmp_path: Path) -> None:
    found = shutil.which("espeak-ng")
    assert found is not None
    out = tmp_path / "out.wav"
    await Espeak(Path(found), ("--stdin", "-b", "1", "-w", str(out))).say("A red jacket hangs on the left.")
    with wave.open(str(out)) as sound:
        assert sound.getnframes() / sound.getframerate() > 1


def test_pieces_become_sentences() -> None:
    sentences = Sentences()
    assert sentences.feed("The jacket is re") == []
    assert sentences.feed("d. The shirt") == ["The jacket is red."]
    assert sentences.feed(" costs 3.50 euros! It") == ["The shirt costs 3.50 euros!"]
    assert sentences.end() == ["It"]
    assert sentences.end() == []


@pytest.mark.parametrize(
    ("text", "aloud"),
    [
        ("Look, it looks red. STOP there.", ", it red. there."),
        ("[[h@l'oU]] <break/> {x}", "h@l'oU break/ x"),
        ("a\x1b[31mb\u202e\u0000c", "a 31mbc"),
        ("Look!", ""),
        ("...", ""),
    ],
)
def test_what_is_said_is_clean_and_has_none_of_the_glasses_own_words(text: str, aloud: str) -> None:
    assert spoken(text) == aloud


@given(st.lists(st.text(max_size=500), max_size=6))
def test_whatever_comes_is_bounded_and_clean(pieces: list[str]) -> None:
    sentences = Sentences()
    every = [sentence for piece in pieces for sentence in sentences.feed(piece)] + sentences.end()
    for sentence in every:
        assert 1 <= len(sentence) <= MAX_SPOKEN_CHARACTERS
        assert not set(sentence) & set("[]<>{}\\^\x00\x1b\n")
        assert not {"look", "stop"} & {word.strip(".,!?").lower() for word in sentence.split()}
