"""Requests and answers: each frame finds its conversation, each breach ends the session with a word for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkLost,
    LinkSilent,
    ProtocolBroken,
    RequestTimedOut,
)
from companion_app.link.events import (
    VoiceChanged,
)
from companion_app.link.requests import Timing, refusal
from tests.app.canned import STATUS
from tests.app.scripted_channel import QUICK, Scripted, exchange


async def test_an_answer_finds_its_question(scripted: Scripted) -> None:
    first, second = asyncio.create_task(scripted.client.status()), asyncio.create_task(scripted.client.invite())
    requests = {}
    for _ in range(2):
        operation, _, request = await scripted.channel.asked()
        requests[operation] = request
    assert requests["status"] != requests["invite"]
    scripted.channel.answer(requests["invite"], {"code": "A" * 26})
    scripted.channel.answer(requests["status"], {**STATUS, "news": 1})
    assert await second == "A" * 26
    assert (await first).battery_mv == 3900


async def test_frames_may_come_in_pieces_or_together(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    event = wire.json_frame(wire.EVENT, 0, {"event": "voice", "voice": "off"})
    data = event + event + wire.json_frame(wire.RESPONSE, request, STATUS)
    scripted.channel.say(*(data[at : at + 7] for at in range(0, len(data), 7)))
    assert (await asking).items == 1
    assert scripted.events == [VoiceChanged("off")] * 2


async def test_a_refusal_carries_code_and_detail(scripted: Scripted) -> None:
    with pytest.raises(GlassesRefused) as raised:
        await exchange(scripted, scripted.client.capture(), {"error": "light_open", "detail": {"mv": 3}})
    assert (raised.value.operation, raised.value.code, raised.value.detail) == ("capture", "light_open", {"mv": 3})


@pytest.mark.parametrize("code", ["made_up", 5, ["x"]])
def test_unknown_codes_are_not_passed_on(code: object) -> None:
    assert refusal("capture", code, {}).code == "unknown"
    assert refusal("capture", "busy", {"detail": "words"}).detail == {}


@pytest.mark.parametrize(
    "fields",
    [{}, {**STATUS, "battery_mv": -1}, {**STATUS, "items": "1"}, {**STATUS, "heap_free": True}],
)
async def test_an_answer_that_breaks_its_table_fails_the_request_alone(
    scripted: Scripted, fields: dict[str, Any]
) -> None:
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.status(), fields)
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1


@pytest.mark.parametrize("body", [b"{ ", b"[]", b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", b"\xff\xff"])
async def test_an_answer_that_is_no_object_fails_the_request_alone(scripted: Scripted, body: bytes) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    scripted.channel.say(wire.frame(wire.RESPONSE, request, body))
    with pytest.raises(AnswerMalformed):
        await asking
    assert not scripted.client.ended.done()


async def test_no_answer_in_time_fails_the_request_and_a_late_one_is_dropped(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    with pytest.raises(RequestTimedOut) as raised:
        await asking
    assert (raised.value.operation, raised.value.seconds) == ("status", QUICK.answer_within_s)
    scripted.channel.answer(request, STATUS)
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1


async def test_a_cancelled_request_is_forgotten(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    asking.cancel()
    await asyncio.wait([asking])
    scripted.channel.answer(request, STATUS)
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1


@pytest.mark.parametrize(
    ("frame", "breach"),
    [
        (wire.json_frame(wire.RESPONSE, 77, {}), "unasked"),
        (wire.media_frame(77, 0, b"x"), "unasked"),
        (wire.u32_frame(wire.ACK, 77, 0), "unasked"),
        (b"\x02\x00\x63\x00\x00{}", "unknown_type"),
        (b"\xff\xff\x02\x00\x00", "bad_length"),
        (b"\x02\x00\x01\x00\x00{}", "wrong_direction"),
        (wire.frame(wire.RESPONSE, 0, b"[]"), "not_an_object"),
    ],
)
async def test_a_breach_ends_the_session_and_says_which(scripted: Scripted, frame: bytes, breach: str) -> None:
    asking = asyncio.create_task(scripted.client.status())
    await scripted.channel.asked()
    scripted.channel.say(frame)
    with pytest.raises(ProtocolBroken) as raised:
        await asking
    assert raised.value.breach == breach
    assert await scripted.client.ended is raised.value
    with pytest.raises(ProtocolBroken):
        await scripted.client.status()


async def test_an_answer_twice_is_a_breach(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    scripted.channel.answer(request, STATUS)
    await asking
    scripted.channel.answer(request, STATUS)
    ended = await scripted.client.ended
    assert isinstance(ended, ProtocolBroken)
    assert ended.breach == "unasked"


async def test_media_instead_of_an_answer_is_a_breach(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    _, _, request = await scripted.channel.asked()
    scripted.channel.say(wire.media_frame(request, 0, b"x"))
    with pytest.raises(ProtocolBroken):
        await asking
    assert scripted.client.ended.done()


async def test_too_many_frames_for_one_request_are_a_breach(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.capture())
    _, _, request = await scripted.channel.asked()
    scripted.channel.say(wire.u32_frame(wire.ACK, request, 0) * 1100)
    with pytest.raises(ProtocolBroken):
        await asking


async def test_the_glasses_farewell_is_the_reason(scripted: Scripted) -> None:
    scripted.channel.answer(0, {"error": "bad_frame", "detail": {"reason": "bad_length"}})
    ended = await scripted.client.ended
    assert isinstance(ended, GlassesRefused)
    assert (ended.operation, ended.code, ended.detail) == ("session", "bad_frame", {"reason": "bad_length"})


async def test_a_lost_link_fails_what_waits_and_what_comes_later(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.status())
    await scripted.channel.asked()
    scripted.channel.lose()
    with pytest.raises(LinkLost):
        await asking
    with pytest.raises(LinkLost):
        await scripted.client.invite()


async def test_a_failed_send_ends_the_session(scripted: Scripted) -> None:
    scripted.channel.closed = True
    with pytest.raises(LinkLost):
        await scripted.client.status()
    assert scripted.client.ended.done()


async def test_voice_is_taken_where_it_is_allowed(scripted: Scripted) -> None:
    scripted.voice_allowed = True
    scripted.channel.say(wire.frame(wire.AUDIO, 0, bytes(6)))
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1
    assert scripted.voice == [bytes(6)]


async def test_voice_that_makes_no_sense_is_a_breach(scripted: Scripted) -> None:
    scripted.voice_allowed, scripted.voice_makes_sense = True, False
    scripted.channel.say(wire.frame(wire.AUDIO, 0, bytes(6)))
    ended = await scripted.client.ended
    assert isinstance(ended, ProtocolBroken)
    assert ended.breach == "bad_sound"


@pytest.mark.parametrize("held", [None, "stream"])
async def test_voice_that_is_no_longer_allowed_is_dropped_so_that_the_glasses_can_be_told(
    scripted: Scripted, held: str | None
) -> None:
    if held is not None:
        await exchange(scripted, scripted.client.set_voice(held, "ab" * 32), {"settings": {"voice": held}})
    scripted.channel.say(wire.frame(wire.AUDIO, 0, bytes(6)))
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1
    assert scripted.voice == []


@pytest.mark.parametrize("held", ["off", "keyword"])
async def test_voice_from_glasses_that_say_they_send_none_is_a_breach(scripted: Scripted, held: str) -> None:
    await exchange(scripted, scripted.client.set_voice(held, "ab" * 32), {"settings": {"voice": held}})
    scripted.channel.say(wire.frame(wire.AUDIO, 0, bytes(6)))
    ended = await scripted.client.ended
    assert isinstance(ended, ProtocolBroken)
    assert ended.breach == "voice_not_allowed"


async def test_a_ping_is_answered_with_its_number(scripted: Scripted) -> None:
    scripted.channel.say(wire.u32_frame(wire.PING, 9, 0xDEADBEEF))
    assert await scripted.channel.heard() == (wire.PONG, 9, (0xDEADBEEF).to_bytes(4, "little"))


async def test_silence_after_a_ping_ends_the_session() -> None:
    scripted = Scripted(Timing(ping_every_s=0.01, pong_within_s=0.05))
    kind, request, body = await scripted.channel.heard()
    assert kind == wire.PING
    scripted.channel.say(wire.frame(wire.PONG, request, body))
    kind, request, body = await scripted.channel.heard()
    scripted.channel.say(wire.u32_frame(wire.PONG, request, wire.u32(body) + 1))
    ended = await asyncio.wait_for(scripted.client.ended, 5)
    assert isinstance(ended, LinkSilent)
    await scripted.client.close()


async def test_request_numbers_wrap_and_skip_those_in_use(scripted: Scripted) -> None:
    numbers: list[int] = []
    asking: list[asyncio.Task[object]] = []
    for _ in range(2):
        scripted.client._requests._last = 0xFFFF
        asking.append(asyncio.create_task(scripted.client.status()))
        numbers.append((await scripted.channel.asked())[2])
    assert numbers == [1, 2]
    for request in numbers:
        scripted.channel.answer(request, STATUS)
    await asyncio.gather(*asking)


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=6))
def test_any_bytes_are_frames_or_a_breach(pieces: list[bytes]) -> None:
    async def feed() -> None:
        scripted = Scripted()
        scripted.channel.say(*pieces)
        scripted.channel.lose()
        assert isinstance(await scripted.client.ended, LinkLost | ProtocolBroken | GlassesRefused)
        await scripted.client.close()

    asyncio.run(feed())
