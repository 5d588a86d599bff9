"""Each answer is what was asked for, within its bounds, or the request fails."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from hypothesis import given
from plainsight import wire

from companion_app.link import answers
from companion_app.link.errors import (
    AnswerMalformed,
    TransferDamaged,
    UnknownVersion,
)
from tests.app.canned import ANY_JSON, HELLO, ITEM, THUMB
from tests.app.scripted_channel import Scripted, exchange


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


@given(ANY_JSON)
def test_any_item_or_phone_is_typed_or_refused(value: object) -> None:
    for parse in (answers.Item.parse, answers.parse_phone, answers.parse_crash):
        with pytest.raises(wire.BadBody):
            parse(value)
