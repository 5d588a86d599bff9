"""Requests and answers: each frame finds its conversation, each breach ends the session with a word for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link import answers
from companion_app.link.answers import Captured, Refusal, VoiceChanged
from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkLost,
    LinkSilent,
    ProtocolBroken,
    RequestTimedOut,
    UnknownVersion,
)
from companion_app.link.requests import Timing, refusal
from tests.app.scripted_channel import QUICK, Scripted

STATUS = {"battery_mv": 3900, "free_bytes": 5, "items": 1, "heap_free": 9}
ITEM = {
    "id": 3,
    "time_s": 1,
    "trigger": "app",
    "sealed_bytes": 10,
    "sealed_sha256": "ab" * 32,
    "light": {"level": "optical"},
}
HELLO = {
    "version": wire.VERSION,
    "board": "b",
    "firmware": "f",
    "mode": "locked",
    "level": "optical",
    "phone": 1,
    "battery_mv": 3900,
    "settings": {},
    "journal_count": 0,
    "journal_head": "00" * 32,
}


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    yield scripted
    await scripted.client.close()


async def exchange(scripted: Scripted, asking: Any, fields: dict[str, Any]) -> Any:
    task = asyncio.ensure_future(asking)
    _, _, request = await scripted.channel.asked()
    scripted.channel.answer(request, fields)
    return await task


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
    scripted.channel.say(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1


@pytest.mark.parametrize("held", [None, "stream"])
async def test_voice_that_is_no_longer_allowed_is_dropped_so_that_the_glasses_can_be_told(
    scripted: Scripted, held: str | None
) -> None:
    if held is not None:
        await exchange(scripted, scripted.client.set_voice(held, "ab" * 32), {"settings": {"voice": held}})
    scripted.channel.say(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
    assert (await exchange(scripted, scripted.client.status(), STATUS)).items == 1


@pytest.mark.parametrize("held", ["off", "keyword"])
async def test_voice_from_glasses_that_say_they_send_none_is_a_breach(scripted: Scripted, held: str) -> None:
    await exchange(scripted, scripted.client.set_voice(held, "ab" * 32), {"settings": {"voice": held}})
    scripted.channel.say(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
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


async def test_events_are_checked_and_typed(scripted: Scripted) -> None:
    good = {"item": ITEM, "jpeg_sha256": "cd" * 32, "jpeg_bytes": 7}
    for fields in (
        {"event": "item", **good},
        {"event": "item", **good, "jpeg_bytes": 0},
        {"event": "item", **good, "item": {"id": 3}},
        {"event": "later_version", "x": 1},
        {"event": ["item"]},
        {"event": "refusal", "reason": "busy", "trigger": "button"},
        {"event": "refusal", "reason": "busy", "trigger": "button", "detail": {"a": 1}},
    ):
        scripted.channel.say(wire.json_frame(wire.EVENT, 0, fields))
    await exchange(scripted, scripted.client.status(), STATUS)
    assert scripted.events == [
        Captured(answers.Item(**ITEM), "cd" * 32, 7),
        Refusal("busy", "button", {}),
        Refusal("busy", "button", {"a": 1}),
    ]


async def test_hello_of_another_version_is_refused(scripted: Scripted) -> None:
    with pytest.raises(UnknownVersion) as raised:
        await exchange(scripted, scripted.client.hello(5), {**HELLO, "version": 2})
    assert (raised.value.theirs, raised.value.ours) == (2, wire.VERSION)


async def test_hello_sets_the_clock(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.hello(1_800_000_000))
    operation, fields, request = await scripted.channel.asked()
    assert (operation, fields) == ("hello", {"version": wire.VERSION, "time_s": 1_800_000_000})
    scripted.channel.answer(request, HELLO)
    assert (await asking).mode == "locked"


async def answer_pages(scripted: Scripted, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []
    for page in pages:
        _, fields, request = await scripted.channel.asked()
        asked.append(fields)
        scripted.channel.answer(request, page)
    return asked


async def test_items_are_read_page_by_page(scripted: Scripted) -> None:
    reading = asyncio.create_task(scripted.client.items())
    second = {**ITEM, "id": 8}
    asked = await answer_pages(scripted, [{"items": [ITEM], "more": True}, {"items": [second], "more": False}])
    assert [item.id for item in await reading] == [3, 8]
    assert asked == [{"after": 0}, {"after": 3}]


@pytest.mark.parametrize(
    "page",
    [
        {"items": [ITEM, ITEM], "more": False},
        {"items": [], "more": True},
        {"items": [{**ITEM, "sealed_sha256": "x"}], "more": False},
        {"items": ["x"], "more": False},
    ],
)
async def test_bad_pages_of_items_are_refused(scripted: Scripted, page: dict[str, Any]) -> None:
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.items(), page)


async def test_the_journal_is_read_page_by_page_up_to_a_count(scripted: Scripted) -> None:
    reading = asyncio.create_task(scripted.client.journal(5, 3))
    asked = await answer_pages(scripted, [{"records": ["a", "b"], "more": True}, {"records": ["c", "d"], "more": True}])
    assert await reading == ["a", "b", "c"]
    assert asked == [{"from": 5}, {"from": 7}]


@pytest.mark.parametrize("page", [{"records": [], "more": True}, {"records": [5], "more": False}])
async def test_bad_pages_of_the_journal_are_refused(scripted: Scripted, page: dict[str, Any]) -> None:
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.journal(0, 5), page)


async def test_phones_are_checked(scripted: Scripted) -> None:
    row = {"id": 1, "name": "phone", "paired_s": 5, "current": True}
    found = await exchange(scripted, scripted.client.phones(), {"phones": [row]})
    assert found == [answers.Phone(1, "phone", 5, True)]
    for bad in ("x", {}, {**row, "current": 1}):
        with pytest.raises(AnswerMalformed):
            await exchange(scripted, scripted.client.phones(), {"phones": [bad]})


async def test_deleting_must_name_the_same_item(scripted: Scripted) -> None:
    await exchange(scripted, scripted.client.delete(4), {"item": 4})
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.delete(4), {"item": 5})


async def test_the_voice_that_holds_is_told(scripted: Scripted) -> None:
    held = await exchange(scripted, scripted.client.set_voice("off", "ab" * 32), {"settings": {"voice": "keyword"}})
    assert held == "keyword"
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.set_voice("off", "ab" * 32), {"settings": {}})


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


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_fields = st.dictionaries(st.sampled_from(["event", "item", "jpeg_sha256", "jpeg_bytes", "reason", "voice"]), _json)


@given(_fields, st.sampled_from(["item", "refusal", "voice", "other"]))
def test_any_event_is_typed_ignored_or_refused(fields: dict[str, Any], name: str) -> None:
    body = json.dumps({**fields, "event": name}).encode()
    try:
        event = answers.parse_event(body)
    except wire.BadBody:
        return
    assert (event is None) == (name == "other")


@given(_json)
def test_any_item_or_phone_is_typed_or_refused(value: object) -> None:
    for parse in (answers.Item.parse, answers.parse_phone):
        with pytest.raises(wire.BadBody):
            parse(value)
