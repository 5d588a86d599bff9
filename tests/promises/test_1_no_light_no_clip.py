"""Promise 1 for what is more than one frame: clips, bursts, time-lapses and thumbnails, the light failing anywhere.

The shutter alone (real board driver, real MicroPython) is swept step by step; then the whole system records, and the
light fails under it: what was proven before stays, what was not is nowhere, and everybody is told why it ended.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import RecordingChanged
from host_tools.simulator import World
from tests.promises.light_faults import LEVELS, SAMPLED_STEPS, Fault, benches, steps_of, sweep
from tests.promises.rig import Home, Worn, until, worn

pytestmark = [pytest.mark.promise(1), pytest.mark.simulated]

SEQUENCE_FRAMES = 6  # what a press asks for: on_micropython/press_main.py
FRAMES_BEFORE_A_CLIP = 5  # the constructor's and those on which the exposure settles


def assert_lit(world: World, kept: list[str]) -> None:
    """Each kept frame is one exposure that people saw from beginning to end, settled, and erased afterwards."""
    for sha256 in kept:
        [exposure] = [exposure for exposure in world.exposures if exposure.sha256 == sha256]
        assert (exposure.lit, exposure.settled, exposure.wiped) == (True, True, True)


@pytest.mark.parametrize("level", LEVELS)
async def test_healthy_sequences_and_thumbnails_expose_nothing_in_the_dark(level: str) -> None:
    verdict = "unproven" if level == "software" else "proven"
    for act, frames in (("sequence", SEQUENCE_FRAMES), ("thumb", 2)):
        async with benches(level, 1, act) as [bench]:
            for _ in range(2):
                told = await bench.press()
                assert (told["code"], told["reason"], len(told["kept"])) == ("taken", "done", frames)
                assert (told["light"]["level"], told["light"]["verdict"]) == (level, verdict)
                assert_lit(bench.world, told["kept"])
            assert bench.world.exposures_in_dark == 0


@pytest.mark.timeout(300)
async def test_a_fault_at_every_step_of_a_sequence_keeps_no_frame_that_it_fell_on() -> None:
    steps, after = await steps_of("optical", "sequence")
    assert len(steps) > 40

    faults = [Fault("cut", step) for step in [*steps, *after[:2]]]
    ends: set[int] = set()
    for fault, told in await sweep("optical", faults, "sequence"):
        if fault.where in after and told.get("reason") == "done":
            continue
        assert (told["code"] + told.get("reason", "")).replace("taken", "").startswith("light_"), (fault, told)
        assert len(told["kept"]) < SEQUENCE_FRAMES
        ends.add(len(told["kept"]))
    assert ends == set(range(SEQUENCE_FRAMES)), "it failed before each frame in turn"


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("level", "fault"),
    [("current", "cut"), ("current", "short"), ("optical", "short"), ("optical", "replace"), ("optical", "cover")],
)
@pytest.mark.parametrize("act", ["sequence", "thumb"])
async def test_a_sensed_fault_at_sampled_steps_of_more_than_one_frame(level: str, fault: str, act: str) -> None:
    steps, _ = await steps_of(level, act)
    sampled = steps[:: len(steps) // SAMPLED_STEPS]

    outcomes = await sweep(level, [Fault(fault, step) for step in sampled], act)

    whole = SEQUENCE_FRAMES if act == "sequence" else 2
    assert [(fault, told) for fault, told in outcomes if len(told["kept"]) == whole] == []
    for _, told in outcomes:
        assert told["code"] == "taken" or told["code"].startswith("light_")
        assert told["code"] == "taken" or told["kept"] == []


@pytest.mark.parametrize("level", ["current", "optical"])
async def test_a_fault_within_an_exposure_costs_that_frame_and_those_after_it(level: str) -> None:
    moments = [(FRAMES_BEFORE_A_CLIP + number, fraction) for number in (0, 2, 4) for fraction in (0.02, 0.5, 0.98)]

    outcomes = await sweep(level, [Fault("cut", moment) for moment in moments], "sequence")

    for fault, told in outcomes:
        assert isinstance(fault.where, tuple)
        assert len(told["kept"]) == fault.where[0] - FRAMES_BEFORE_A_CLIP, (fault, told)
        assert (told["reason"] if told["kept"] else told["code"]) == "light_lost"


async def test_a_blackout_between_two_frames_ends_a_sequence() -> None:
    """Right when a frame was read out, and over before the next one: the windows of the proof leave no gap."""
    async with benches("optical", 1, "sequence") as [bench]:
        world = bench.world
        world.during_exposure(FRAMES_BEFORE_A_CLIP + 2, 1.0, lambda: world.after(0.001, world.led.cut))
        world.during_exposure(FRAMES_BEFORE_A_CLIP + 2, 1.0, lambda: world.after(0.010, world.led.mend))
        told = await bench.press()
        assert (told["reason"], len(told["kept"]) < SEQUENCE_FRAMES) == ("light_lost", True)
        assert world.exposures_in_dark == 0


def frames_of(clip: Picture) -> Iterator[str]:
    """The hash of each frame in the clip's file: AVI chunks `00dc`, of which an empty one repeats the last frame."""
    data = clip.read()
    at = data.index(b"movi") + 4
    while data[at : at + 4] in (b"00dc", b"01wb"):
        name, size = struct.unpack("<4sI", data[at : at + 8])
        if name == b"00dc" and size:
            yield hashlib.sha256(data[at + 8 : at + 8 + size]).hexdigest()
        at += 8 + size + size % 2


