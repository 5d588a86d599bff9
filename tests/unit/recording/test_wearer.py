"""What each gesture does, idle and while something is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from plainsight.errors import Refused
from plainsight.triggers.wearer import Wearer

from tests.unit.recording.rig import Rig


class Window:
    """Counts how often it was opened."""

    opened = 0

    def open(self) -> None:
        self.opened += 1


class Hand:
    """A wearer's hand on glasses that are on the bench."""

    def __init__(self, folder: Path, *, owner: bool = True):
        self.rig = Rig(folder, owner=owner)
        self.window = Window()
        self.asked: list[tuple[str, str]] = []
        self.survived: list[str] = []
        self.wearer = Wearer(
            self.rig.recorder, self.window, self, self.rig.logged.append, lambda task, _: self.survived.append(task)
        )

    def ask(self, state: str, reason: str) -> None:
        """In the place of Power."""
        self.asked.append((state, reason))

    def do(self, *gestures: str, before: Callable[[Rig], Awaitable[None]] | None = None) -> Rig:
        async def all_of_them() -> None:
            if before is not None:
                await before(self.rig)
            for gesture in gestures:
                self.wearer.gesture(gesture)
                await asyncio.sleep(0)
            await self.rig.until_idle()

        asyncio.run(all_of_them())
        return self.rig


def test_a_press_is_a_photograph(tmp_path: Path) -> None:
    rig = Hand(tmp_path).do("press")
    assert [(item["kind"], item["trigger"]) for item in rig.store.list(0, 9)[0]] == [("photo", "button")]
    [(name, fields)] = rig.posted
    assert (name, fields["item"]["id"], fields["reason"]) == ("item", 1, "done")


def test_a_hold_is_a_clip(tmp_path: Path) -> None:
    hand = Hand(tmp_path)
    hand.rig.settings.change({"clip_seconds": 1})
    rig = hand.do("hold")
    assert [(item["kind"], item["trigger"]) for item in rig.store.list(0, 9)[0]] == [("clip", "button")]


def test_a_double_press_is_a_mark(tmp_path: Path) -> None:
    rig = Hand(tmp_path).do("double")
    assert rig.records() == [("mark", {"trigger": "button", "doing": "nothing"})]
    assert rig.posted == [("mark", {"record": 0, "trigger": "button"})]


def test_a_triple_press_asks_for_the_shelf_and_a_long_hold_for_the_pairing_window(tmp_path: Path) -> None:
    hand = Hand(tmp_path)
    hand.do("triple")
    assert hand.asked == [("shelf", "button")]
    hand.do("long")
    assert hand.window.opened == 1
    assert hand.rig.logged == ["pairing window open"]
    assert hand.rig.store.count == 0


def test_an_owner_is_not_needed_to_pair(tmp_path: Path) -> None:
    hand = Hand(tmp_path, owner=False)
    hand.rig.settings.change({"button": False})
    hand.do("long")
    assert hand.window.opened == 1


@pytest.mark.parametrize("gesture", ["press", "hold", "long"])
@pytest.mark.parametrize("what", ["clip", "timelapse"])
def test_what_runs_is_ended_and_nothing_else_is_begun(tmp_path: Path, gesture: str, what: str) -> None:
    async def begin(rig: Rig) -> None:
        if what == "clip":
            rig.recorder.begin_clip("app", 30)
        else:
            rig.recorder.begin_timelapse(3600, 9, "app")
        while rig.bench.calls.count("capture") < 8 and not rig.store.count:
            await rig.clock.sleep_ms(0)

    hand = Hand(tmp_path)
    hand.rig.settings.change({"button": False})  # whoever may not begin may still end
    rig = hand.do(gesture, before=begin)
    assert rig.told("recording")[-1] == {"what": what, "on": False, "trigger": "app", "reason": "button"}
    assert rig.store.count == 1
    assert hand.window.opened == 0
    assert rig.logged == [f"{what} ended"]


def test_a_mark_does_not_end_a_clip(tmp_path: Path) -> None:
    async def begin(rig: Rig) -> None:
        rig.recorder.begin_clip("app", 1)

    rig = Hand(tmp_path).do("double", before=begin)
    assert rig.told("item")[0]["reason"] == "done"
    assert ("mark", {"trigger": "button", "doing": "clip"}) in rig.records()


@pytest.mark.parametrize("gesture", ["press", "hold"])
def test_a_refusal_is_on_record_told_and_logged(tmp_path: Path, gesture: str) -> None:
    hand = Hand(tmp_path)
    hand.rig.power.against = Refused("too_hot", {"temperature_c": 72})
    rig = hand.do(gesture)
    detail = {"temperature_c": 72}
    assert rig.records() == [("refusal", {"reason": "too_hot", "trigger": "button", "detail": detail})]
    assert rig.posted == [("refusal", {"reason": "too_hot", "trigger": "button", "detail": detail})]
    assert rig.logged == ["button refused: too_hot"]


def test_a_second_press_while_the_first_is_taken_is_refused_busy(tmp_path: Path) -> None:
    rig = Hand(tmp_path).do("press", "press")
    assert rig.store.count == 1
    assert [fields["reason"] for fields in rig.told("refusal")] == ["busy"]


def test_what_nobody_foresaw_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(tmp_path)

    async def fail(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(hand.rig.shutter, "photograph", fail)
    rig = hand.do("press")
    assert hand.survived == ["button"]
    assert rig.posted == [("refusal", {"reason": "internal", "trigger": "button"})]
