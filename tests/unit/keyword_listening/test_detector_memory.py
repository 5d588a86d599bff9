"""The detector on the glasses: how much it does in one go, and that nothing of what it heard outlives a reset."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from plainsight.frontend.frontend import Frontend
from plainsight.keyword import model
from plainsight.keyword.detector import Detector
from plainsight.keyword.network import Network
from plainsight.sound.microphone import BLOCK_SAMPLES

from tests.speaking import stock_model


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return stock_model(tmp_path_factory.mktemp("models"), "capture").read_bytes()


def block(seed: int) -> memoryview:
    """A block of noise, as loud as speech."""
    samples = np.random.default_rng(seed).normal(0, 3000, BLOCK_SAMPLES).astype("<i2")
    return memoryview(bytearray(samples.tobytes()))


def memory(thing: object, seen: set[int]) -> dict[str, bytes]:
    """Every buffer that can be reached from an object of ours, by its way there."""
    found: dict[str, bytes] = {}
    if id(thing) in seen:
        return found
    seen.add(id(thing))
    if isinstance(thing, bytearray | memoryview | array):
        return {"": bytes(thing)}
    rows = enumerate(thing) if isinstance(thing, list | tuple) else getattr(thing, "__dict__", {}).items()
    for name, part in rows:
        found |= {f".{name}{way}": content for way, content in memory(part, seen).items()}
    return found


@pytest.mark.promise(6)
def test_a_reset_leaves_every_buffer_as_it_was_before_the_first_sound(content: bytes) -> None:
    detector = Detector(model.read(content))
    fresh = memory(detector, set())
    assert sum(map(len, fresh.values())) > 10_000, "all of it is looked at"
    for number in range(5):
        detector.feed(block(number), BLOCK_SAMPLES - 7 * number)
    heard = memory(detector, set())
    changed = {way for way in fresh if heard[way] != fresh[way]}
    assert any("frontend" in way for way in changed)
    assert any("network" in way for way in changed)
    assert any("hop" in way for way in changed)
    detector.reset()
    assert memory(detector, set()) == fresh


def test_a_block_is_never_more_than_three_hops_and_one_step(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"hops": 0, "steps": 0}

    def push(_self: Frontend, _block: memoryview, _at: int) -> bool:
        done["hops"] += 1
        return True

    def step(_self: Network) -> None:
        done["steps"] += 1

    monkeypatch.setattr(Frontend, "push", push)
    monkeypatch.setattr(Network, "step", step)
    detector = Detector(model.read(content))
    sizes = np.random.default_rng(5).choice([128, 256, 384], 300)
    most = {"hops": 0, "steps": 0}
    for size in [*sizes, *[BLOCK_SAMPLES] * 60]:
        done.update(hops=0, steps=0)
        detector.feed(block(1), int(size))
        most = {name: max(most[name], done[name]) for name in most}
    assert most == {"hops": 3, "steps": 1}
