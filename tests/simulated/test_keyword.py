"""A spoken word at the virtual microphone, through PDM, I2S, decimator, front end and network, becomes an act."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import KeywordChanged, StopSaid
from companion_app.onboarding.questions import LEAVE, LISTEN
from tests.promises.rig import Home, until, worn
from tests.recordings import needs_recordings
from tests.speaking import ALEXA, LOOK, STOP, allow_listening, listens, say, stock_model

pytestmark = pytest.mark.simulated


@pytest.fixture
def home(paired_once: Home, tmp_path: Path) -> Home:
    """Paired glasses, for this test alone."""
    return paired_once.copy(tmp_path / "home")


async def test_look_takes_a_photograph_and_stop_ends_a_clip_with_the_model_that_ships(home: Home) -> None:
    async with worn(home, connect=True) as both:
        pictures: list[Picture] = []
        both.app.on_picture(pictures.append)
        await allow_listening(both)
        assert (await both.app.status()).words == ["look", "stop"]
        await say(both, LOOK, lambda: bool(pictures), "the picture is in the gallery")
        assert (pictures[0].kind, pictures[0].trigger) == ("photo", "keyword")
        clip = asyncio.create_task(both.app.clip(20, audio=False))
        await until(lambda: both.world.camera.running, "the camera runs")
        await say(both, STOP, clip.done, "the clip has ended")
        assert clip.result().reason == "keyword"


@needs_recordings
async def test_a_word_that_a_person_says_becomes_a_photograph(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True, keyword=stock_model(tmp_path, "capture")) as both:
        pictures: list[Picture] = []
        both.app.on_picture(pictures.append)
        await allow_listening(both)
        assert (await both.app.status()).words == ["Alexa"]
        await say(both, ALEXA, lambda: bool(pictures), "the picture is in the gallery")
        picture = pictures[0]
        assert (picture.kind, picture.trigger, picture.reason) == ("photo", "keyword", "done")
        exposure = next(data for kind, data in await both.journal() if kind == "exposure")
        assert (exposure["trigger"], exposure["verdict"]) == ("keyword", "proven")
        both.world.keep(picture.sha256)
        assert both.world.exposures_in_dark == 0
        assert await listens(both), "and they listen on"


@needs_recordings
async def test_stop_ends_a_clip_whose_sound_is_recorded_by_the_same_microphone(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True, keyword=stock_model(tmp_path, "stop")) as both:
        notices: list[object] = []
        both.app.on_notice(notices.append)
        both.app.onboarding.answer(LISTEN.id, "yes")
        both.app.onboarding.answer(LEAVE.id, "yes")
        await until(lambda: both.app.settings["voice"] == "stream", "the policy has arrived")
        await both.app.change_settings(clip_audio=True)
        await until(lambda: listens(both), "the glasses listen")
        clip = asyncio.create_task(both.app.clip(20, audio=True))
        await until(lambda: both.world.camera.running, "the camera runs")
        await say(both, ALEXA, clip.done, "the clip has ended")
        picture = clip.result()
        assert (picture.kind, picture.reason) == ("clip", "keyword")
        assert b"01wb" in picture.read()
        await until(lambda: StopSaid("clip", "keyword") in notices, "the phone is told to end what it does live")
        assert await listens(both)
        assert both.world.sound.listening


async def test_who_may_not_listen_does_not_whatever_the_reason(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True, keyword=stock_model(tmp_path, "capture")) as both:
        states: list[str] = []
        both.app.on_notice(lambda notice: states.append(notice.keyword) if isinstance(notice, KeywordChanged) else None)
        assert (await both.app.status()).keyword == "off"
        assert both.world.sound.bits_heard == 0

        async def closes(why: str) -> None:
            await until(lambda: states[-1:] == [why] and not both.world.sound.listening, f"they do not listen: {why}")
            heard = both.world.sound.bits_heard
            await both.app.status()
            assert both.world.sound.bits_heard == heard

        await allow_listening(both)
        assert both.app.settings["keyword"] is True
        both.world.pins.muted = True
        await closes("muted")
        both.world.pins.muted = False
        await until(lambda: both.world.sound.listening, "they listen again")
        await both.app.change_settings(keyword=False)
        await closes("off")
        with pytest.raises(GlassesRefused, match="switched_off"):
            await both.app.power("listening")
        await both.app.change_settings(keyword=True)
        await until(lambda: both.world.sound.listening, "they listen again")
        await both.app.power("connectable")
        await closes("resting")
        await both.app.power("listening")
        await until(lambda: both.world.sound.listening, "they listen again")
        await both.app.power("shelf")
        await both.sim.board.wait_until_asleep()
        assert not both.world.sound.listening
        assert states[-1] == "resting"


async def test_a_broken_model_costs_the_keyword_and_nothing_else(home: Home, tmp_path: Path) -> None:
    broken = bytearray(stock_model(tmp_path, "capture").read_bytes())
    broken[5000] ^= 1
    (tmp_path / "broken.kwm").write_bytes(broken)
    async with worn(home, connect=True, keyword=tmp_path / "broken.kwm") as both:
        both.app.onboarding.answer(LISTEN.id, "yes")

        async def said_so() -> bool:
            return (await both.app.status()).keyword == "bad_model"

        await until(said_so, "the glasses say that their model is broken")
        assert not both.world.sound.listening
        assert ("keyword", {"state": "bad_model", "why": "checksum"}) in await both.journal()
        assert (await both.app.capture()).trigger == "app"
        assert await both.app.crashes() == []
