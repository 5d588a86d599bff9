"""The microphone is open for the words only while everything allows it; what was heard is forgotten at the first no."""

from __future__ import annotations

import asyncio

import pytest
from plainsight.errors import Refused
from plainsight.keyword.words import NoWords
from plainsight.sound import stalls

from tests.unit.keyword_listening.scene import Scene


def listening() -> Scene:
    scene = Scene()
    scene.against = ""
    scene.run(3)
    assert scene.listener.listening
    scene.told.clear()
    return scene


@pytest.mark.promise(6)
def test_nothing_is_opened_nor_loaded_without_a_yes() -> None:
    scene = Scene()
    pauses = scene.run(20)
    assert (scene.told, scene.loads, scene.listener.state, scene.states) == ([], 0, "off", [])
    assert all(pause >= 50 for pause in pauses), "glasses that do not listen have better things to do"


def test_with_a_yes_every_block_is_heard_one_at_a_time_and_the_words_are_told() -> None:
    scene = listening()
    assert scene.states == ["listening"]
    assert scene.listener.words == ["look", "stop"]
    scene.ear.waiting = [1, 100, 2, 101]
    assert scene.run(5) == [0, 0, 0, 0, 10]
    assert [what for what in scene.told if what[0] == "fed"] == [("fed", 1), ("fed", 100), ("fed", 2), ("fed", 101)]
    assert [what for what in scene.told if what[0] == "act"] == [("act", "capture"), ("act", "stop")]


def test_a_question_gets_what_comes_after_the_word_and_not_the_word() -> None:
    scene = listening()
    scene.ear.waiting = [100, 7]
    scene.run(2)
    assert scene.told == [("taken", 100), ("fed", 100), ("act", "capture"), ("taken", 7), ("fed", 7)]


@pytest.mark.promise(6)
@pytest.mark.parametrize("reason", ["off", "muted", "resting"])
def test_at_the_first_no_it_hears_not_one_block_more_and_forgets(reason: str) -> None:
    scene = listening()
    scene.ear.waiting = [1, 2, 3]
    scene.run(1)
    scene.against = reason
    scene.run(3)
    assert scene.told == [("taken", 1), ("fed", 1), "closed", "forgotten", ("question ends", reason)]
    assert scene.states == ["listening", reason]
    assert scene.ear.waiting == [2, 3]
    scene.against = ""
    scene.run(1)
    assert scene.states == ["listening", reason, "listening"], "a wearer who unmutes wants to be heard again"
    assert scene.loads == 1


@pytest.mark.promise(6)
def test_a_reason_that_becomes_another_is_told_and_nothing_is_opened() -> None:
    scene = Scene()
    for scene.against in ("off", "muted", "muted", "resting", "off"):
        scene.run(2)
    assert scene.states == ["muted", "resting", "off"]
    assert scene.ear.opened == 0


@pytest.mark.parametrize(("state", "why"), [("no_model", "missing"), ("bad_model", "checksum")])
def test_without_a_model_the_glasses_go_on_and_say_so_once(state: str, why: str) -> None:
    scene = Scene()
    scene.no_words = NoWords(state, why)
    scene.against = ""
    scene.run(20)
    assert (scene.listener.state, scene.states, scene.failed) == (state, [state], [(state, why)])
    assert (scene.loads, scene.ear.opened) == (1, 0)
    assert scene.listener.words == []
    scene.against = "off"
    scene.run(1)
    assert scene.listener.state == "off"


def test_a_microphone_that_does_not_start_is_tried_again_and_told_once() -> None:
    scene = Scene()
    scene.against = ""
    scene.ear.fault = Refused("microphone_failed", {"errno": 259})
    scene.run(700)
    assert scene.failed == [("microphone_failed", "259")]
    assert scene.states == ["microphone_failed"]
    assert 5 < scene.ear.opened < 9, "every ten seconds, not at every look"
    scene.ear.fault = None
    scene.run(120)
    assert scene.listener.listening
    scene.ear.waiting = [1]
    scene.run(1)
    scene.ear.is_open = False
    scene.run(1)
    assert scene.failed == [("microphone_failed", "259"), ("microphone_failed", "read")], "it had worked meanwhile"


def test_one_that_failed_days_ago_is_tried_at_once_though_the_clock_has_gone_round() -> None:
    scene = Scene()
    scene.against = ""
    scene.ear.fault = Refused("microphone_failed", {"errno": 259})
    scene.run(3)
    scene.ear.fault = None
    scene.clock.now_ms -= 500_000_000
    scene.run(3)
    assert scene.listener.listening


def test_a_microphone_that_delivers_nothing_is_broken() -> None:
    scene = listening()
    scene.run(299)
    assert scene.listener.listening
    scene.run(3)
    assert scene.failed == [("microphone_failed", "silent")]
    assert "forgotten" in scene.told


@pytest.mark.promise(6)
def test_a_no_between_question_and_deed_is_no_fault() -> None:
    scene = Scene()
    scene.against = ""
    scene.ear.fault = Refused("voice_off")
    scene.run(5)
    assert (scene.failed, scene.listener.state) == ([], "off")


@pytest.mark.promise(6)
def test_what_closes_it_from_outside_closes_it_at_once() -> None:
    """The glasses are about to restart, and their memory outlives that."""
    scene = listening()
    scene.listener.rest("resting")
    assert scene.told == ["closed", "forgotten", ("question ends", "resting")]


def test_the_task_says_that_it_lives_at_every_block() -> None:
    scene = listening()
    scene.ear.waiting = [1] * 10
    alive = 0

    class Enough(Exception):
        pass

    def count() -> None:
        nonlocal alive
        alive += 1
        if alive > 10:
            raise Enough

    with pytest.raises(Enough):
        asyncio.run(scene.listener.run(count))
    assert scene.told.count(("fed", 1)) == 10


def test_one_block_has_its_line_in_the_table_of_stalls() -> None:
    [name] = [name for name in stalls.STALLS_MS if "keyword" in name]
    assert stalls.STALLS_MS[name] == 10
    assert "three hops" in name
