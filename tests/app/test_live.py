"""A live session as the app sees it: every frame checked, every end told, and the chain held against the glasses'."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkError,
    LinkLost,
    LiveOver,
    ProtocolBroken,
    TransferDamaged,
)
from companion_app.link.events import LiveEnded
from companion_app.link.live import LiveEnd, LiveFrame, LiveView
from companion_app.link.transfers import Partial
from tests.app.canned import ANY_JSON
from tests.app.scripted_channel import Scripted

SALT = bytes(range(32))
LIGHT = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 350}}
JPEG = b"\xff\xd8" + bytes(9000) + b"\xff\xd9"


class Glasses:
    """The other end, by hand: what it counts as having left."""

    def __init__(self, scripted: Scripted) -> None:
        self.channel = scripted.channel
        self.frames = 0
        self.digest = hmac.digest(SALT, b"plainsight-live-v1", "sha256")

    async def begun(self, record: int = 7) -> None:
        """Answer the request that begins it."""
        operation, fields, request = await self.channel.asked()
        assert (operation, fields) == ("live", {"seconds": 60, "size": "vga"})
        self.channel.answer(request, {"record": record, "level": "optical", "salt": SALT.hex()})

    async def asked(self) -> int:
        """The request for the next frame."""
        operation, fields, request = await self.channel.asked()
        assert (operation, fields) == ("live_frame", {"window": wire.DEFAULT_WINDOW})
        return request

    def answer(self, request: int, jpeg: bytes = JPEG, **changes: Any) -> None:
        """Let a frame's answer leave: it counts."""
        sha256 = hashlib.sha256(jpeg).digest()
        self.frames += 1
        self.digest = hmac.digest(SALT, self.digest + sha256, "sha256")
        header = {"seq": self.frames, "time_ms": 5, "size": len(jpeg), "sha256": sha256.hex(), "light": LIGHT}
        self.channel.answer(request, {**header, **changes})

    def media(self, request: int, jpeg: bytes = JPEG) -> None:
        for offset in range(0, len(jpeg), wire.MEDIA_CHUNK):
            self.channel.say(wire.media_frame(request, offset, jpeg[offset : offset + wire.MEDIA_CHUNK]))

    async def give(self, jpeg: bytes = JPEG) -> None:
        """The next frame, whole."""
        request = await self.asked()
        self.answer(request, jpeg)
        self.media(request, jpeg)
        while (heard := await self.channel.heard())[:2] == (wire.ACK, request):
            if wire.u32(heard[2]) == len(jpeg):
                return

    def end(self, reason: str, record: int | None = 9, **changes: Any) -> None:
        """Tell the end."""
        told = {"event": "live", "reason": reason, "frames": self.frames, "digest": self.digest.hex(), **changes}
        self.channel.say(wire.json_frame(wire.EVENT, 0, told if record is None else {**told, "record": record}))

    async def stopped(self) -> None:
        """They are asked to stop, and do."""
        operation, _, request = await self.channel.asked()
        assert operation == "stop"
        self.channel.answer(request, {"stopped": "live"})
        self.end("app")


@asynccontextmanager
async def looking(scripted: Scripted) -> AsyncIterator[tuple[Glasses, LiveView]]:
    """A session that has begun; whoever leaves it before its end is heard to stop it."""
    glasses = Glasses(scripted)
    beginning = asyncio.create_task(glasses.begun())
    stopping: asyncio.Task[None] | None = None
    try:
        async with scripted.client.live(60) as view:
            await beginning
            yield glasses, view
            if not view.ended.done() and not scripted.client.ended.done():
                stopping = asyncio.create_task(glasses.stopped())
    finally:
        if stopping is not None:
            await stopping


async def aiter_of(scripted: Scripted) -> AsyncIterator[LiveView]:
    """A session that somebody begins."""
    async with scripted.client.live(60) as view:
        yield view


async def pulled(glasses: Glasses, view: LiveView) -> LiveFrame:
    giving = asyncio.create_task(glasses.give())
    frame = await view.next()
    await giving
    return frame


