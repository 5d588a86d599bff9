"""Requests and answers: each frame finds its conversation, each breach ends the session with a word for it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link import answers, events
from companion_app.link.answers import Captured
from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkLost,
    LinkSilent,
    ProtocolBroken,
    RequestTimedOut,
    TransferDamaged,
    UnknownVersion,
)
from companion_app.link.events import (
    CardChanged,
    Marked,
    PowerChanged,
    RecordingChanged,
    Refusal,
    UpdateChanged,
    VoiceChanged,
)
from companion_app.link.requests import Timing, refusal
from tests.app.scripted_channel import QUICK, Scripted

STATUS = {
    "battery_mv": 3900,
    "battery_percent": 80,
    "temperature_c": -5,
    "state": "connectable",
    "recording": "nothing",
    "muted": False,
    "free_bytes": 5,
    "card": "none",
    "items": 1,
    "not_imported": 1,
    "unsigned": 3,
    "uptime_s": 7,
    "heap_free": 9,
}
ITEM = {
    "id": 3,
    "kind": "photo",
    "time_s": 1,
    "trigger": "app",
    "frames": 1,
    "duration_ms": 0,
    "sealed_bytes": 10,
    "sealed_sha256": "ab" * 32,
    "thumb_bytes": 0,
    "light": {"level": "optical"},
    "whole": True,
    "imported": False,
    "place": "flash",
}
THUMB = {"thumb_bytes": 7, "thumb_sha256": "ef" * 32}
HELLO = {
    "version": wire.VERSION,
    "board": "b",
    "firmware": "f",
    "mode": "locked",
    "level": "optical",
    "phone": 1,
    "battery_mv": 3900,
    "settings": {},
    "journal_first": 0,
    "journal_first_head": "11" * 32,
    "journal_count": 0,
    "journal_head": "00" * 32,
    "crashes": 0,
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
    good = {"item": ITEM, "media_sha256": "cd" * 32, "media_bytes": 7, "reason": "light_lost"}
    for fields in (
        {"event": "item", **good},
        {"event": "item", **good, "media_bytes": 0},
        {"event": "item", **good, "item": {"id": 3}},
        {"event": "later_version", "x": 1},
        {"event": ["item"]},
        {"event": "refusal", "reason": "busy", "trigger": "button"},
        {"event": "refusal", "reason": "busy", "trigger": "button", "detail": {"a": 1}},
        {"event": "recording", "what": "clip", "on": True, "trigger": "app"},
        {"event": "recording", "what": "clip", "on": False, "trigger": "app", "reason": "done"},
        {"event": "recording", "what": "film", "on": True, "trigger": "app"},
        {"event": "mark", "record": 7, "trigger": "button"},
        {"event": "power", "state": "shelf", "reason": "idle"},
        {"event": "card", "card": "foreign"},
        {"event": "update", "version": "0.2.0", "state": "rolled_back"},
    ):
        scripted.channel.say(wire.json_frame(wire.EVENT, 0, fields))
    await exchange(scripted, scripted.client.status(), STATUS)
    assert scripted.events == [
        Captured(answers.Item.parse(ITEM), "cd" * 32, 7, "light_lost"),
        Refusal("busy", "button", {}),
        Refusal("busy", "button", {"a": 1}),
        RecordingChanged("clip", True, "app", None),
        RecordingChanged("clip", False, "app", "done"),
        Marked(7, "button"),
        PowerChanged("shelf", "idle"),
        CardChanged("foreign"),
        UpdateChanged("0.2.0", "rolled_back"),
    ]


def test_every_event_of_the_wire_is_typed() -> None:
    assert set(events._MAKERS) == set(wire.EVENTS)  # pyright: ignore[reportPrivateUsage]


async def test_hello_of_another_version_is_refused(scripted: Scripted) -> None:
    with pytest.raises(UnknownVersion) as raised:
        await exchange(scripted, scripted.client.hello(5), {**HELLO, "version": 2})
    assert (raised.value.theirs, raised.value.ours) == (2, wire.VERSION)


async def test_of_hellos_settings_those_are_kept_that_are_understood(scripted: Scripted) -> None:
    told = {"voice": "off", "clip_seconds": 0, "button": None, "app": False, "later": 1}
    hello = await exchange(scripted, scripted.client.hello(5), {**HELLO, "settings": told})
    assert hello.settings == {"voice": "off", "app": False}
    hello = await exchange(scripted, scripted.client.hello(5), {**HELLO, "settings": {"voice": "loud"}})
    assert hello.settings == {}


async def test_one_item_is_asked_for_by_one_page(scripted: Scripted) -> None:
    for number, page, found in ((3, [ITEM, {**ITEM, "id": 4}], 3), (2, [ITEM], None), (9, [], None)):
        asking = asyncio.create_task(scripted.client.item(number))
        _, fields, request = await scripted.channel.asked()
        assert fields == {"after": number - 1}
        scripted.channel.answer(request, {"items": page, "more": bool(page)})
        item = await asking
        assert (item.id if item else None) == found


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
        {"items": [{**ITEM, "thumb_bytes": 5}], "more": False},
        {"items": [{**ITEM, "kind": "film"}], "more": False},
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
    with_key = {**row, "wrap_key": "ab" * 32, "wrapped": True, "news": 1}
    found = await exchange(scripted, scripted.client.phones(), {"phones": [with_key]})
    assert found == [answers.Phone(1, "phone", 5, True, "ab" * 32, True)]
    for bad in ("x", {}, {**row, "current": 1}, {**row, "wrap_key": "x"}):
        with pytest.raises(AnswerMalformed):
            await exchange(scripted, scripted.client.phones(), {"phones": [bad]})


async def test_deleting_must_name_the_same_item(scripted: Scripted) -> None:
    await exchange(scripted, scripted.client.delete(4), {"item": 4})
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.delete(4), {"item": 5})


async def test_the_voice_that_holds_is_told(scripted: Scripted) -> None:
    held = await exchange(scripted, scripted.client.set_voice("off", "ab" * 32), {"settings": {"voice": "keyword"}})
    assert held == "keyword"
    for bad in ({}, {"voice": "loud"}):
        with pytest.raises(AnswerMalformed):
            await exchange(scripted, scripted.client.set_voice("off", "ab" * 32), {"settings": bad})


# What the glasses can be asked besides pictures


async def test_settings_are_checked_both_ways(scripted: Scripted) -> None:
    asking = asyncio.create_task(scripted.client.settings(clip_seconds=9))
    operation, fields, request = await scripted.channel.asked()
    assert (operation, fields) == ("settings", {"clip_seconds": 9})
    scripted.channel.answer(request, {"settings": {"clip_seconds": 9, "later": 1}})
    assert await asking == {"clip_seconds": 9}
    with pytest.raises(AnswerMalformed):
        await exchange(scripted, scripted.client.settings(), {"settings": {"clip_seconds": 301}})


async def test_a_burst_is_at_most_what_was_asked_for(scripted: Scripted) -> None:
    rows = [{**ITEM, "id": number} for number in (3, 4)]
    taken = await exchange(scripted, scripted.client.burst(3), {"items": rows, "reason": "storage_full"})
    assert ([item.id for item in taken.items], taken.reason) == ([3, 4], "storage_full")
    assert (await exchange(scripted, scripted.client.burst(2), {"items": rows})).reason is None
    for bad in ({"items": [*rows, rows[0]]}, {"items": ["x"]}):
        with pytest.raises(AnswerMalformed):
            await exchange(scripted, scripted.client.burst(2), bad)


async def test_a_clip_says_what_the_settings_made_of_it(scripted: Scripted) -> None:
    for wanted, asked in (((None, None), {}), ((5, True), {"seconds": 5, "audio": True})):
        asking = asyncio.create_task(scripted.client.clip(*wanted))
        operation, fields, request = await scripted.channel.asked()
        assert (operation, fields) == ("clip", asked)
        scripted.channel.answer(request, {"item": 4, "seconds": 5, "audio": False})
        assert await asking == answers.ClipBegun(4, 5, False)


async def test_what_is_answered_must_be_what_was_asked(scripted: Scripted) -> None:
    client, sealed = scripted.client, "ab" * 32
    assert await exchange(scripted, client.imported(4, sealed), {"item": 4, "erased": True}) is True
    await exchange(scripted, client.timelapse(5, 10), {"every_s": 5, "frames": 10})
    await exchange(scripted, client.wrap(2, "words"), {"phone": 2})
    for asking, wrong in (
        (client.imported(4, sealed), {"item": 5, "erased": True}),
        (client.timelapse(5, 10), {"every_s": 5, "frames": 9}),
        (client.wrap(2, "words"), {"phone": 3}),
        (client.stop(), {"stopped": "everything"}),
        (client.power("shelf"), {"state": "off"}),
        (client.crashes(), {"crashes": [{"boot": 1}]}),
    ):
        with pytest.raises(AnswerMalformed):
            await exchange(scripted, asking, wrong)


async def test_the_small_answers(scripted: Scripted) -> None:
    client = scripted.client
    assert await exchange(scripted, client.stop(), {"stopped": "clip"}) == "clip"
    assert await exchange(scripted, client.mark(), {"record": 12}) == 12
    assert await exchange(scripted, client.power("shelf"), {"state": "shelf"}) == "shelf"
    assert await exchange(scripted, client.adopt_card(), {"card": "ready"}) == "ready"
    assert await exchange(scripted, client.unwrap(), {}) is None
    assert await exchange(scripted, client.unwrap(), {"wrapped": "words"}) == "words"
    assert await exchange(scripted, client.install("ab" * 32), {"version": "0.2.0"}) == "0.2.0"
    row = {"boot": 3, "time_s": 9, "cause": "watchdog", "text": "stuck"}
    assert await exchange(scripted, client.crashes(forget=True), {"crashes": [row]}) == [answers.Crash(**row)]


async def test_a_thumbnail_needs_its_hash(scripted: Scripted) -> None:
    (item,) = await exchange(scripted, scripted.client.items(), {"items": [{**ITEM, **THUMB}], "more": False})
    assert (item.thumb_bytes, item.thumb_sha256) == (7, "ef" * 32)


async def test_a_release_goes_up_and_its_hash_is_compared(scripted: Scripted) -> None:
    release, told = bytes(range(256)) * 40, list[tuple[int, int]]()
    for right in (True, False):
        sending = asyncio.create_task(
            scripted.client.update(release, 4096, lambda have, size: told.append((have, size)))
        )
        operation, fields, request = await scripted.channel.asked()
        assert (operation, fields) == ("update", {"size": len(release), "window": 4096})
        came = bytearray()
        while len(came) < len(release):
            kind, number, body = await scripted.channel.heard()
            assert (kind, number, wire.u32(body)) == (wire.MEDIA, request, len(came))
            came += body[4:]
            scripted.channel.say(wire.u32_frame(wire.ACK, request, len(came)))
        digest = hashlib.sha256(came if right else b"").hexdigest()
        scripted.channel.answer(request, {"size": len(release), "sha256": digest})
        if right:
            assert await sending == hashlib.sha256(release).hexdigest()
            assert (bytes(came), told[-1]) == (release, (len(release), len(release)))
        else:
            with pytest.raises(TransferDamaged):
                await sending


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
_fields = st.dictionaries(
    st.sampled_from(["event", "item", "media_sha256", "media_bytes", "reason", "voice", "what", "on", "record"]), _json
)


@given(_fields, st.sampled_from([*wire.EVENTS, "other"]))
def test_any_event_is_typed_ignored_or_refused(fields: dict[str, Any], name: str) -> None:
    body = json.dumps({**fields, "event": name}).encode()
    try:
        event = events.parse_event(body)
    except wire.BadBody:
        return
    assert (event is None) == (name == "other")


@given(_json)
def test_any_item_or_phone_is_typed_or_refused(value: object) -> None:
    for parse in (answers.Item.parse, answers.parse_phone, answers.parse_crash):
        with pytest.raises(wire.BadBody):
            parse(value)
