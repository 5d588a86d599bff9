"""One policy for every trigger: what it asks, in what order, and what it may give up for room."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.recording.policy import ROOM_BYTES

from tests.unit.recording.rig import Rig

TRIGGERS = ("button", "app", "interval", "burst", "keyword")


def code(rig: Rig, trigger: str, now: str = "nothing", kind: str = "photo") -> str:
    """What the policy says, "" for yes."""
    try:
        rig.policy.check(trigger, now, kind)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_trigger_has_its_switch(tmp_path: Path, trigger: str) -> None:
    rig = Rig(tmp_path)
    for on in (False, True):
        rig.settings.change({trigger: on})
        assert code(rig, trigger) == ("" if on else "switched_off")
    others = [other for other in TRIGGERS if other != trigger]
    rig.settings.change({**dict.fromkeys(others, True), trigger: False})
    assert [code(rig, other) for other in others] == [""] * 4


def test_only_the_keyword_is_off_until_the_owner_says_otherwise(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    assert [trigger for trigger in TRIGGERS if code(rig, trigger)] == ["keyword"]


@pytest.mark.parametrize("now", ["photo", "clip", "timelapse"])
def test_busy_is_an_answer(tmp_path: Path, now: str) -> None:
    rig = Rig(tmp_path)
    with pytest.raises(Refused) as caught:
        rig.policy.check("app", now)
    assert (caught.value.code, caught.value.detail) == ("busy", {"doing": now})


@pytest.mark.parametrize("kind", ["photo", "burst", "clip", "timelapse"])
def test_power_hears_who_asks_for_what(tmp_path: Path, kind: str) -> None:
    rig = Rig(tmp_path)
    assert code(rig, "button", kind=kind) == ""
    assert rig.power.asked == [("button", kind)]


@pytest.mark.parametrize("refusal", ["battery_low", "too_hot", "asleep"])
def test_what_power_says_is_passed_on(tmp_path: Path, refusal: str) -> None:
    rig = Rig(tmp_path)
    rig.power.against = Refused(refusal)
    rig.power.ending = Refused(refusal)
    assert code(rig, "app") == rig.policy.must_end() == refusal
    rig.power.ending = None
    assert rig.policy.must_end() == ""


def test_every_question_counts_as_use(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change({"app": False})
    assert code(rig, "app") == "switched_off"
    assert rig.power.uses == 1


def full(rig: Rig, monkeypatch: pytest.MonkeyPatch, item_bytes: int) -> None:
    """Room for exactly one more picture once one of two items, both imported, has gone."""
    for _ in range(2):
        rig.photo()
    for number in (1, 2):
        rig.store.mark_imported(number)
    monkeypatch.setattr(rig.store, "free_bytes", lambda: ROOM_BYTES - item_bytes * (rig.store.count - 1))
    monkeypatch.setattr(rig.store, "make_room", lambda _: [1])


def test_older_pictures_give_way_each_on_record_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    full(rig, monkeypatch, 1)
    order: list[str] = []
    append, delete = rig.journal.append, rig.store.delete

    def recorded(record: str, **data: Any) -> None:
        order.append(record)
        append(record, **data)

    def deleted(number: int) -> None:
        order.append("deleted")
        delete(number)

    monkeypatch.setattr(rig.journal, "append", recorded)
    monkeypatch.setattr(rig.store, "delete", deleted)
    assert code(rig, "app") == ""
    assert order == ["delete", "deleted"]
    assert rig.records()[-1] == ("delete", {"item": 1, "reason": "when_full"})
    assert [item["id"] for item in rig.store.list(0, 9)[0]] == [2]


def test_where_there_is_room_nothing_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    full(rig, monkeypatch, 0)
    assert code(rig, "app") == ""
    assert rig.store.count == 2


def test_what_may_not_go_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    full(rig, monkeypatch, 1)
    monkeypatch.setattr(rig.store, "make_room", lambda _: [])
    assert code(rig, "app") == "storage_full"
    assert rig.store.count == 2


def test_nothing_is_given_up_for_a_trigger_that_is_refused_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path)
    full(rig, monkeypatch, 1)
    rig.power.against = Refused("too_hot")
    assert code(rig, "app") == "too_hot"
    rig.power.against = None
    rig.settings.change({"app": False})
    assert code(rig, "app") == "switched_off"
    assert code(rig, "button", "photo") == "busy"
    assert rig.store.count == 2


def test_a_deletion_that_cannot_be_recorded_does_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    full(rig, monkeypatch, 1)

    def fail(_: str, **__: Any) -> None:
        raise Refused("journal_failed")

    monkeypatch.setattr(rig.journal, "append", fail)
    assert code(rig, "app") == "journal_failed"
    assert rig.store.count == 2


def test_the_store_has_a_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)

    def foreign() -> None:
        raise Refused("card_foreign")

    monkeypatch.setattr(rig.store, "check", foreign)
    assert code(rig, "app") == "card_foreign"


@pytest.mark.parametrize(
    ("switch", "act"),
    [
        ("app", lambda recorder: asyncio.run(recorder.photo("app"))),
        ("app", lambda recorder: asyncio.run(recorder.burst(2, "app"))),
        ("burst", lambda recorder: asyncio.run(recorder.burst(2, "app"))),
        ("app", lambda recorder: recorder.begin_clip("app")),
        ("app", lambda recorder: recorder.begin_timelapse(1, 2, "app")),
        ("interval", lambda recorder: recorder.begin_timelapse(1, 2, "app")),
        ("app", lambda recorder: recorder.mark("app")),
    ],
)
def test_every_act_of_the_recorder_asks_the_switch(tmp_path: Path, switch: str, act: Any) -> None:
    rig = Rig(tmp_path)
    rig.settings.change({switch: False})
    with pytest.raises(Refused) as caught:
        act(rig.recorder)
    assert (caught.value.code, caught.value.detail) == ("switched_off", {"trigger": switch})
    [(kind, data)] = rig.records()
    assert (kind, data["reason"], data["trigger"]) == ("refusal", "switched_off", "app")
    assert rig.bench.calls == []
    assert rig.recorder.doing == "nothing"
