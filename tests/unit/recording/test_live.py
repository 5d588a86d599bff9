"""Live sessions: each frame is younger than its request and proven, both ends are on record, nothing stays."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from plainsight.errors import Refused
from plainsight.triggers.spoken import Spoken
from plainsight.triggers.wearer import Wearer

from tests.unit.recording.looking import Looking

LEVELS = ("software", "current", "optical")


def look(looking: Looking, script: Callable[[Looking], Awaitable[None]], seconds: int = 10) -> dict[str, Any]:
    """Begin, follow the script to wherever it leads, wait for the end; what the phone was told of it."""

    async def whole() -> dict[str, Any]:
        await looking.begin(seconds)
        await script(looking)
        return await looking.end()

    return asyncio.run(whole())


async def two_frames_and_stop(looking: Looking) -> None:
    for _ in range(2):
        await looking.pull()
    assert looking.rig.recorder.stop("app") == "live"


@pytest.mark.parametrize("level", LEVELS)
def test_a_live_session_is_on_record_at_both_ends_and_leaves_nothing(tmp_path: Path, level: str) -> None:
    looking = Looking(tmp_path, level=level)
    told = look(looking, two_frames_and_stop)
    verdict = "unproven" if level == "software" else "proven"
    ended = {"reason": "app", "frames": 2, "digest": looking.digest()}
    assert looking.records() == [
        {"state": "begun", "phone": 3, "seconds": 10, "size": "vga", "level": level, "trigger": "app"},
        {"state": "ended", "verdict": verdict, **ended},
    ]
    assert told == {**ended, "record": looking.begun["record"] + 1}
    for number, pulled in enumerate(looking.frames, 1):
        assert (pulled.fields["seq"], pulled.fields["size"]) == (number, len(pulled.jpeg))
        assert pulled.fields["sha256"] == hashlib.sha256(pulled.jpeg).hexdigest()
        assert (pulled.fields["light"]["level"], pulled.fields["light"]["verdict"]) == (level, verdict)
    assert looking.rig.bench.calls.count("light_on") == 1
    assert looking.rig.bench.sizes == ["vga"]
    looking.assert_over()


def test_its_beginning_is_on_record_before_light_and_camera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(tmp_path)
    append, at = looking.rig.journal.append, dict[str, int]()

    def watched(record: str, **data: Any) -> None:
        at[data["state"]] = len(looking.rig.bench.calls)
        append(record, **data)

    monkeypatch.setattr(looking.rig.journal, "append", watched)
    look(looking, two_frames_and_stop)
    assert at["begun"] == 0
    assert at["ended"] == len(looking.rig.bench.calls)


def test_a_frame_is_exposed_after_its_request_and_no_other_ever(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    exposures = looking.rig.bench.exposures

    async def script(_: Looking) -> None:
        settled = len(exposures)
        for pulled in range(3):
            await looking.wait(700)
            assert len(exposures) == settled + pulled, "nobody asked"
            assert not any(looking.rig.bench.camera.buffer), "and what was shown is zeroed"
            assert (await looking.pull()).serial == settled + pulled + 1
        looking.rig.recorder.stop("app")

    look(looking, script)
    times = [pulled.fields["time_ms"] for pulled in looking.frames]
    assert all(later - earlier >= 700 for earlier, later in itertools.pairwise(times))
    looking.assert_over()


def test_the_evidence_of_a_frame_is_its_own(tmp_path: Path) -> None:
    looking = Looking(tmp_path)

    async def script(_: Looking) -> None:
        for _ in range(2):
            await looking.wait(5000)
            await looking.pull()
        looking.rig.recorder.stop("app")

    look(looking, script, 60)
    for pulled in looking.frames:
        evidence = pulled.fields["light"]["evidence"]
        assert evidence["windows"] == 1
        assert 80_000 <= evidence["window_us"] < 150_000
        assert evidence["least"] <= evidence["pulses"] <= evidence["most"]


def test_a_frame_that_was_given_up_is_not_shown_to_the_next_request(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    exposures = looking.rig.bench.exposures

    async def script(_: Looking) -> None:
        given_up = looking.ask()
        asking = asyncio.create_task(given_up.answer(bytearray(4096)))
        before = len(exposures)
        while len(exposures) == before:  # noqa: ASYNC110 - time moves in turns
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        given_up.close()
        assert (await looking.pull()).serial == before + 2
        looking.rig.recorder.stop("app")

    assert look(looking, script)["frames"] == 1
    assert looking.records()[1]["digest"] == looking.digest()
    looking.assert_over()


@pytest.mark.parametrize("over", [False, True])
def test_who_asks_after_the_end_does_not_wait(tmp_path: Path, over: bool) -> None:
    """Told to stop, or closed by then: the memory of the last frame is no longer theirs to see either."""
    looking = Looking(tmp_path)

    async def script(_: Looking) -> None:
        live, frame = looking.rig.recorder.live(), looking.ask()
        held = looking.ask()
        await held.answer(bytearray(4096))
        assert live.holding
        looking.rig.recorder.stop("app")
        if over:
            await looking.rig.until_idle()
            assert not live.holding
        held.close()
        with pytest.raises(Refused, match="not_live"):
            await asyncio.wait_for(frame.answer(bytearray(4096)), 5)

    assert look(looking, script)["frames"] == 0


def test_one_frame_at_a_time(tmp_path: Path) -> None:
    looking = Looking(tmp_path)

    async def script(_: Looking) -> None:
        first = asyncio.create_task(looking.pull())
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="busy"):
            await looking.pull()
        await first
        looking.rig.recorder.stop("app")

    assert look(looking, script)["frames"] == 1


async def idle(looking: Looking) -> None:
    await looking.pull()


async def pulling(looking: Looking) -> None:
    async def on_and_on() -> None:
        while True:
            await looking.pull()

    with pytest.raises(Refused, match="not_live"):
        await on_and_on()


async def slow(looking: Looking) -> None:
    """A frame that takes longer than any pause between two of its pieces may."""

    async def pause(_offset: int) -> None:
        await looking.wait(9_000)

    await looking.pull(pause=pause)
    looking.rig.recorder.stop("app")


def test_a_link_may_be_slow_as_long_as_it_moves(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    looking.rig.bench.small_bytes = [900]
    begun_us = looking.rig.bench.now_us
    assert look(looking, slow, 60)["reason"] == "app"
    assert looking.ended_us - begun_us > 30_000_000
    looking.assert_over()


async def stuck(looking: Looking) -> None:
    async def never(offset: int) -> None:
        if offset:
            await looking.wait(20_000)

    with pytest.raises(Refused, match="not_live"):
        await looking.pull(pause=never)


@pytest.mark.parametrize(
    ("script", "seconds", "reason"),
    [(idle, 60, "idle"), (pulling, 3, "time"), (idle, 3, "time"), (stuck, 60, "slow_link")],
)
def test_it_ends_by_itself(
    tmp_path: Path, script: Callable[[Looking], Awaitable[None]], seconds: int, reason: str
) -> None:
    looking = Looking(tmp_path)
    begun_us = looking.rig.bench.now_us
    told = look(looking, script, seconds)
    assert told["reason"] == looking.records()[1]["reason"] == reason
    longest_s = {"idle": 32, "time": seconds + 1, "slow_link": 17}[reason]
    assert looking.ended_us - begun_us < longest_s * 1_000_000
    looking.assert_over()


def by_hand(looking: Looking) -> None:
    rig = looking.rig
    Wearer(rig.recorder, looking, looking, rig.logged.append, rig._survived).gesture("press")  # type: ignore[arg-type]


def by_word(looking: Looking) -> None:
    class Question:
        is_open = False

        def end(self, reason: str) -> None:
            assert reason == "stop"

    rig = looking.rig
    Spoken(rig.recorder, Question(), rig.logged.append, rig._survived).heard("stop")  # type: ignore[arg-type]
    assert rig.told("stop") == [{"stopped": "live", "trigger": "keyword"}]


def by_loss(looking: Looking) -> None:
    looking.session = None


def by_another_phone(looking: Looking) -> None:
    looking.session = object()


def by_charge(looking: Looking) -> None:
    looking.rig.power.ending = Refused("battery_low")


ENDINGS = {
    by_hand: "button", by_word: "keyword", by_loss: "link", by_another_phone: "link", by_charge: "battery_low",
}  # fmt: skip


@pytest.mark.parametrize("when", ["idle", "exposing", "leaving"])
@pytest.mark.parametrize("act", ENDINGS)
def test_it_ends_within_moments_whatever_is_going_on(tmp_path: Path, act: Callable[[Looking], None], when: str) -> None:
    looking = Looking(tmp_path)
    acted_us: list[int] = []
    left: list[int] = []

    def now() -> None:
        act(looking)
        acted_us.append(looking.rig.bench.now_us)

    async def in_the_midst(offset: int) -> None:
        left.append(offset)
        if offset and not acted_us:
            now()
            if act is by_charge:  # seen at the next look; the others count at once
                await looking.wait(30)

    async def script(_: Looking) -> None:
        await looking.pull()
        if when == "idle":
            await looking.wait(40)
            now()
        elif when == "exposing":
            asking = asyncio.create_task(looking.pull())
            await looking.wait(30)
            now()
            with pytest.raises(Refused, match="not_live"):
                await asking
        else:
            with pytest.raises(Refused, match="not_live"):
                await looking.pull(pause=in_the_midst)
            assert left[-1] == 256, "not one piece more"

    told = look(looking, script)
    assert told["reason"] == ENDINGS[act]
    assert told["frames"] == (2 if when == "leaving" else 1)
    assert looking.ended_us - acted_us[0] < 250_000
    looking.assert_over()


@pytest.mark.parametrize("level", ["current", "optical"])
@pytest.mark.parametrize("when", ["idle", "exposing", "leaving"])
def test_a_light_that_is_lost_ends_it(tmp_path: Path, level: str, when: str) -> None:
    looking = Looking(tmp_path, level=level)

    def cut() -> None:
        looking.rig.bench.cut = True

    async def in_the_midst(offset: int) -> None:
        if offset:
            cut()
            await looking.wait(30)

    async def script(_: Looking) -> None:
        await looking.pull()
        if when == "idle":
            await looking.wait(40)
            cut()
        else:
            if when == "exposing":
                looking.rig.bench.schedule.append((looking.rig.bench.now_us + 30_000, cut))
            with pytest.raises(Refused, match="not_live"):
                await looking.pull(pause=in_the_midst if when == "leaving" else None)

    told = look(looking, script)
    assert (told["reason"], told["frames"]) == ("light_lost", 2 if when == "leaving" else 1)
    looking.assert_over()


def test_a_blackout_while_nobody_looks_ends_it_too(tmp_path: Path) -> None:
    """Between two looks at the light, with nothing exposed: hardware counts through, so it can't go unseen."""
    looking = Looking(tmp_path)
    bench = looking.rig.bench

    async def script(_: Looking) -> None:
        await looking.pull()
        bench.schedule.append((bench.now_us + 101_000, lambda: setattr(bench, "cut", True)))
        bench.schedule.append((bench.now_us + 103_500, lambda: setattr(bench, "cut", False)))

    assert look(looking, script)["reason"] == "light_lost"


