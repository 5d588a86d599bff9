"""What each word does, idle and while something is recorded, on glasses whose camera and store are real code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from plainsight.errors import Refused
from plainsight.triggers.spoken import Spoken

from tests.unit.recording.rig import Rig


class Question:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self.is_open = False
        self.begins = True

    def begin(self) -> bool:
        self.told.append(("begin", None))
        return self.begins

    def about(self, item: int) -> None:
        self.told.append(("about", item))

    def end(self, reason: str) -> None:
        self.told.append(("end", reason))


class Voice:
    """Somebody who speaks to glasses on the bench."""

    def __init__(self, folder: Path, *, owner: bool = True, keyword: bool = True):
        self.rig = Rig(folder, owner=owner)
        self.rig.settings.change({"keyword": keyword})
        self.question = Question()
        self.survived: list[str] = []
        self.spoken = Spoken(
            self.rig.recorder, self.question, self.rig.logged.append, lambda task, _: self.survived.append(task)
        )

    def say(self, *acts: str, before: Callable[[], object] | None = None) -> Rig:
        async def all_of_them() -> None:
            if before is not None:
                before()
                for _ in range(200):
                    await asyncio.sleep(0)
            for act in acts:
                self.spoken.heard(act)
                await asyncio.sleep(0)
            await self.rig.until_idle()

        asyncio.run(all_of_them())
        self.rig.assert_dark_and_closed()
        return self.rig


@pytest.mark.parametrize("act", ["capture", "ask"])
def test_look_is_a_photograph_that_a_question_may_be_about(tmp_path: Path, act: str) -> None:
    voice = Voice(tmp_path)
    rig = voice.say(act)
    assert [(item["kind"], item["trigger"]) for item in rig.store.list(0, 9)[0]] == [("photo", "keyword")]
    assert voice.question.told == [("begin", None), ("about", 1)]
    [record] = [data for kind, data in rig.records() if kind == "exposure"]
    assert record["trigger"] == "keyword"
    [told] = rig.told("item")
    assert (told["item"]["id"], told["reason"]) == (1, "done")


def test_a_word_that_means_nothing_does_nothing(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    rig = voice.say("none", "dance")
    assert (rig.store.count, rig.posted, voice.question.told) == (0, [], [])


@pytest.mark.parametrize(("keyword", "owner", "code"), [(False, True, "switched_off"), (True, False, "no_owner")])
def test_it_passes_the_same_policy_as_every_trigger(tmp_path: Path, keyword: bool, owner: bool, code: str) -> None:
    voice = Voice(tmp_path, keyword=keyword, owner=owner)
    rig = voice.say("capture")
    assert rig.store.count == 0
    assert voice.question.told == [("begin", None), ("end", "no_picture")]
    [told] = rig.told("refusal")
    assert (told["reason"], told["trigger"]) == (code, "keyword")
    assert rig.records()[-1] == ("refusal", {"reason": code, "trigger": "keyword", "detail": told["detail"]})
    assert rig.power.uses > 0


def test_while_somebody_asks_only_the_end_counts(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    voice.question.is_open = True
    rig = voice.say("capture", "stop")
    assert rig.store.count == 0
    assert voice.question.told == [("end", "stop")]


@pytest.mark.parametrize("keyword", [True, False])
def test_a_picture_beside_a_question_that_still_leaves_is_not_its_picture(tmp_path: Path, keyword: bool) -> None:
    """Nor does a refusal take back what was asked about another."""
    voice = Voice(tmp_path, keyword=keyword)
    voice.question.begins = False
    rig = voice.say("capture")
    assert rig.store.count == keyword
    assert voice.question.told == [("begin", None)]


def test_a_picture_that_comes_after_its_question_is_not_that_of_the_next(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    rig = voice.say("capture", "stop", "capture")
    assert rig.store.count == 1
    assert voice.question.told == [("begin", None), ("end", "stop"), ("begin", None), ("end", "no_picture")]


def test_stop_ends_a_clip_and_tells_the_phone(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    rig = voice.say("stop", before=lambda: voice.rig.recorder.begin_clip("button"))
    [clip] = rig.told("item")
    assert clip["reason"] == "keyword"
    assert rig.told("stop") == [{"stopped": "clip", "trigger": "keyword"}]
    assert rig.records()[-1][1]["reason"] == "keyword"


def test_stop_ends_a_time_lapse(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    rig = voice.say("stop", before=lambda: voice.rig.recorder.begin_timelapse(1, 100, "app"))
    assert rig.told("stop") == [{"stopped": "timelapse", "trigger": "keyword"}]
    assert ("timelapse", "ended", "keyword") in [
        (kind, data.get("state"), data.get("reason")) for kind, data in rig.records()
    ]


def test_stop_with_nothing_to_stop_here_is_told_all_the_same(tmp_path: Path) -> None:
    """The phone may show live what no record here knows of."""
    voice = Voice(tmp_path)
    rig = voice.say("stop")
    assert rig.told("stop") == [{"stopped": "nothing", "trigger": "keyword"}]
    assert rig.records() == []


def test_look_during_a_clip_is_refused_and_the_clip_goes_on(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    rig = voice.say("capture", "stop", before=lambda: voice.rig.recorder.begin_clip("button"))
    [refusal] = rig.told("refusal")
    assert (refusal["reason"], refusal["trigger"]) == ("busy", "keyword")
    assert ("end", "no_picture") in voice.question.told
    assert len(rig.told("item")) == 1


def test_a_fault_of_ours_is_survived_and_ends_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = Voice(tmp_path)

    async def fail(_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(voice.rig.recorder, "photo", fail)
    rig = voice.say("capture")
    assert voice.survived == ["keyword"]
    assert voice.question.told[-1] == ("end", "no_picture")
    assert rig.told("refusal") == [{"reason": "internal", "trigger": "keyword"}]


def test_a_word_that_is_heard_again_and_again_does_not_fill_the_journal(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    voice.rig.power.against = Refused("too_hot", {"temperature_c": 80})
    rig = voice.say(*["capture"] * 40)
    refusals = [data for kind, data in rig.records() if kind == "refusal"]
    assert len(refusals) == 5
