"""What can be asked of connected glasses: bursts, clips that end well or not, settings, power, crashes, updates."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.control import taking
from companion_app.control.errors import BadSetting, ClipLost, ReleaseTooLarge, UnknownSetting, VoiceNeedsAnswers
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.errors import CannotOpen
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import CardChanged, Marked, PowerChanged, RecordingChanged, Refusal, UpdateChanged
from tests.app.conftest import Air
from tests.app.ledger_words import entries
from tests.app.peer import Peer

Until = Callable[[Callable[[], bool]], Awaitable[None]]


# Bursts


async def test_a_burst_comes_whole_and_in_order(paired: Companion, peer: Peer) -> None:
    pictures = await paired.burst(3)
    assert [picture.read() for picture in pictures] == [peer.jpegs[number] for number in (1, 2, 3)]
    assert [item["imported"] for item in peer.items] == [True] * 3


async def test_a_burst_that_was_cut_short_says_why(paired: Companion, peer: Peer) -> None:
    heard: list[Refusal] = []
    paired.on_refusal(heard.append)
    peer.answers["burst"] = lambda fields: {"items": [peer.take_picture()["item"]], "reason": "storage_full"}
    assert len(await paired.burst(3)) == 1
    assert heard == [Refusal("storage_full", "burst", {"taken": 1})]
    peer.answers["burst"] = lambda fields: {"items": [], "reason": "light_lost"}
    with pytest.raises(GlassesRefused) as raised:
        await paired.burst(3)
    assert raised.value.code == "light_lost"


# Clips


async def begun(paired: Companion, until: Until) -> None:
    """The app has heard that its clip began: from now on it is the one that waits for its end."""
    await until(lambda: bool(paired._taking._clips))


async def test_a_clip_returns_once_it_is_in_the_gallery(paired: Companion, peer: Peer, until: Until) -> None:
    told: list[tuple[int, int]] = []
    arrived: list[Picture] = []
    paired.on_picture(arrived.append)
    clipping = asyncio.create_task(paired.clip(2, False, progress=lambda have, size: told.append((have, size))))
    await begun(paired, until)
    assert peer.requests[-1] == ("clip", {"seconds": 2, "audio": False})
    await peer.post("recording", what="clip", on=True, trigger="app")
    taken = peer.take_clip(4)
    await peer.post("item", **taken, reason="light_lost")
    await peer.post("recording", what="clip", on=False, trigger="app", reason="light_lost")
    clip = await clipping
    assert (clip.kind, clip.item, clip.media_sha256) == ("clip", 1, taken["media_sha256"])
    assert told[-1] == (len(peer.blobs[1]), len(peer.blobs[1]))
    assert arrived == [clip]
    assert [operation for operation, _ in peer.requests].count("fetch") == 1


async def test_what_else_arrives_meanwhile_is_imported_too(paired: Companion, peer: Peer, until: Until) -> None:
    peer.take_picture()
    peer.answers["clip"] = lambda fields: {"item": 2, "seconds": 30, "audio": False}
    clipping = asyncio.create_task(paired.clip())
    await begun(paired, until)
    await peer.post("item", item=peer.items[0], media_sha256=_hash(peer.jpegs[1]), media_bytes=20_004, reason="done")
    await until(lambda: len(paired.gallery.pictures()) == 1)
    assert not clipping.done()
    await peer.post("item", **peer.take_clip(2), reason="done")
    assert (await clipping).item == 2


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_clip_whose_end_was_told_before_its_answer_is_found(
    paired: Companion, peer: Peer, until: Until
) -> None:
    taken = peer.take_clip(2)
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    peer.answers["clip"] = lambda fields: answer.set_result(None)
    clipping = asyncio.create_task(paired.clip())
    await answer
    await peer.post("item", **taken, reason="done")
    await until(lambda: len(paired.gallery.pictures()) == 1)
    request = next(iter(paired.glasses._requests._open))
    assert peer.send is not None
    await peer.send(wire.json_frame(wire.RESPONSE, request, {"item": 1, "seconds": 1, "audio": False}))
    assert (await clipping).item == 1


async def test_a_clip_that_ended_while_the_link_was_lost_comes_after_it(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    clipping = asyncio.create_task(paired.clip(5))
    await begun(paired, until)
    air.links[-1].drop()
    peer.take_clip(3)
    clip = await asyncio.wait_for(clipping, 10)
    assert (clip.kind, clip.item) == ("clip", 1)


async def test_a_clip_of_which_nothing_was_kept_is_named(
    paired: Companion, peer: Peer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_AFTER_THE_END_S", 0.01)
    heard: list[RecordingChanged] = []
    paired.on_recording(heard.append)
    clipping = asyncio.create_task(paired.clip())
    await begun(paired, until)
    await peer.post("recording", what="timelapse", on=False, trigger="app", reason="done")
    await peer.post("recording", what="clip", on=False, trigger="app", reason="light_lost")
    with pytest.raises(ClipLost) as raised:
        await asyncio.wait_for(clipping, 10)
    assert (raised.value.item, raised.value.reason) == (1, "light_lost")
    assert [one.what for one in heard] == ["timelapse", "clip"]


async def test_glasses_that_never_tell_of_the_end_are_not_waited_for_for_ever(
    paired: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_GRACE_S", -29.99)
    with pytest.raises(ClipLost) as raised:
        await paired.clip(30)
    assert raised.value.reason is None


async def test_a_clip_that_is_not_what_was_told_is_not_kept(paired: Companion, peer: Peer, until: Until) -> None:
    clipping = asyncio.create_task(paired.clip())
    await begun(paired, until)
    await peer.post("item", **{**peer.take_clip(2), "media_sha256": "00" * 32}, reason="done")
    with pytest.raises(CannotOpen) as raised:
        await clipping
    assert raised.value.fault == "another_picture"
    assert paired.gallery.pictures() == []


async def test_a_refused_clip_raises_and_leaves_nobody_waiting(paired: Companion, peer: Peer, until: Until) -> None:
    peer.answers["clip"] = lambda fields: {"error": "voice_off"}
    with pytest.raises(GlassesRefused) as raised:
        await paired.clip(5, True)
    assert raised.value.code == "voice_off"
    await peer.post("item", **peer.take_clip(2), reason="button")
    await until(lambda: len(paired.gallery.pictures()) == 1)


# Everything else


async def test_events_reach_those_who_listen(paired: Companion, peer: Peer, until: Until) -> None:
    notices: list[object] = []
    end = paired.on_notice(notices.append)
    await peer.post("mark", record=7, trigger="button")
    await peer.post("power", state="shelf", reason="idle")
    await peer.post("card", card="absent")
    await peer.post("update", version="0.2.0", state="running")
    await until(lambda: len(notices) == 4)
    assert notices == [
        Marked(7, "button"),
        PowerChanged("shelf", "idle"),
        CardChanged("absent"),
        UpdateChanged("0.2.0", "running"),
    ]
    end()


async def test_settings_are_known_changed_and_recorded(paired: Companion, peer: Peer) -> None:
    assert paired.settings == {name: safe for name, (_, safe) in wire.SETTINGS.items()}
    held = await paired.change_settings(clip_seconds=12, button=False)
    assert held == paired.settings == peer.settings
    assert (held["clip_seconds"], held["button"]) == (12, False)
    assert entries(paired, "settings") == [
        {"glasses": paired.glasses_id, "changes": {"clip_seconds": 12, "button": False}}
    ]
    peer.settings["clip_seconds"] = 99  # another phone
    assert (await paired.change_settings())["clip_seconds"] == 99
    assert len(entries(paired, "settings")) == 1
    paired.settings["clip_seconds"] = 1
    assert paired.settings["clip_seconds"] == 99


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"voice": "stream"}, VoiceNeedsAnswers),
        ({"clip_seconds": 5, "voice": "off"}, VoiceNeedsAnswers),
        ({"consent": "ab" * 32}, UnknownSetting),
        ({"colour": "blue"}, UnknownSetting),
        ({"clip_seconds": 0}, BadSetting),
        ({"clip_seconds": 301}, BadSetting),
        ({"clip_seconds": "5"}, BadSetting),
        ({"clip_audio": 1}, BadSetting),
        ({"storage": "cloud"}, BadSetting),
    ],
)
async def test_a_setting_that_cannot_be_never_reaches_the_glasses(
    paired: Companion, peer: Peer, changes: dict[str, Any], error: type[AppError]
) -> None:
    asked = len(peer.requests)
    with pytest.raises(error):
        await paired.change_settings(**changes)
    assert len(peer.requests) == asked
    assert entries(paired, "settings") == []


@pytest.mark.promise(6)
async def test_the_voice_that_settings_tell_is_the_one_that_holds(paired: Companion, peer: Peer, until: Until) -> None:
    assert paired.settings["voice"] == "off"
    paired.onboarding.answer("voice_listen", "yes")
    await until(lambda: paired.settings["voice"] == "keyword")
    await peer.post("voice", voice="off")
    await until(lambda: paired.settings["voice"] == "off")


async def test_the_small_acts(paired: Companion, peer: Peer) -> None:
    assert (await paired.status()).battery_percent == 80
    assert await paired.mark() == len(peer.lines) - 1
    assert await paired.stop() == "nothing"
    assert await paired.power("listening") == "listening"
    await paired.timelapse(5, 100)
    assert ("timelapse", {"every_s": 5, "frames": 100}) in peer.requests
    assert (await paired.crashes(forget=True))[0].cause == "watchdog"
    assert peer.requests[-1] == ("crashes", {"forget": True})
    assert await paired.adopt_card() == "ready"
    assert entries(paired, "card") == [{"glasses": paired.glasses_id, "card": "ready"}]
    taken = peer.take_picture()
    assert [item.sealed_sha256 for item in await paired.items()] == [taken["item"]["sealed_sha256"]]


async def test_a_release_is_sent_installed_and_recorded(paired: Companion, peer: Peer) -> None:
    release, told = bytes(range(256)) * 200, list[tuple[int, int]]()
    assert await paired.update(release, lambda have, size: told.append((have, size))) == "0.2.0"
    assert peer.releases == [release]
    assert told[-1] == (len(release), len(release))
    assert told == sorted(told)
    digest = hashlib.sha256(release).hexdigest()
    assert entries(paired, "update") == [{"glasses": paired.glasses_id, "version": "0.2.0", "sha256": digest}]


async def test_a_release_that_the_glasses_refuse_is_not_recorded(paired: Companion, peer: Peer) -> None:
    peer.answers["install"] = lambda fields: {"error": "update_untrusted"}
    with pytest.raises(GlassesRefused) as raised:
        await paired.update(b"release")
    assert raised.value.code == "update_untrusted"
    assert entries(paired, "update") == []


@pytest.mark.parametrize("size", [0, wire.MAX_UPDATE_BYTES + 1])
async def test_a_release_of_a_size_that_cannot_be_is_not_sent(paired: Companion, peer: Peer, size: int) -> None:
    with pytest.raises(ReleaseTooLarge):
        await paired.update(bytes(size))
    assert "update" not in [operation for operation, _ in peer.requests]