@pytest.mark.parametrize("fault", ["none", "half", "raise", "garbage", "tiny"])
def test_a_frame_that_fails_is_taken_again_and_three_end_it(tmp_path: Path, fault: str) -> None:
    looking = Looking(tmp_path)

    async def script(_: Looking) -> None:
        looking.rig.bench.frame_faults = [fault, fault]
        await looking.pull()
        looking.rig.bench.frame_faults = [fault] * 3
        with pytest.raises(Refused, match="not_live"):
            await looking.pull()

    told = look(looking, script)
    assert told["reason"].startswith("camera_")
    assert told["frames"] == 1
    looking.rig.assert_dark_and_closed()


def test_light_or_camera_that_fail_at_once_refuse_it_on_record(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    looking.rig.bench.cut = True

    async def begin() -> None:
        with pytest.raises(Refused) as caught:
            await looking.begin()
        assert caught.value.code == "light_unseen"
        await looking.end()

    asyncio.run(begin())
    assert [(data["state"], data.get("reason"), data.get("frames")) for data in looking.records()] == [
        ("begun", None, None),
        ("ended", "light_unseen", 0),
    ]
    assert looking.rig.bench.exposures == []
    looking.assert_over()


def test_an_end_before_the_beginning_is_no_session(tmp_path: Path) -> None:
    looking = Looking(tmp_path)

    async def begin() -> None:
        beginning = asyncio.create_task(looking.begin())
        await asyncio.sleep(0)
        looking.rig.recorder.stop("button")
        with pytest.raises(Refused) as caught:
            await beginning
        assert (caught.value.code, caught.value.detail) == ("not_live", {"reason": "button"})
        assert (await looking.end())["reason"] == "button"

    asyncio.run(begin())
    looking.assert_over()


@pytest.mark.parametrize("code", ["switched_off", "battery_low", "busy"])
def test_it_is_refused_as_every_other_trigger_is(tmp_path: Path, code: str) -> None:
    looking = Looking(tmp_path)
    rig = looking.rig

    async def begin() -> None:
        if code == "busy":
            await looking.begin()
        if code == "switched_off":
            rig.settings.values["app"] = False
        if code == "battery_low":
            rig.power.against = Refused("battery_low")
        with pytest.raises(Refused, match=code):
            await looking.begin()
        rig.recorder.stop("app")
        await rig.until_idle()

    asyncio.run(begin())
    assert [data["reason"] for kind, data in rig.records() if kind == "refusal"] == [code]
    if code != "switched_off":
        assert rig.power.asked[-1] == ("app", "live")
    looking.assert_over()


def test_no_owner_no_card_and_no_room_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(tmp_path)
    monkeypatch.setattr(looking.rig.store, "check", lambda: pytest.fail("nothing is stored"))
    monkeypatch.setattr(looking.rig.store, "free_bytes", lambda: 0)
    assert look(looking, two_frames_and_stop)["frames"] == 2


def test_without_a_record_there_is_no_light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(tmp_path)
    looking.rig.refuse_to_record(monkeypatch, state="begun")

    async def begin() -> None:
        with pytest.raises(Refused, match="journal_failed"):
            await looking.begin()

    asyncio.run(begin())
    assert looking.rig.bench.calls == []
    assert not looking.rig.recorder.camera_in_use


def test_an_end_that_cannot_be_recorded_is_told_without_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = Looking(tmp_path)
    looking.rig.refuse_to_record(monkeypatch, state="ended")
    told = look(looking, two_frames_and_stop)
    assert told == {"reason": "app", "frames": 2, "digest": looking.digest()}
    looking.assert_over()


def test_while_it_runs_every_other_trigger_is_busy(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    rig = looking.rig

    async def script(_: Looking) -> None:
        assert (rig.recorder.doing, rig.recorder.camera_in_use) == ("live", True)
        for act in (
            lambda: rig.recorder.photo("button"),
            lambda: rig.recorder.burst(2, "app"),
            lambda: rig.recorder.begin_live("app", 3, 9, "vga"),
        ):
            with pytest.raises(Refused) as caught:
                await act()
            assert (caught.value.code, caught.value.detail) == ("busy", {"doing": "live"})
        with pytest.raises(Refused, match="busy"):
            rig.recorder.begin_clip("app")
        rig.recorder.stop("app")

    look(looking, script)
    looking.assert_over()


def test_the_salt_is_another_each_time_and_forgotten(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    lives: list[Any] = []

    async def whole() -> set[str]:
        salts: set[str] = set()
        for _ in range(2):
            await looking.begin()
            lives.append(looking.rig.recorder.live())
            salts.add(looking.begun["salt"])
            looking.rig.recorder.stop("app")
            await looking.rig.until_idle()
        return salts

    assert len(asyncio.run(whole())) == 2
    assert not any(any(live.salt) for live in lives)
    journal = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert looking.begun["salt"].encode() not in journal
    assert bytes.fromhex(looking.begun["salt"]) not in journal


def test_frames_are_asked_for_in_vain_where_nothing_runs(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    with pytest.raises(Refused, match="not_live"):
        looking.ask()
    assert looking.rig.records() == []
