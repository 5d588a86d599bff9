"""Recording on the virtual board with the app: by hand, by app, without a phone, through a power cut, with sound."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import numpy as np
import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import RecordingChanged
from companion_app.onboarding.questions import LEAVE, LISTEN
from tests.promises.rig import Worn, until

pytestmark = pytest.mark.simulated

TAP_S = 0.12
GAP_S = 0.1
HOLD_S = 1.2


async def records_of(both: Worn, kind: str) -> list[dict[str, Any]]:
    return [data for recorded, data in await both.journal() if recorded == kind]


def finger(both: Worn, *edges_s: float) -> None:
    """The finger goes down at the first of these moments from now, up at the second, and so on."""
    button = both.world.button
    for index, edge_s in enumerate(edges_s):
        both.world.after(edge_s, button.release if index % 2 else button.press)


async def test_a_hold_begins_a_clip_and_a_press_ends_it(both: Worn) -> None:
    changes: list[RecordingChanged] = []
    pictures: list[Picture] = []
    both.app.on_recording(changes.append)
    both.app.on_picture(pictures.append)
    finger(both, 0, HOLD_S)
    await until(lambda: both.world.camera.running, "the camera runs")
    assert (await both.app.status()).recording == "clip"
    await until(lambda: sum(exposure.settled for exposure in both.world.exposures) > 10, "some frames were exposed")
    finger(both, 0, TAP_S)
    await until(lambda: bool(pictures), "the clip came")
    [clip] = pictures
    assert (clip.kind, clip.reason, clip.trigger) == ("clip", "button", "button")
    await until(lambda: [change.on for change in changes] == [True, False], "begin and end were told")
    assert (await both.app.status()).recording == "nothing"
    assert [data["state"] for data in await records_of(both, "exposure")] == ["begun", "ended"]


async def test_two_presses_are_a_mark_and_no_photograph(both: Worn) -> None:
    finger(both, 0, TAP_S, TAP_S + GAP_S, 2 * TAP_S + GAP_S)

    async def marked() -> bool:
        return bool(await records_of(both, "mark"))

    await until(marked, "the mark stands in the journal")
    [data] = await records_of(both, "mark")
    assert data == {"trigger": "button", "doing": "nothing"}
    assert both.world.exposures == []
    assert await both.app.glasses.items() == []


async def test_busy_is_answered_at_once_and_the_clip_goes_on(both: Worn) -> None:
    clip = asyncio.create_task(both.app.clip(3))
    await until(lambda: both.world.camera.running, "the camera runs")
    for act in (both.app.glasses.capture(), both.app.glasses.burst(2), both.app.glasses.timelapse(1, 2)):
        with pytest.raises(GlassesRefused, match="busy"):
            await asyncio.wait_for(act, 2)
    assert not clip.done()
    assert await both.app.stop() == "clip"
    assert (await clip).reason == "app"


async def test_recording_goes_on_without_a_phone(both: Worn) -> None:
    await both.app.change_settings(clip_seconds=2)
    finger(both, 0, HOLD_S)
    await until(lambda: both.world.camera.running, "the camera runs")
    await both.app.disconnect()
    await until(lambda: not both.world.camera.running, "the clip has ended")
    assert both.app.gallery.pictures() == []
    await both.app.connect()
    await until(lambda: bool(both.app.gallery.pictures()), "the clip was imported")
    [clip] = both.app.gallery.pictures()
    assert (clip.kind, clip.reason, clip.whole) == ("clip", "done", True)
    await both.app.timelapse(1, 4)
    await both.app.disconnect()
    await until(lambda: sum(exposure.sha256 is not None for exposure in both.world.exposures) > 8, "it goes on")
    await both.app.connect()

    async def over() -> bool:
        return len(await records_of(both, "timelapse")) == 2

    await until(over, "the time-lapse has ended")
    [begun, ended] = await records_of(both, "timelapse")
    assert (begun["state"], ended["state"], ended["reason"]) == ("begun", "ended", "done")
    assert ended["taken"] + ended["refused"] == 4
    assert ended["taken"] >= 2
    await until(lambda: len(both.app.gallery.pictures()) == 1 + ended["taken"], "all photographs were imported")


async def test_a_clip_that_the_power_cut_is_kept_as_far_as_it_goes(both: Worn) -> None:
    clip = asyncio.create_task(both.app.clip(60))
    await until(lambda: sum(exposure.settled for exposure in both.world.exposures) > 30, "some frames were sealed")
    await both.sim.board.kill()
    clip.cancel()
    await asyncio.wait([clip])
    await both.switch_on()
    await until(lambda: bool(both.app.gallery.pictures()), "what there is was imported")
    [cut] = both.app.gallery.pictures()
    assert (cut.kind, cut.whole) == ("clip", False)
    assert cut.frames > 5
    [begun, ended] = await records_of(both, "exposure")
    assert (begun["state"], ended) == ("begun", {"item": begun["item"], "kind": "clip", "state": "cut", "kept": True})
    assert (await both.app.capture()).item == begun["item"] + 1, "the id of a cut clip is not given out again"


async def test_sound_is_in_a_clip_after_two_answers_and_a_setting_and_a_withdrawal_ends_it(both: Worn) -> None:
    silent = await both.app.clip(1)
    with pytest.raises(GlassesRefused, match="voice_off"):
        await both.app.clip(1, audio=True)
    for question in (LISTEN, LEAVE):
        both.app.onboarding.answer(question.id, "yes")
    await until(lambda: both.app.settings["voice"] == "stream", "the policy has arrived")
    await both.app.change_settings(clip_audio=True)
    tone = np.sin(np.arange(16_000 * 20) * 2 * math.pi * 440 / 16_000)
    both.world.sound.play_samples(tone, 16_000)
    loud = await both.app.clip(2, audio=True)
    assert b"01wb" not in silent.read()
    assert loud.read().count(b"01wb") > 10
    await both.app.change_settings(clip_audio=False)
    assert b"01wb" not in (await both.app.clip(1)).read()
