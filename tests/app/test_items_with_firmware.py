"""Clips, rounds of imports and their troubles between the app and the real firmware on the virtual board and radio."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import av
import numpy as np
import pytest

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery.errors import ItemNotImported
from companion_app.link.errors import GlassesRefused
from companion_app.link.transfers import Partial
from host_tools.bench.rig import Rig, connected

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

_TAKEN_WITHIN_S = 20


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """Provisioned, paired and connected over a radio that takes no time."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected("instant"))


async def exposures_on_record(app: Companion) -> list[dict[str, Any]]:
    """The data of every exposure in the journal of the glasses."""
    lines = [json.loads(line) for line in await app.glasses.journal(0, 1000)]
    return [data for _, _, kind, data in lines if kind == "exposure"]


async def test_a_clip_with_sound_is_what_the_world_showed_and_said(rig: Rig) -> None:
    app, world = rig.companion, rig.simulator.world
    app.onboarding.answer("voice_listen", "yes")
    app.onboarding.answer("voice_leave", "yes")
    async with asyncio.timeout(_TAKEN_WITHIN_S):
        while app.settings["voice"] != "stream":  # noqa: ASYNC110 delivered in the background
            await asyncio.sleep(0.01)
    await app.change_settings(clip_audio=True)
    seconds = np.arange(8 * 16000) / 16000
    world.sound.play_samples((8000 * np.sin(2 * np.pi * 440 * seconds)).astype(np.int16), 16000)

    clip = await app.clip(2)

    assert (clip.kind, clip.whole, clip.reason, clip.light["verdict"]) == ("clip", True, "done", "proven")
    handed_out = {exposure.sha256 for exposure in world.exposures}
    with av.open(io.BytesIO(clip.read())) as container:
        packets = [(packet.stream.type, bytes(packet)) for packet in container.demux() if packet.size]
        rate = container.streams.audio[0].rate
    frames = [body for kind, body in packets if kind == "video"]
    assert len(frames) == clip.frames > 5
    assert {hashlib.sha256(frame).hexdigest() for frame in frames} <= handed_out
    assert clip.preview() == frames[0]
    assert rate == 16000
    sound = np.frombuffer(b"".join(body for kind, body in packets if kind == "audio"), dtype="<i2")
    assert 1000 < clip.duration_ms < 4000
    assert abs(len(sound) / 16 - clip.duration_ms) < 400
    heard = np.abs(np.fft.rfft(sound[-16000:]))
    assert np.argmax(heard[20:]) + 20 == pytest.approx(440 * len(sound[-16000:]) / 16000, abs=3)
    begun, ended = await exposures_on_record(app)
    assert (begun["state"], ended["state"], ended["commit"]) == ("begun", "ended", clip.commitment)
    assert [entry.data["commit"] for entry in app.ledger.entries() if entry.kind == "import"] == [clip.commitment]
    assert [item.imported for item in await app.items()] == [True]


async def test_of_a_clip_that_a_power_cut_ended_the_app_keeps_what_was_sealed(rig: Rig) -> None:
    app, board = rig.companion, rig.simulator.board
    begun = await app.glasses.clip(30)
    rig.simulator.world.power.cut(after_writes=1500)
    await board.wait_until_off()
    await board.start()
    async with asyncio.timeout(60):
        while not app.gallery.pictures():  # noqa: ASYNC110 found again and imported in the background
            await asyncio.sleep(0.05)
    (clip,) = app.gallery.pictures()
    assert (clip.item, clip.kind, clip.whole, clip.reason) == (begun.item, "clip", False, "power_cut")
    with av.open(io.BytesIO(clip.read())) as container:
        frames = [bytes(packet) for packet in container.demux() if packet.size]
    assert len(frames) == clip.frames >= 1
    handed_out = {exposure.sha256 for exposure in rig.simulator.world.exposures}
    assert {hashlib.sha256(frame).hexdigest() for frame in frames} <= handed_out
    states = [(data["state"], data["item"]) for data in await exposures_on_record(app)]
    assert states == [("begun", begun.item), ("cut", begun.item)]