def assert_kept_in_light(both: Worn, pictures: list[Picture]) -> None:
    """What is in the gallery was taken in the light, and nothing at all in the dark."""
    for picture in pictures:
        for sha256 in frames_of(picture) if picture.kind == "clip" else [picture.sha256]:
            both.world.keep(sha256)
            assert_lit(both.world, [sha256])
    assert both.world.exposures_in_dark == 0
    assert not both.world.led.commanded
    assert not both.world.camera.running


async def records_of(both: Worn, kind: str) -> list[dict[str, Any]]:
    return [data for recorded, data in await both.journal() if recorded == kind]


@pytest.mark.parametrize("level", LEVELS)
async def test_a_clip_whose_light_fails_ends_there_and_says_so(home: Home, level: str) -> None:
    async with worn(home, level=level, connect=True) as both:
        ended: list[RecordingChanged] = []
        both.app.on_recording(ended.append)
        if level != "software":
            both.world.during_exposure(FRAMES_BEFORE_A_CLIP + 8, 0.5, both.world.led.cut)

        clip = await both.app.clip(2)

        reason = "done" if level == "software" else "light_lost"
        verdict = "unproven" if level == "software" else "proven"
        assert (clip.kind, clip.reason, clip.light["level"], clip.light["verdict"]) == ("clip", reason, level, verdict)
        assert clip.frames == len(list(frames_of(clip)))
        assert clip.frames == 8 or level == "software"
        begun, end = await records_of(both, "exposure")
        assert (begun["state"], begun["level"]) == ("begun", level)
        assert (end["state"], end["reason"], end["verdict"], end["frames"]) == ("ended", reason, verdict, clip.frames)
        await until(lambda: [change.on for change in ended] == [True, False], "begin and end were told")
        assert ended[-1].reason == reason
        assert_kept_in_light(both, [clip])


async def test_a_clip_without_light_is_no_clip(home: Home) -> None:
    async with worn(home, connect=True) as both:
        both.world.led.cover()
        refused: list[Any] = []
        both.app.on_refusal(refused.append)
        await both.app.glasses.clip(2)
        await until(lambda: [refusal.reason for refusal in refused] == ["light_unseen"], "the refusal was told")
        assert await both.app.glasses.items() == []
        assert await records_of(both, "exposure") == []
        assert [data["reason"] for data in await records_of(both, "refusal")] == ["light_unseen"]
        assert both.world.exposures == []


@pytest.mark.parametrize("level", ["current", "optical"])
async def test_a_burst_whose_light_fails_is_shorter_and_says_so(home: Home, level: str) -> None:
    async with worn(home, level=level, connect=True) as both:
        told: list[Any] = []
        both.app.on_refusal(told.append)
        both.world.during_exposure(FRAMES_BEFORE_A_CLIP + 2, 0.5, both.world.led.cut)
        pictures = await both.app.burst(4)
        assert [refusal.reason for refusal in told] == ["light_lost"]
        assert len(pictures) == len(await records_of(both, "exposure")) == 2
        assert [data["reason"] for data in await records_of(both, "refusal")] == ["light_lost"]
        both.world.led.mend()
        pictures += await both.app.burst(2)
        both.world.led.cut()
        with pytest.raises(GlassesRefused, match="light_"):
            await both.app.burst(2)
        assert len(await both.app.glasses.items()) == len(pictures) == 4
        assert_kept_in_light(both, pictures)


async def test_a_time_lapse_leaves_out_what_has_no_light_and_goes_on(home: Home) -> None:
    async with worn(home, connect=True) as both:
        pictures: list[Picture] = []
        ended: list[RecordingChanged] = []
        both.app.on_picture(pictures.append)
        both.app.on_recording(ended.append)
        await both.app.timelapse(2, 4)
        await until(lambda: len(pictures) == 1, "the first picture came")
        both.world.led.cut()

        async def one_refused() -> bool:
            return bool(await records_of(both, "refusal"))

        await until(one_refused, "one was refused")
        both.world.led.mend()
        await until(lambda: bool(ended) and not ended[-1].on, "it ended")
        [begun, end] = await records_of(both, "timelapse")
        assert (begun["state"], end["state"], end["reason"]) == ("begun", "ended", "done")
        await until(lambda: len(pictures) == end["taken"], "all pictures came")
        assert end["taken"] == len(await both.app.glasses.items())
        assert end["taken"] + end["refused"] == 4
        assert end["refused"] >= 1
        assert_kept_in_light(both, pictures)


async def test_a_thumbnail_without_light_is_left_out_and_the_photograph_stays(home: Home) -> None:
    async with worn(home, connect=True) as both:
        whole = await both.app.capture()
        both.world.during_exposure(FRAMES_BEFORE_A_CLIP + 2, 0.5, both.world.led.cut)
        picture = await both.app.capture()
        assert [item.thumb_bytes > 0 for item in await both.app.glasses.items()] == [True, False]
        assert [one.light["verdict"] for one in (whole, picture)] == ["proven", "proven"]
        assert_kept_in_light(both, [whole, picture])
