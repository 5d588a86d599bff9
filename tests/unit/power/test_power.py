"""The three states: who may change them, what is recorded before it happens, and the way to the shelf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from plainsight.desks.power_desk import PowerDesk
from plainsight.errors import Refused
from plainsight.power import limits
from plainsight.power.power import FAST_HZ, SLOW_HZ

from tests.unit.power.stage import Stage

MINUTE_MS = 60_000


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Stage]:
    """The task runs; it may end in a sleep."""
    task = asyncio.create_task(stage.power.run(stage.live))
    await stage.clock.advance(250)
    try:
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def code(refused: Refused | None) -> str:
    return "" if refused is None else refused.code


# What charge and heat allow


@pytest.mark.parametrize("kind", ["photo", "burst", "clip", "timelapse", "live"])
def test_a_full_and_cool_pair_of_glasses_takes_anything(kind: str) -> None:
    stage = Stage()
    assert stage.power.may_expose("button", kind) is None
    assert stage.power.must_end() is None


@pytest.mark.parametrize(
    ("cell_mv", "photo", "clip", "end"),
    [
        (3710, "", "", ""),  # 15 %: warns
        (3674, "", "", ""),  # 9 %
        (3658, "", "battery_low", "battery_low"),  # 8 %
        (3594, "battery_low", "battery_low", "battery_low"),  # 4 %
    ],
)
def test_the_stages_forbid_clips_before_photographs(cell_mv: int, photo: str, clip: str, end: str) -> None:
    stage = Stage(cell_mv=cell_mv)
    power = stage.power
    assert code(power.may_expose("button")) == code(power.may_expose("app", "burst")) == photo
    assert code(power.may_expose("button", "clip")) == code(power.may_expose("app", "timelapse")) == clip
    assert code(power.may_expose("app", "live")) == clip
    assert code(power.must_end()) == end


def test_a_refusal_says_what_it_measured_and_who_asked() -> None:
    refused: Any = Stage(cell_mv=3500).power.may_expose("keyword")
    assert refused.detail == {"battery_mv": 3500, "percent": 3, "trigger": "keyword"}
    refused = Stage(celsius=71).power.may_expose("app")
    assert refused.detail == {"temperature_c": 71, "trigger": "app"}


def test_a_voltage_that_breaks_down_is_seen_before_the_filter_sees_it() -> None:
    stage = Stage()
    stage.board.cell_mv = limits.EXPOSE_MV - 1
    assert code(stage.power.may_expose("button")) == "battery_low"
    stage.board.cell_mv = limits.EXPOSE_MV
    assert stage.power.may_expose("button") is None


def test_a_running_clip_ends_when_its_load_pulls_the_voltage_down() -> None:
    stage = Stage()
    stage.recorder.what = "clip"
    stage.board.cell_mv = limits.CLIP_MV
    stage.power.sample()
    assert stage.power.must_end() is None
    stage.board.cell_mv = limits.CLIP_MV - 1
    stage.power.sample()
    assert code(stage.power.must_end()) == "battery_low"


def test_heat_refuses_new_things_first_and_ends_a_clip_later() -> None:
    stage = Stage(celsius=limits.HOT_C)
    assert code(stage.power.may_expose("button")) == "too_hot"
    assert stage.power.must_end() is None
    assert code(Stage(celsius=limits.END_C).power.must_end()) == "too_hot"


def test_a_temperature_sensor_that_fails_changes_nothing() -> None:
    stage = Stage(celsius=72)
    stage.board.sensor_fails = True
    stage.power.sample()
    assert code(stage.power.may_expose("button")) == "too_hot"


async def test_a_change_of_stage_is_recorded_then_told() -> None:
    stage = Stage(cell_mv=3715)
    async with running(stage):
        stage.board.cell_mv = 3600
        await stage.clock.advance(40_000)
        reasons = [reason for _, reason in stage.journal.power]
        assert reasons[:2] == ["battery_warn", "battery_no_clips"]
        recorded = stage.told.index(("record", "connectable", "battery_warn"))
        assert stage.told[recorded + 1] == ("power", "connectable", "battery_warn")
        assert stage.journal.records[0][1]["percent"] <= 15


async def test_heat_that_comes_and_goes_is_recorded_and_told() -> None:
    stage = Stage()
    async with running(stage):
        stage.board.celsius = 80
        await stage.clock.advance(5000)
        stage.board.celsius = 40
        await stage.clock.advance(5000)
    assert stage.journal.power == [("connectable", "too_hot"), ("connectable", "cooled")]
    assert [told for told in stage.told if told[0] == "power"] == [
        ("power", "connectable", "too_hot"),
        ("power", "connectable", "cooled"),
    ]


# Between listening and connectable


def test_without_a_yes_to_the_microphone_there_is_no_listening() -> None:
    stage = Stage()
    assert stage.power.state == "connectable"
    with pytest.raises(Refused) as caught:
        stage.power.change("listening", "app")
    assert caught.value.code == "voice_off"
    assert stage.told == []


async def test_the_voice_policy_moves_the_glasses_into_and_out_of_listening() -> None:
    stage = Stage()
    async with running(stage):
        stage.voice.policy = "keyword"
        await stage.clock.advance(500)
        assert stage.power.state == "listening"
        stage.voice.policy = "off"
        await stage.clock.advance(500)
        assert stage.power.state == "connectable"
    assert stage.journal.power == [("listening", "voice"), ("connectable", "voice")]


async def test_a_keyword_that_is_switched_off_is_not_listened_for() -> None:
    stage = Stage()
    stage.voice.policy = "keyword"
    async with running(stage):
        stage.voice.trigger = False
        await stage.clock.advance(500)
        assert stage.power.state == "connectable"
        with pytest.raises(Refused) as caught:
            stage.power.change("listening", "app")
        assert (caught.value.code, caught.value.detail) == ("switched_off", {"trigger": "keyword"})
        stage.voice.trigger = True
        await stage.clock.advance(500)
        assert stage.power.state == "listening"


async def test_who_wants_to_save_the_battery_is_left_in_peace() -> None:
    stage = Stage()
    stage.voice.policy = "keyword"
    async with running(stage):
        stage.power.change("connectable", "app")
        await stage.clock.advance(2000)
        assert stage.power.state == "connectable"
        stage.power.change("listening", "app")
        assert stage.power.state == "listening"
    assert stage.journal.power[1:] == [("connectable", "app"), ("listening", "app")]


def test_a_change_stands_in_the_journal_before_it_is_told_and_not_without() -> None:
    stage = Stage()
    stage.voice.policy = "keyword"
    stage.power.change("listening", "app")
    assert stage.told == [("record", "listening", "app"), ("power", "listening", "app")]
    stage.journal.fails = True
    with pytest.raises(Refused) as caught:
        stage.power.change("connectable", "app")
    assert caught.value.code == "journal_failed"
    assert stage.power.state == "listening"


def test_a_wish_that_cannot_be_granted_from_the_button_is_on_record() -> None:
    stage = Stage()
    stage.power.ask("listening", "button")
    assert stage.journal.records == [("refusal", {"reason": "voice_off", "trigger": "button"})]


async def test_the_processor_is_fast_only_while_it_is_needed() -> None:
    stage = Stage()
    async with running(stage):
        assert stage.board.cpu_hz == [SLOW_HZ]
        assert stage.power.may_expose("button") is None
        assert stage.board.cpu_hz[-1] == FAST_HZ
        stage.recorder.what = "clip"
        await stage.clock.advance(1000)
        assert stage.board.cpu_hz[-1] == FAST_HZ
        stage.recorder.what = "timelapse"  # between two frames
        await stage.clock.advance(500)
        assert stage.board.cpu_hz[-1] == SLOW_HZ
        stage.connected = True
        await stage.clock.advance(500)
        assert stage.board.cpu_hz[-1] == FAST_HZ
        stage.connected = False
        stage.voice.policy = "keyword"
        await stage.clock.advance(500)
        assert stage.board.cpu_hz[-1] == FAST_HZ
    assert (FAST_HZ, SLOW_HZ) == (240_000_000, 80_000_000)


def test_a_refused_exposure_does_not_wake_the_processor() -> None:
    stage = Stage(celsius=80)
    stage.power.may_expose("button")
    assert stage.board.cpu_hz == []


# The shelf


async def test_the_way_to_the_shelf() -> None:
    stage = Stage()
    async with running(stage):
        stage.power.ask("shelf", "button")
        await stage.clock.advance(4000)
    assert stage.told == [
        ("stop", "button"),
        ("record", "shelf", "button"),
        ("light", "shelf"),
        ("power", "shelf", "button"),
        "books closed",
        "radio off",
        "sleep",
    ]
    assert stage.power.state == "shelf"


async def test_a_clip_ends_whole_before_the_glasses_go() -> None:
    stage = Stage()
    async with running(stage):
        stage.recorder.what, stage.recorder.looks_to_end = "clip", 40
        stage.power.ask("shelf", "button")
        assert code(stage.power.may_expose("app")) == "asleep"
        await stage.clock.advance(5000)
        assert code(stage.power.must_end()) == "asleep"
        assert stage.told == [("stop", "button")]
        await stage.clock.advance(15_000)
    assert stage.told.index("clip ended") < stage.told.index(("record", "shelf", "button"))
    assert stage.board.slept == 1


async def test_an_installation_ends_before_they_go() -> None:
    stage = Stage()
    installing = [True]
    stage.power.writing = lambda: installing[0]
    async with running(stage):
        stage.power.ask("shelf", "button")
        await stage.clock.advance(60_000)
        assert (stage.board.slept, stage.journal.power) == (0, [])
        alive = stage.alive
        await stage.clock.advance(1000)
        assert stage.alive > alive
        installing[0] = False
        await stage.clock.advance(4000)
        assert stage.board.slept == 1


async def test_a_recorder_that_hangs_is_the_watchdogs_affair() -> None:
    stage = Stage()
    async with running(stage):
        stage.recorder.what, stage.recorder.looks_to_end = "clip", 1_000_000
        stage.power.ask("shelf", "button")
        await stage.clock.advance(25_000)
        alive = stage.alive
        await stage.clock.advance(25_000)
        assert stage.alive == alive
        assert stage.board.slept == 0


async def test_a_finger_on_the_button_keeps_them_from_sleeping_and_alive() -> None:
    stage = Stage()
    async with running(stage):
        stage.board.pressed = True
        stage.power.ask("shelf", "button")
        await stage.clock.advance(60_000)
        assert stage.board.slept == 0
        alive = stage.alive
        await stage.clock.advance(1000)
        assert stage.alive > alive
        stage.board.pressed = False
        await stage.clock.advance(1000)
        assert stage.board.slept == 1


async def test_the_app_gets_its_answer_when_the_record_stands() -> None:
    stage = Stage()
    desk: Any = PowerDesk(stage.power)
    async with running(stage):
        stage.recorder.what, stage.recorder.looks_to_end = "clip", 4
        asked = asyncio.create_task(desk.slow["power"]({"state": "shelf"}, None))
        await stage.clock.advance(500)
        assert not asked.done()
        await stage.clock.until(asked.done, 5000)
        assert asked.result() == {"state": "shelf"}
        assert ("record", "shelf", "app") in stage.told
        assert stage.board.slept == 0
        await stage.clock.advance(3000)
        assert stage.board.slept == 1


async def test_what_cannot_be_recorded_does_not_happen_for_the_app_and_does_for_an_empty_battery() -> None:
    stage = Stage()
    desk: Any = PowerDesk(stage.power)
    async with running(stage):
        stage.journal.fails = True
        asked = asyncio.create_task(desk.slow["power"]({"state": "shelf"}, None))
        await stage.clock.until(asked.done, 5000)
        with pytest.raises(Refused, match="journal_failed"):
            await asked
        await stage.clock.advance(5000)
        assert stage.board.slept == 0
        assert stage.power.may_expose("button") is None
    empty = Stage(cell_mv=3300)
    empty.journal.fails = True
    async with running(empty):
        await empty.clock.advance(5000)
        assert empty.board.slept == 1


async def test_a_second_wish_for_the_shelf_gets_an_answer_of_its_own() -> None:
    stage = Stage()
    desk: Any = PowerDesk(stage.power)
    async with running(stage):
        stage.journal.fails = True
        first = asyncio.create_task(desk.slow["power"]({"state": "shelf"}, None))
        await stage.clock.until(first.done, 5000)
        with pytest.raises(Refused):
            await first
        stage.journal.fails = False
        second = asyncio.create_task(desk.slow["power"]({"state": "shelf"}, None))
        await asyncio.sleep(0)
        assert not second.done()
        await stage.clock.until(second.done, 5000)
        assert second.result() == {"state": "shelf"}
        assert stage.journal.power == [("shelf", "app")]


async def test_the_desk_moves_between_the_waking_states() -> None:
    stage = Stage()
    stage.voice.policy = "keyword"
    desk: Any = PowerDesk(stage.power)
    assert await desk.slow["power"]({"state": "connectable"}, None) == {"state": "connectable"}
    stage.power.asleep = "idle"
    with pytest.raises(Refused, match="asleep"):
        await desk.slow["power"]({"state": "listening"}, None)


async def test_an_empty_battery_goes_to_the_shelf_with_its_own_light() -> None:
    stage = Stage(cell_mv=3300)
    async with running(stage):
        await stage.clock.advance(4000)
    assert stage.journal.power[-1] == ("shelf", "battery_low")
    assert ("light", "shelf") not in stage.told
    assert stage.board.slept == 1


@pytest.mark.parametrize("minutes", [1, 5])
async def test_idle_glasses_go_to_the_shelf_after_the_time_that_the_owner_set(minutes: int) -> None:
    stage = Stage()
    stage.settings.values["shelf_after_min"] = minutes
    async with running(stage):
        await stage.clock.advance(minutes * MINUTE_MS - 1000)
        assert stage.power.asleep == ""
        await stage.clock.advance(4000)
    assert stage.journal.power == [("shelf", "idle")]
    assert stage.board.slept == 1


async def test_without_that_setting_they_never_do() -> None:
    stage = Stage()
    async with running(stage):
        await stage.clock.advance(15 * MINUTE_MS)
        assert stage.board.slept == 0


@pytest.mark.parametrize("use", ["press", "connection", "timelapse", "change"])
async def test_use_begins_the_idle_time_anew(use: str) -> None:
    stage = Stage()
    stage.settings.values["shelf_after_min"] = 1
    stage.voice.policy = "keyword"
    async with running(stage):
        await stage.clock.advance(50_000)
        if use == "press":
            stage.power.used()
        elif use == "connection":
            stage.connected = True
            await stage.clock.advance(500)
            stage.connected = False
        elif use == "timelapse":
            stage.recorder.what = "timelapse"
            await stage.clock.advance(500)
            stage.recorder.what = "nothing"
        else:
            stage.power.change("connectable", "app")
        await stage.clock.advance(50_000)
        assert stage.power.asleep == ""
        await stage.clock.until(lambda: stage.power.asleep == "idle", 15_000)
        assert code(stage.power.may_expose("app")) == "asleep"


async def test_an_idle_shelf_that_cannot_be_recorded_waits_its_time_again() -> None:
    stage = Stage()
    stage.settings.values["shelf_after_min"] = 1
    async with running(stage):
        stage.journal.fails = True
        await stage.clock.advance(MINUTE_MS + 2000)
        assert stage.power.asleep == ""
        stage.journal.fails = False
        await stage.clock.advance(10_000)
        assert stage.power.asleep == ""
        await stage.clock.advance(MINUTE_MS)
        assert stage.board.slept == 1


def test_what_woke_them_stands_in_the_journal() -> None:
    stage = Stage()
    stage.power.woken()
    assert stage.journal.records == [("power", {"state": "connectable", "reason": "button", "percent": 77})]
