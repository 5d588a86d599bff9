"""Kokoro: its letters, its styles, and the handles that its network is given."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from host_tools.exits import MissingTool
from host_tools.keyword.voices import Saying, Voice, speak
from host_tools.keyword.voices.errors import NoSuchVoice
from host_tools.keyword.voices.kokoro import fetching, styles
from host_tools.keyword.voices.kokoro.graph import OtherNetwork, steerable
from host_tools.keyword.voices.kokoro.ipa import letters
from host_tools.keyword.voices.kokoro.network import network
from host_tools.keyword.voices.kokoro.protobuf import NotProtobuf, fields, message, part, text, whole_number
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    ("phonemes", "accent", "said"),
    [
        ("L UH1 K", "en-us", "lˈʊk"),
        ("S T AA1 P", "en-gb", "stˈɒp"),
        ("W AO1 T ER0", "en-us", "wˈɔtəɹ"),
        ("W AO1 T ER0", "en-gb", "wˈɔːtə"),
        ("P AA1 R K", "en-gb", "pˈɑːk"),
        ("HH EY1 | AH0 L EH1 K S AH0", "en-us", "hˈA əlˈɛksə"),
        ("W AH1 N , T UW1", "en-us", "wˈʌn,tˈu"),
        ("W AO1 T ER0", "de", "vˈɔtəɹ"),
        ("TH IH1 NG", "fr", "sˈiŋ"),
    ],
)
def test_phonemes_for_kokoro(phonemes: str, accent: str, said: str) -> None:
    assert letters(phonemes, accent).replace(" ", " ") == said


@given(st.lists(st.tuples(st.integers(1, 1000), st.binary(max_size=300)), max_size=6), st.integers(0, 2**40))
def test_a_message_is_taken_apart_and_put_together(parts: list[tuple[int, bytes]], number: int) -> None:
    content = message([*((place, held, True) for place, held in parts), whole_number(3, number)])
    found = list(fields(memoryview(content)))
    assert [(place, bytes(held)) for place, held, long in found if long] == parts
    assert message(found) == content


@given(st.binary(max_size=60))
def test_strange_bytes_are_a_message_or_refused(content: bytes) -> None:
    try:
        found = list(fields(memoryview(content)))
    except NotProtobuf:
        return
    assert len(b"".join(held for _, held, _ in found)) <= len(content)


def toy(*nodes: str) -> bytes:
    """An ONNX file whose graph has an input `speed` and nodes that give these tensors."""
    held = [part(1, text(1, "in"), text(2, name), text(4, "Identity")) for name in nodes]
    return message([whole_number(1, 9), part(7, *held, part(11, text(1, "speed")))])


def test_a_network_gets_its_handles_and_keeps_all_else() -> None:
    content = steerable(toy("before", "/encoder/Squeeze_output_0"))
    assert bytes(content).count(b"melody_as_learnt") == 2
    assert b"before" in content
    assert b"sequence_length" in content


@pytest.mark.parametrize("content", [toy("before"), toy("/encoder/Squeeze_output_0", "/encoder/Squeeze_output_0")])
def test_another_network_is_refused(content: bytes) -> None:
    with pytest.raises(OtherNetwork):
        steerable(content)


@pytest.fixture
def two_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = styles.ROWS
    held: Mapping[str, NDArray[np.float32]] = {
        "af_one": np.zeros((rows, styles.SIZE), np.float32),
        "jm_two": np.ones((rows, styles.SIZE), np.float32),
    }
    monkeypatch.setattr(styles, "styles", lambda: held)
    styles._spread.cache_clear()  # pyright: ignore[reportPrivateUsage] - of the real voices


@pytest.mark.usefixtures("two_voices")
def test_a_blend_is_the_weighted_mean_and_a_slash_names_the_melody() -> None:
    assert styles.style("jm_two", 5, 0).tolist() == [[1.0] * styles.SIZE]
    assert np.allclose(styles.style("af_one*3+jm_two*1", 5, 0), 0.25)
    assert np.allclose(styles.style("af_one*1.2+jm_two*-0.2", 5, 0), -0.2)
    both = styles.style("af_one/jm_two", 5, 0)[0]
    assert both[: styles.TIMBRE].tolist() == [0.0] * styles.TIMBRE
    assert both[styles.TIMBRE :].tolist() == [1.0] * (styles.SIZE - styles.TIMBRE)


@pytest.mark.usefixtures("two_voices")
def test_a_seed_makes_a_neighbour_of_a_voice() -> None:
    plain, one, same, other = (styles.style("af_one", 5, seed) for seed in (0, 7, 7, 8))
    assert one.tolist() == same.tolist() != other.tolist()
    assert 0 < np.abs(one - plain).mean() < 0.5


@pytest.mark.usefixtures("two_voices")
@pytest.mark.parametrize(
    "speaker", ["", "af_on", "af_one+", "af_one*x", "af_one*-1", "af_one*0", "af_one/", "af_one/nobody"]
)
def test_a_speaker_that_makes_no_sense_is_nobody(speaker: str) -> None:
    with pytest.raises(NoSuchVoice):
        styles.style(speaker, 5, 0)


def package(*voices: str) -> bytes:
    """The file of an npm package with these voices."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as held:
        for name in (*(f"package/voices/{voice}.bin" for voice in voices), "package/dist/kokoro.js"):
            content = np.arange(510 * styles.SIZE, dtype="<f4").tobytes()
            about = tarfile.TarInfo(name)
            about.size = len(content)
            held.addfile(about, io.BytesIO(content))
    return out.getvalue()


def test_the_voices_of_the_right_package_are_kept_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = package("af_one", "jm_two")
    monkeypatch.setattr(fetching, "SHA256", hashlib.sha256(content).hexdigest())
    path = tmp_path / "share" / "voices.npz"
    assert fetching.keep(content, path) == 2
    with np.load(path) as held:
        assert sorted(held.files) == ["af_one", "jm_two"]
        assert held["af_one"].shape == (styles.ROWS, styles.SIZE)
    assert [found.name for found in path.parent.iterdir()] == ["voices.npz"]


def test_any_other_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(fetching.VoicesNotFetched, match="SHA-256"):
        fetching.keep(package("af_one"), tmp_path / "voices.npz")
    assert not list(tmp_path.iterdir())


def test_without_npm_the_setup_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetching, "VOICES_FILE", tmp_path / "voices.npz")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fetching.main([]) == MissingTool.exit_code
    assert "npm is missing: Kokoro has 5 voices instead of 54" in capsys.readouterr().err


def test_it_says_a_word_with_its_beginning_and_the_handles_do_what_they_say() -> None:
    kokoro = network()
    tokens = [0, *(kokoro.tokens[letter] for letter in "lˈʊk."), 0]
    style = styles.style("jf_alpha", 5, 0)
    plain, frames = kokoro.run(tokens, style, np.ones(7, np.float32), 1.0)
    assert len(plain) == 600 * frames.sum()
    dwelt, longer = kokoro.run(tokens, style, np.array([1, 1, 1, 0.25, 1, 1, 1], np.float32), 1.0)
    assert longer[3] > 2 * frames[3]
    assert len(dwelt) > len(plain)
    heard = speak(Saying("stop", Voice("kokoro", "jf_alpha"), "S T AA1 P", before="W EH1 L", seed=3))
    assert 0.15 < (heard.end - heard.start) / SAMPLE_RATE_HZ < 1.2
    assert heard.start / SAMPLE_RATE_HZ > 0.1
