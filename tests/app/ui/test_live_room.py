"""The Live room's models: looking through the glasses, clips, mute, the link, and who else may watch."""

from __future__ import annotations

import asyncio

import pytest

from companion_app.link.errors import GlassesRefused
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.live_room.looking import SECONDS, LookingModel
from companion_app.ui.view_models.rooms import Room
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.words.live_room import link_words
from tests.app.answered import answer_all
from tests.app.ui.conftest import Clock
from tests.app.ui.fake_glasses import OWN
from tests.app.ui.fakes import FakeCompanion, photograph
from tests.app.waiting import until


@pytest.fixture
def connected(companion: FakeCompanion) -> FakeCompanion:
    answer_all(companion.onboarding, voice_listen="yes", voice_leave="no")
    companion.be_paired()
    companion.become_connected()
    return companion


class TestLooking:
    async def test_frames_come_with_their_own_light_age_and_rate(self, connected: FakeCompanion, clock: Clock) -> None:
        model = LookingModel(connected, clock)
        looking = asyncio.create_task(model.look())
        await until(lambda: connected.view is not None)
        connected.view.show(photograph(1))
        await until(lambda: model.number == 1)
        assert model.frame == photograph(1)
        assert model.light is not None
        assert model.light.proven
        clock.now_s += 0.5
        connected.view.show(photograph(2), verdict="unproven", level="software")
        await until(lambda: model.number == 2)
        assert not model.light.proven
        assert "2.0 pictures a second" in model.about
        clock.now_s += 4
        assert "4 seconds old" in model.about, "an old frame is not passed off for what is seen now"
        assert model.left == "0:56"
        connected.view.end("time")
        await looking
        assert not model.under_way
        assert "over" in model.ended

    async def test_it_asks_for_a_minute_and_for_what_the_link_can_carry(self, connected: FakeCompanion) -> None:
        for rate, size in ((0, "qvga"), (24_000, "qvga"), (90_000, "vga")):
            connected.goodput_bytes_per_s = rate
            model = LookingModel(connected)
            looking = asyncio.create_task(model.look())
            await until(lambda: connected.view is not None)
            assert connected.looked_for == (SECONDS, size)
            model.stop()
            await looking
            connected.view = None

    async def test_a_stop_ends_it_at_once(self, connected: FakeCompanion) -> None:
        model = LookingModel(connected)
        looking = asyncio.create_task(model.look())
        await until(lambda: model.looking)
        model.stop()
        await looking
        assert (model.under_way, model.looking, model.ended) == (False, False, "")

    async def test_a_refusal_is_told_and_leaves_nothing_under_way(
        self, connected: FakeCompanion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise GlassesRefused("live", "light_unseen", {})

        monkeypatch.setattr(connected, "live_frames", refuse)
        model = LookingModel(connected)
        await model.look()
        assert model.problem is not None
        assert not model.under_way

    async def test_going_to_another_room_ends_it(self, connected: FakeCompanion) -> None:
        shell = ShellModel(connected)
        looking = asyncio.create_task(shell.home.looking.look())
        await until(lambda: shell.home.looking.looking)
        assert not shell.home.can_take, "the camera is at work"
        shell.open_room(Room.SETTINGS)
        await looking
        assert not shell.home.looking.under_way


class TestMicrophone:
    async def test_mute_is_in_force_once_the_glasses_confirm_it(self, connected: FakeCompanion) -> None:
        model = HomeModel(connected)
        await model.standing.ask()
        microphone = model.microphone
        assert "Hey Jarvis" in microphone.words
        assert not microphone.muted
        await microphone.switch()
        assert connected.asked_for == [("settings", {"keyword": False, "clip_audio": False})]
        assert microphone.muted
        assert "confirm" in microphone.words
        await microphone.switch()
        assert connected.asked_for[-1] == ("settings", {"keyword": True}), "clips keep silent until their owner says"
        assert not microphone.muted

    async def test_glasses_that_do_not_confirm_count_as_listening(
        self, connected: FakeCompanion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def deaf(**_: object) -> dict[str, object]:
            return {}

        monkeypatch.setattr(connected, "change_settings", deaf)
        model = HomeModel(connected)
        await model.standing.ask()
        await model.microphone.switch()
        assert not model.microphone.muted

    async def test_a_refusal_of_the_wearer_leaves_nothing_to_switch(self, connected: FakeCompanion) -> None:
        connected.onboarding.answer("voice_listen", "no")
        model = HomeModel(connected)
        await model.standing.ask()
        assert not model.microphone.can_switch
        assert "you said" in model.microphone.words
        await model.microphone.switch()
        assert connected.asked_for == []

    async def test_the_switch_on_the_glasses_cannot_be_overruled(self, connected: FakeCompanion) -> None:
        model = HomeModel(connected)
        connected.tell_keyword("muted")
        assert model.microphone.muted
        assert not model.microphone.can_switch


class TestStanding:
    async def test_who_else_may_watch_is_named(self, connected: FakeCompanion) -> None:
        model = HomeModel(connected)
        assert model.standing.is_due
        await model.standing.ask()
        assert not model.standing.is_due
        assert "Anna's phone" in model.standing.watching
        connected.said_phones = [OWN]
        connected.lose_link()
        assert model.standing.watching == "", "what glasses said that are gone does not hold"
        connected.become_connected()
        await model.standing.ask()
        assert "No other phone" in model.standing.watching

    @pytest.mark.parametrize(("rate", "grade"), [(0, "Not measured"), (900, "Slow"), (9_000, "Fair"), (35_000, "Good")])
    def test_the_link_has_a_grade_and_its_number(self, rate: int, grade: str) -> None:
        assert link_words(rate).startswith(grade)


class TestTaking:
    async def test_clips_and_bursts_are_asked_for_once_at_a_time(self, connected: FakeCompanion) -> None:
        model = HomeModel(connected)
        await model.recording.clip()
        await model.recording.burst()
        assert connected.asked_for == [("clip", None), ("burst", 5)]

    async def test_what_runs_is_told_whoever_began_it_and_can_be_ended(self, connected: FakeCompanion) -> None:
        model = HomeModel(connected)
        connected.tell_recording("clip", on=True)
        assert model.recording.words == "A clip is being taken."
        assert not model.can_take
        await model.recording.stop()
        connected.tell_recording("clip", on=False)
        assert connected.asked_for == [("stop", None)]
        assert model.can_take

    async def test_a_clip_that_fails_is_a_problem(
        self, connected: FakeCompanion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail() -> None:
            raise GlassesRefused("clip", "battery_low", {})

        monkeypatch.setattr(connected, "clip", fail)
        model = HomeModel(connected)
        await model.recording.clip()
        assert model.recording.problem is not None
        assert model.can_take