async def test_a_burst_is_imported_confirmed_and_erased_where_the_owner_wants_it(rig: Rig) -> None:
    app = rig.companion
    await app.change_settings(erase_after_import=True)
    pictures = await app.burst(3)
    assert len(pictures) == 3
    assert await app.items() == []
    assert [entry.data["erased"] for entry in app.ledger.entries() if entry.kind == "imported"] == [True] * 3
    commits = [data["commit"] for data in await exposures_on_record(app)]
    assert commits == [picture.commitment for picture in pictures]
    assert await app.sync() == []


async def test_a_round_takes_thumbnails_first_and_survives_a_drop(rig: Rig) -> None:
    app = rig.companion
    for _ in range(3):
        await app.glasses.capture()
    fetched: list[tuple[str, int]] = []
    seen: list[tuple[int, int]] = []
    fetch = app._importer._fetcher.fetch

    async def watched(partial: Partial, *more: Any) -> bytes:
        fetched.append((partial.part, partial.item))
        return await fetch(partial, *more)

    app._importer._fetcher.fetch = watched
    rig.simulator.radio.drop_after(120_000)
    pictures = await app.sync(lambda item, have, size: seen.append((item, have)))

    assert [(part, item) for part in ("thumb", "item") for item in (1, 2, 3)] == fetched
    assert [picture.item for picture in pictures] == [1, 2, 3]
    assert all(picture.thumb_sha256 is not None for picture in pictures)
    assert seen == sorted(seen), "no byte was counted twice"
    assert app.link_info()["resumed"] >= 1
    assert (await app.status()).not_imported == 0
    assert await app.sync() == []


async def test_a_card_that_is_pulled_out_between_two_items_is_named_and_the_other_comes(rig: Rig) -> None:
    app, world = rig.companion, rig.simulator.world
    problems: list[AppError] = []
    app.on_problem(problems.append)
    world.card.insert()
    await use_card(app)
    on_card = await app.glasses.capture()
    await app.change_settings(storage="flash")
    on_flash = await app.glasses.capture()
    assert (on_card.item.place, on_flash.item.place) == ("card", "flash")
    world.card.pull()
    brought = [picture.item for picture in await app.sync()]
    held = [picture.item for picture in app.gallery.pictures()]
    assert on_flash.item.id in held
    assert on_card.item.id not in brought + held
    causes = [problem.cause for problem in problems if isinstance(problem, ItemNotImported)]
    assert causes
    assert {cause.code for cause in causes if isinstance(cause, GlassesRefused)} == {"card_absent"}
    world.card.insert()
    async with asyncio.timeout(_TAKEN_WITHIN_S):
        while on_card.item.id not in [picture.item for picture in app.gallery.pictures()]:
            await app.sync()
    assert [item.imported for item in await app.items()] == [True, True]


async def use_card(app: Companion) -> None:
    """Store on the card that was just put in: a new one has to be adopted."""
    await app.change_settings(storage="card")
    with pytest.raises(GlassesRefused) as raised:
        await app.capture()
    assert raised.value.code == "card_foreign"
    assert await app.adopt_card() == "ready"


async def test_what_is_not_there_and_what_lies_past_the_end_are_named(rig: Rig) -> None:
    app = rig.companion
    taken = await app.glasses.capture()
    item = taken.item
    await app.sync()
    assert app.gallery.holds(item.sealed_sha256)
    past = Partial(item.id, "item", item.sealed_bytes + 9, item.sealed_sha256, bytearray(item.sealed_bytes + 1))
    for partial, code in (
        (Partial(item.id + 1, "item", 10, "00" * 32), "unknown_item"),
        (past, "bad_offset"),
    ):
        with pytest.raises(GlassesRefused) as raised:
            await app.glasses.fetch(partial)
        assert raised.value.code == code
    with pytest.raises(GlassesRefused) as raised:
        await app.glasses.imported(item.id + 1, "00" * 32)
    assert raised.value.code == "unknown_item"
    with pytest.raises(GlassesRefused):
        await app.glasses.imported(item.id, "00" * 32)
    assert (await app.capture()).item == item.id + 1
