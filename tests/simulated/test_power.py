"""Charge, heat and sleep on the virtual board, with the owner's app: what runs ends whole, and the record says why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from bleak import BleakScanner

from companion_app.link.beacon import parse_beacon
from companion_app.link.events import PowerChanged, Refusal
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, using
from tests.promises.rig import Worn, until

pytestmark = pytest.mark.simulated

_RECORDING = 8


async def power_records(both: Worn) -> list[tuple[str, str]]:
    return [(data["state"], data["reason"]) for kind, data in await both.journal() if kind == "power"]


async def exposures(both: Worn) -> list[dict[str, Any]]:
    return [data for kind, data in await both.journal() if kind == "exposure"]


async def recording(both: Worn) -> None:
    """Return once a clip is under way on the glasses."""
    await until(lambda: both.world.camera.running, "the camera runs")


async def test_a_battery_that_runs_down_ends_the_clip_and_the_clip_is_whole(both: Worn) -> None:
    notices: list[Any] = []
    both.app.on_notice(notices.append)
    await both.app.disconnect()
    await both.sim.board.kill()
    both.world.battery.resist(0.3)
    both.world.battery.noise(6, bursts=0.05, seed=4)
    both.world.battery.discharge(10)
    await both.switch_on()
    await both.app.connect()
    await both.app.change_settings(clip_seconds=60)
    clip = asyncio.create_task(both.app.clip())
    await recording(both)
    both.world.battery.discharge(10, percent_per_s=0.4)
    picture = await asyncio.wait_for(clip, 100)
    both.world.battery.discharge(6)
    assert picture.whole
    begun, ended = await exposures(both)
    assert (begun["state"], ended["state"], ended["reason"]) == ("begun", "ended", "battery_low")
    assert (await both.app.status()).recording == "nothing"
    reasons = [reason for _, reason in await power_records(both)]
    assert reasons[:2] == ["battery_warn", "battery_no_clips"]
    assert PowerChanged("connectable", "battery_no_clips") in notices
    assert both.world.exposures_in_dark == 0
    assert not isinstance(await both.press(), Refusal)  # a photograph is still allowed
    both.world.battery.discharge(2)
    refused = await both.press()
    assert isinstance(refused, Refusal)
    assert refused.reason == "battery_low"


async def test_glasses_that_heat_up_end_the_clip_and_work_again_when_they_have_cooled(both: Worn) -> None:
    clip = asyncio.create_task(both.app.clip(60))
    await recording(both)
    both.world.heat.set_c(90)
    assert (await asyncio.wait_for(clip, 60)).whole
    assert (await exposures(both))[-1]["reason"] == "too_hot"
    refused = await both.press()
    assert isinstance(refused, Refusal)
    assert refused.reason == "too_hot"
    both.world.heat.set_c(65)
    await until(lambda: _reads(both, 65), "the sensor says 65")
    refused = await both.press()
    assert isinstance(refused, Refusal)
    both.world.heat.set_c(55)
    await until(lambda: _cooled(both), "they have cooled")
    assert not isinstance(await both.press(), Refusal)


async def _reads(both: Worn, celsius: int) -> bool:
    return (await both.app.status()).temperature_c == celsius


async def _cooled(both: Worn) -> bool:
    return ("connectable", "cooled") in await power_records(both)


async def test_the_shelf_waits_for_the_clip_and_the_press_that_wakes_is_no_photograph(both: Worn) -> None:
    notices: list[Any] = []
    both.app.on_notice(notices.append)
    clip = asyncio.create_task(both.app.clip(60))
    await recording(both)
    assert await both.app.power("shelf") == "shelf"
    assert not both.world.camera.running
    await both.sim.board.wait_until_asleep()
    assert PowerChanged("shelf", "app") in notices
    assert await seen(both) is None
    assert not both.world.pins.status_light
    await asyncio.gather(clip, return_exceptions=True)
    taken = len(both.world.exposures)
    heard = len(both.sim.board.log)
    both.world.button.press()
    await both.sim.board.wait_for_log("reset: deepsleep", after=heard)
    both.world.button.release()
    await both.sim.board.wait_for_log("ready", after=heard)
    await both.app.connect()
    assert await power_records(both) == [("shelf", "app"), ("connectable", "button")]
    states = [(data["state"], data.get("reason")) for data in await exposures(both)]
    assert states == [("begun", None), ("ended", "app")]
    assert [item.whole for item in await both.app.items()] == [True]
    assert len(both.world.exposures) == taken


async def seen(both: Worn) -> int | None:
    """The state byte that a stranger hears, or None where there is nothing on the air."""
    with using(VirtualAdapter(link=both.sim.radio.link)):
        found = await BleakScanner.discover(timeout=0.6, return_adv=True)
    for _, advertisement in found.values():
        if parse_beacon(advertisement.service_data, advertisement.manufacturer_data) is not None:
            return next(iter(advertisement.service_data.values()))[0]
    return None


async def _hears(both: Worn, state: int) -> bool:
    return await seen(both) == state


async def test_everybody_near_can_tell_that_a_clip_is_being_recorded(both: Worn) -> None:
    assert await seen(both) == 4
    clip = asyncio.create_task(both.app.clip(3))
    await recording(both)
    assert await seen(both) == 4 | 1 | _RECORDING
    await clip
    await both.app.timelapse(every_s=3600, frames=2)
    await until(lambda: _hears(both, 4 | _RECORDING), "only the time-lapse goes on")
    assert await both.app.stop() == "timelapse"
    assert await seen(both) == 4


async def test_an_empty_battery_goes_back_to_the_shelf_as_often_as_it_is_woken(both: Worn) -> None:
    await both.app.disconnect()
    await both.sim.board.kill()
    both.world.battery.discharge(0.5)
    await both.sim.board.start()
    for _ in range(2):
        await both.sim.board.wait_until_asleep()
        taken = len(both.world.exposures)
        heard = len(both.sim.board.log)
        both.world.button.tap(400)
        await both.sim.board.wait_for_log("ready", after=heard)
    await both.sim.board.wait_until_asleep()
    assert len(both.world.exposures) == taken == 0
    both.world.battery.discharge(50)
    heard = len(both.sim.board.log)
    both.world.button.tap(400)
    await both.sim.board.wait_for_log("ready", after=heard)
    await both.app.connect()
    assert (await both.app.status()).battery_percent in range(48, 53)
    gone, woken = ("shelf", "battery_low"), ("connectable", "button")
    assert await power_records(both) == [gone, woken, gone, woken, gone, woken]


async def test_a_triple_press_puts_them_away(both: Worn) -> None:
    for _ in range(3):
        both.world.button.tap(100)
        await asyncio.sleep(0.2)  # the rhythm of a hand: what is tested
    await both.sim.board.wait_until_asleep()
    assert len(both.world.exposures) == 0


async def test_a_refused_press_sounds_no_where_the_owner_wants_a_buzzer(both: Worn) -> None:
    both.world.heat.set_c(90)
    await until(lambda: _reads(both, 90), "the sensor says 90")
    assert isinstance(await both.press(), Refusal)
    assert both.world.pins.tones == []
    await both.app.change_settings(buzzer=True)
    assert isinstance(await both.press(), Refusal)
    await until(lambda: len(both.world.pins.tones) >= 4, "the tune is over")
    assert [hz for hz in both.world.pins.tones if hz] == [1800, 1800]
    assert both.world.pins.buzzing_hz == 0


async def test_the_processor_is_slow_when_nobody_needs_it(both: Worn) -> None:
    await until(lambda: both.world.cpu_hz == 240_000_000, "the processor is fast for a session, at the next look at it")
    await both.app.disconnect()
    await until(lambda: both.world.cpu_hz == 80_000_000, "the processor slows down")