async def test_frames_come_one_by_one_and_the_chains_agree(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        assert (view.begun.record, view.begun.seconds, view.begun.size, view.begun.level) == (7, 60, "vga", "optical")
        for number in (1, 2):
            frame = await pulled(glasses, view)
            assert frame == LiveFrame(JPEG, number, 5, LIGHT, hashlib.sha256(JPEG).hexdigest())
    assert view.ended.result() == LiveEnd("app", 2, glasses.digest.hex(), 9, True)
    assert scripted.events == [LiveEnded("app", 2, glasses.digest.hex(), 9)]


@pytest.mark.parametrize("changes", [{"frames": 2}, {"digest": "00" * 32}])
async def test_a_count_or_digest_of_theirs_that_is_not_ours_is_said(
    scripted: Scripted, changes: dict[str, Any]
) -> None:
    async with looking(scripted) as (glasses, view):
        await pulled(glasses, view)
        glasses.end("time", **changes)
        assert (await view.ended).agrees is False


@pytest.mark.parametrize("reason", ["time", "keyword", "button", "light_lost", "battery_low", "of a later version"])
async def test_an_end_of_theirs_ends_the_frames(scripted: Scripted, reason: str) -> None:
    async with looking(scripted) as (glasses, view):
        seen: list[LiveFrame] = []

        async def watch() -> None:
            async for frame in view:
                seen.append(frame)

        watching = asyncio.create_task(watch())
        await glasses.give()
        request = await glasses.asked()
        glasses.channel.answer(request, {"error": "not_live"})
        await asyncio.wait([watching], timeout=0.05)  # they close the camera first
        glasses.end(reason)
        await watching
        assert len(seen) == 1
        assert (await view.stop()).reason == reason
        with pytest.raises(LiveOver) as over:
            await view.next()
        assert over.value.ended == reason
    assert glasses.channel.sent == type(glasses.channel.sent)(), "nobody is asked to stop what has ended"


async def test_an_end_in_the_midst_of_a_frame_throws_it_away(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        next_frame = asyncio.create_task(view.next())
        request = await glasses.asked()
        glasses.answer(request)
        glasses.channel.say(wire.media_frame(request, 0, JPEG[: wire.MEDIA_CHUNK]))
        glasses.channel.answer(request, {"error": "not_live"})
        glasses.end("keyword")
        with pytest.raises(LiveOver, match="keyword"):
            await next_frame
        assert view.ended.result().agrees, "it counted: its answer had left"


async def test_a_refused_beginning_runs_nothing_and_stops_nothing(scripted: Scripted) -> None:
    async def refuse() -> None:
        _, _, request = await scripted.channel.asked()
        scripted.channel.answer(request, {"error": "light_unseen"})

    refusing = asyncio.create_task(refuse())
    with pytest.raises(GlassesRefused, match="light_unseen"):
        async with scripted.client.live(60):
            pytest.fail("nothing began")
    await refusing
    assert not scripted.channel.sent


async def test_a_second_session_is_refused_and_the_first_goes_on(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        with pytest.raises(GlassesRefused, match="busy"):
            async with scripted.client.live(60):
                pytest.fail("one at a time")
        await pulled(glasses, view)
        glasses.end("time")
        assert (await view.ended).agrees


async def test_an_import_waits_for_the_end_and_a_session_for_the_import(scripted: Scripted) -> None:
    """The glasses have one transfer at a time: a frame in its midst would be refused."""
    partial = Partial(3, "item", len(JPEG), hashlib.sha256(JPEG).hexdigest())
    async with looking(scripted) as (glasses, view):
        fetching = asyncio.create_task(scripted.client.fetch(partial))
        await pulled(glasses, view)
        assert not scripted.channel.sent
    operation, _, request = await scripted.channel.asked()
    assert operation == "fetch"
    beginning = asyncio.create_task(anext(aiter_of(scripted)))
    await asyncio.wait([beginning], timeout=0.05)
    assert not scripted.channel.sent, "no light goes on while an import runs"
    scripted.channel.answer(request, {"size": partial.size, "sha256": partial.sha256})
    glasses.media(request)
    assert await fetching == JPEG
    while (heard := await scripted.channel.heard())[0] != wire.REQUEST:
        pass
    operation, _ = wire.parse_request(heard[2])
    assert operation == "live"
    beginning.cancel()
    await asyncio.wait([beginning])


async def test_a_beginning_that_nobody_waits_for_any_more_is_stopped(scripted: Scripted) -> None:
    async def look() -> None:
        async with scripted.client.live(60):
            pytest.fail("nobody waits")

    task = asyncio.create_task(look())
    await scripted.channel.asked()
    task.cancel()
    operation, _, request = await scripted.channel.asked()
    assert operation == "stop"
    scripted.channel.answer(request, {"stopped": "live"})
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("answered", [False, True])
async def test_a_frame_that_was_given_up_counts_where_its_answer_had_left(scripted: Scripted, answered: bool) -> None:
    async with looking(scripted) as (glasses, view):
        given_up = asyncio.create_task(view.next())
        request = await glasses.asked()
        given_up.cancel()
        await asyncio.wait([given_up])
        assert (await glasses.channel.heard())[:2] == (wire.CANCEL, request)
        if answered:  # it crossed with the word that nobody wants it
            glasses.answer(request)
            glasses.channel.say(wire.media_frame(request, 0, JPEG[: wire.MEDIA_CHUNK]))
        assert (await pulled(glasses, view)).seq == glasses.frames == 1 + answered
        giving_up = asyncio.create_task(view.next())
        request = await glasses.asked()
        giving_up.cancel()
        await asyncio.wait([giving_up])
        await glasses.channel.heard()
        if answered:
            glasses.answer(request)
        glasses.end("time")
        assert await view.ended == LiveEnd("time", glasses.frames, glasses.digest.hex(), 9, True)


async def test_an_end_that_overtakes_the_answer_of_its_beginning_counts(scripted: Scripted) -> None:
    glasses = Glasses(scripted)

    async def begin_and_end() -> None:
        _, _, request = await glasses.channel.asked()
        glasses.end("button", record=3)  # of a session before this one
        glasses.end("keyword", record=8)
        glasses.channel.answer(request, {"record": 7, "level": "optical", "salt": SALT.hex()})

    ending = asyncio.create_task(begin_and_end())
    async with scripted.client.live(60) as view:
        assert (await view.ended).reason == "keyword"
    await ending


async def test_a_lost_link_is_an_end(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        await pulled(glasses, view)
        next_frame = asyncio.create_task(view.next())
        await glasses.asked()
        glasses.channel.lose()
        with pytest.raises(LiveOver, match="link"):
            await next_frame
        assert await view.ended == LiveEnd("link")
    assert isinstance(await scripted.client.ended, LinkLost)


async def test_a_link_that_is_lost_while_nobody_asks_is_an_end(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        glasses.channel.lose()
        assert await view.ended == LiveEnd("link")


async def test_glasses_that_fall_silent_are_a_lost_link_and_are_told_to_stop_all_the_same(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        with pytest.raises(LiveOver, match="link"):
            await view.next()
        await glasses.asked()
        assert (await glasses.channel.heard())[0] == wire.CANCEL
        assert view.ended.result() == LiveEnd("link")
        stopping = asyncio.create_task(glasses.stopped())
    await stopping


@pytest.mark.parametrize("changes", [{"seq": 2}, {"seq": 9}])
async def test_a_frame_out_of_order_is_a_breach(scripted: Scripted, changes: dict[str, Any]) -> None:
    async with looking(scripted) as (glasses, view):
        next_frame = asyncio.create_task(view.next())
        glasses.answer(await glasses.asked(), **changes)
        with pytest.raises(ProtocolBroken, match="live_out_of_order"):
            await next_frame


async def test_a_frame_that_is_not_what_was_announced_is_damaged(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        next_frame = asyncio.create_task(view.next())
        request = await glasses.asked()
        glasses.answer(request)
        glasses.media(request, JPEG[:-1] + b"\x00")
        with pytest.raises(TransferDamaged):
            await next_frame
        while (await glasses.channel.heard())[0] != wire.ACK:
            pass


async def test_a_second_call_waits_for_the_first(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        both = [asyncio.create_task(view.next()) for _ in range(2)]
        await glasses.give()
        await glasses.give()
        assert [frame.seq for frame in await asyncio.gather(*both)] == [1, 2]


HEADER = {"seq": 1, "time_ms": 5, "size": 4, "sha256": "00" * 32, "light": LIGHT}


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from([*HEADER, "error", "x"]), ANY_JSON))
def test_no_answer_does_more_than_fail(spoilt: dict[str, Any]) -> None:
    async def look() -> None:
        scripted = Scripted()
        try:
            async with looking(scripted) as (glasses, view):
                next_frame = asyncio.create_task(view.next())
                request = await glasses.asked()
                glasses.channel.answer(request, {**HEADER, **spoilt})
                glasses.channel.say(wire.media_frame(request, 0, b"\xff" * 4))
                glasses.end("time")
                with pytest.raises(LinkError):
                    await next_frame
        finally:
            await scripted.client.close()

    asyncio.run(look())


async def test_only_what_fits_the_table_is_an_answer(scripted: Scripted) -> None:
    async with looking(scripted) as (glasses, view):
        next_frame = asyncio.create_task(view.next())
        glasses.channel.answer(await glasses.asked(), {"seq": 1})
        with pytest.raises(AnswerMalformed):
            await next_frame
        await glasses.channel.heard()
