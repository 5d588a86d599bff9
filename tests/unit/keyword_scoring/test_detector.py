"""The detector's way of cutting sound into hops and steps, with its parts replaced; and the whole without a heap."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import plainsight
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.keyword import detector as module
from plainsight.keyword.decision import WARM_UP_STEPS
from plainsight.keyword.detector import NO_WORD, Detector
from plainsight.keyword.model import Model, Word

from host_tools.keyword.convert.converter import convert_file

FIRMWARE = Path(plainsight.__file__).parents[1]
SCRIPT = Path(__file__).parent / "on_micropython" / "detector_without_heap.py"


@dataclass
class FrontEnd:
    """Keeps the hops; each is a frame from the third on, as the real one does."""

    hops: list[bytes] = field(default_factory=list)
    features: bytes = b""

    def push(self, block: bytes, offset_samples: int) -> bool:
        self.hops.append(bytes(block[2 * offset_samples : 2 * offset_samples + 320]))
        self.features = self.hops[-1][:1]
        return len(self.hops) > 2

    def reset(self) -> None:
        self.hops.clear()


class Network:
    """Says for each word what `script` says for the step."""

    script: tuple[tuple[int, ...], ...] = ()

    def __init__(self, model: Model) -> None:
        self.outputs = bytearray(len(model.words))
        self.rows: list[int] = []
        self.step_number = 0

    def put(self, row: int, features: bytes) -> None:
        self.rows.append(row)

    def step(self) -> None:
        self.outputs[:] = bytes(self.script[self.step_number] if self.step_number < len(self.script) else (0, 0))
        self.step_number += 1

    def reset(self) -> None:
        self.rows.clear()
        self.step_number = 0


@pytest.fixture
def hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Frontend", FrontEnd)
    monkeypatch.setattr(module, "Network", Network)


def of_two_words() -> Detector:
    words = [Word("look", "capture", 500, 2, 300, 0), Word("stop", "stop", 500, 2, 300, 1)]
    return Detector(Model(words, [], memoryview(b"")))


def fed(detector: Detector, sound: bytes, sizes: list[int]) -> list[int]:
    """Words that were recognised, with the sound in blocks of these many samples, again and again."""
    found, at, turn = [], 0, 0
    while at < len(sound):
        size = min(sizes[turn % len(sizes)], (len(sound) - at) // 2)
        block = bytearray(sound[at : at + 2 * size]) + bytearray(6)  # what comes behind is not heard
        found.append(detector.feed(block, size))
        at, turn = at + 2 * size, turn + 1
    return [word for word in found if word != NO_WORD]


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6), st.binary(min_size=2000, max_size=5000))
def test_it_does_not_matter_in_which_blocks_the_sound_comes(sizes: list[int], sound: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Frontend", FrontEnd)
        patch.setattr(module, "Network", Network)
        detector = of_two_words()
        sound = sound[: len(sound) & ~1]
        fed(detector, sound, sizes)
        hops = detector._frontend.hops
        assert b"".join(hops) == sound[: len(hops) * 320]
        assert len(sound) - 320 * len(hops) < 320
        frames = max(0, len(hops) - 2)
        assert detector._network.rows == [index % 3 for index in range(frames)]
        assert detector.steps == frames // 3


def spoken(script: list[tuple[int, int]], sizes: list[int]) -> list[int]:
    Network.script = ((0, 0),) * WARM_UP_STEPS + tuple(script)
    return fed(of_two_words(), bytes(320 * (2 + 3 * len(Network.script))), sizes)


@pytest.mark.usefixtures("hears")
@pytest.mark.parametrize("size", [96, 160, 384, 480])
def test_each_word_has_its_own_decision(size: int) -> None:
    assert spoken([(255, 0)] * 2, [size]) == [0]
    assert spoken([(0, 255)] * 2, [size]) == [1]
    assert spoken([(255, 0)] * 2 + [(0, 255)] * 2, [size]) == [0, 1]
    assert spoken([(255, 0), (0, 255)], [size]) == []


@pytest.mark.usefixtures("hears")
def test_of_two_words_at_once_the_likelier_is_meant() -> None:
    assert spoken([(251, 251), (252, 254)], [480]) == [1]
    assert spoken([(251, 251), (254, 252)], [480]) == [0]
    assert spoken([(251, 251), (253, 253)], [480]) == [0]


@pytest.mark.usefixtures("hears")
def test_after_a_reset_it_begins_anew_and_holds_no_sound() -> None:
    Network.script = ((255, 0),) * 50
    detector = of_two_words()
    detector.feed(bytearray(b"\x11\x22" * 1200), 1200)
    assert (detector.steps, detector._network.rows[-1], any(detector._hop)) == (1, 1, True)
    detector.reset()
    assert not any(detector._hop)
    assert (detector.steps, detector._frontend.hops, detector._network.rows) == (0, [], [])
    detector.feed(bytearray(b"\x33\x44" * 480), 480)
    assert detector._frontend.hops == [b"\x33\x44" * 160] * 3
    assert detector._network.rows == [0]


@pytest.mark.usefixtures("hears")
def test_after_a_reset_the_first_second_is_not_judged_again() -> None:
    Network.script = ((0, 0),) * WARM_UP_STEPS + ((255, 0),) * 2
    sound = bytes(320 * (2 + 3 * len(Network.script)))
    detector = of_two_words()
    assert fed(detector, sound, [480]) == [0]
    detector.reset()
    Network.script = ((0, 0),) * (WARM_UP_STEPS // 2) + ((255, 0),) * 2
    assert fed(detector, sound, [480]) == []


@pytest.mark.usefixtures("hears")
@pytest.mark.parametrize("count", [-1, 11, 1 << 20])
def test_more_than_there_is_cannot_be_fed(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        of_two_words().feed(bytearray(20), count)


def test_nothing_is_allocated_while_it_hears_and_blocks_do_not_matter(tmp_path: Path) -> None:
    model = tmp_path / "alexa.kwm"
    model.write_bytes(convert_file("alexa"))
    environment = {"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen"}
    command = [str(Path(sys.executable).with_name("micropython")), str(SCRIPT), str(model)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["heard without heap", "the same in all blocks"], done.stdout + done.stderr
