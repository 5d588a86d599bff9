"""What a paired phone asks and is told; every refusal is a code of the table."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

import pytest
from plainsight import wire
from plainsight.desks.fitting import rows_that_fit
from plainsight.errors import Refused
from plainsight.settings import safe_values
from plainsight.timekeeping import EARLIEST_S, LATEST_S, STEP_S

from tests.unit.firmware_link.glasses_side import PHONE, Glasses, add_item
from tests.unit.firmware_link.manual_clock import others
from tests.unit.firmware_link.peer import Peer, mac

Link = tuple[Peer, bytes]


@pytest.fixture
async def link(glasses: Glasses) -> Link:
    peer, _, pair_key = await glasses.pair(PHONE)
    return peer, pair_key


@pytest.mark.parametrize(
    "operation",
    [
        "hello",
        "status",
        "crashes",
        "settings",
        "phones",
        "invite",
        "revoke",
        "items",
        "delete",
        "journal",
        "countersign",
    ],
)
async def test_every_answer_fits_its_table(glasses: Glasses, link: Link, operation: str) -> None:
    add_item(glasses.store, bytes(100))
    fields: dict[str, Any] = {
        "hello": {"version": 1, "time_s": 7},
        "crashes": {"forget": True},
        "revoke": {"phone": 1},
        "items": {"after": 0},
        "delete": {"item": 1},
        "settings": {"consent": "ab" * 32, "voice": "keyword"},
        "journal": {"from": 0},
        "countersign": _countersigned(glasses, link[1]),
    }.get(operation, {})
    wire.check_fields(await link[0].ask(operation, **fields), wire.OPERATIONS[operation][2])


def _countersigned(glasses: Glasses, pair_key: bytes, **changed: Any) -> dict[str, Any]:
    head, count = glasses.journal.head, glasses.journal.count
    signature = mac(mac(pair_key, b"countersign"), struct.pack("<I", count) + head).hex()
    return {"count": count, "head": head.hex(), "mac": signature, **changed}


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"{ ",
        b'{"op":1}',
        b'{"op":"hello"}',
        b'{"op":"hello","version":1,"time_s":-1}',
        b'{"op":"hello","version":true,"time_s":1}',
        b'{"op":"hello","version":1,"time_s":1,"more":1}',
        b'{"op":"revoke","phone":0}',
        b'{"op":"settings","consent":"AB"}',
        b'{"op":"settings","voice":"always","consent":"' + b"ab" * 32 + b'"}',
        b'{"op":"fly"}',
        b"\xff\xfe",
    ],
)
async def test_a_request_outside_its_table_is_refused_and_leaves_no_trace(
    glasses: Glasses, link: Link, body: bytes
) -> None:
    peer, _ = link
    count = glasses.journal.count
    await peer.send(wire.frame(wire.REQUEST, 40, body))
    answer = await peer.response(40)
    unknown = b'"fly"' in body or b'"op":1' in body
    assert answer["error"] == ("unknown_operation" if unknown else "bad_request")
    assert (glasses.journal.count, glasses.board.time_s, len(glasses.phones.all())) == (count, 0, 1)
    assert (await peer.ask("status"))["items"] == 0


async def test_items_come_in_pages_oldest_first(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    for _ in range(11):
        add_item(glasses.store, bytes(50))
    seen: list[int] = []
    more = True
    while more:
        answer = await peer.ask("items", after=seen[-1] if seen else 0)
        for item in answer["items"]:
            wire.check_item(item)
        seen += [item["id"] for item in answer["items"]]
        more = answer["more"]
        assert len(answer["items"]) <= 8
    assert seen == list(range(1, 12))


async def test_a_deletion_is_recorded_before_it_happens(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    add_item(glasses.store, bytes(50))
    assert await peer.ask("delete", item=1) == {"item": 1}
    assert glasses.records("delete") == [{"item": 1, "phone": 1}]
    assert (await peer.ask("delete", item=1))["error"] == "unknown_item"
    assert len(glasses.records("delete")) == 1
    add_item(glasses.store, bytes(50))

    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.journal.append = fail  # type: ignore[method-assign]
    assert (await peer.ask("delete", item=2))["error"] == "journal_failed"
    assert glasses.store.count == 1


async def test_the_journal_is_told_as_it_was_written(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    for number in range(40):
        glasses.journal.append("refusal", reason="busy", trigger="button", detail={"n": number})
    lines: list[str] = []
    more = True
    while more:
        answer = await peer.ask("journal", **{"from": len(lines)})
        lines += answer["records"]
        more = answer["more"]
    assert lines == glasses.journal.lines(0, 1000)[0]
    assert (await peer.ask("journal", **{"from": 1000})) == {"records": [], "more": False}


async def test_long_records_still_fit_a_frame(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    for _ in range(20):
        glasses.journal.append("refusal", reason="busy", detail='"' * 400)
    first = await peer.ask("journal", **{"from": 0})
    assert 1 <= len(first["records"]) < 16
    assert first["more"]
    second = await peer.ask("journal", **{"from": len(first["records"])})
    assert json.loads(second["records"][0])[0] == len(first["records"])


def test_rows_that_fit_always_makes_progress() -> None:
    assert rows_that_fit(["x" * 5000, "y"]) == ["x" * 5000]
    assert rows_that_fit([]) == []
    rows = ["x" * 100] * 100
    assert 0 < len(rows_that_fit(rows)) * 103 <= wire.MAX_BODY - 64


async def test_a_countersignature_needs_the_pair_key_and_the_true_head(glasses: Glasses, link: Link) -> None:
    peer, pair_key = link
    for changed in ({"mac": "00" * 32}, {"head": "00" * 32}, {"count": 0}):
        answer = await peer.ask("countersign", **_countersigned(glasses, pair_key, **changed))
        assert (answer["error"], answer["detail"]) == ("bad_request", {"reason": "bad_mac"})
    wrong_head = mac(mac(pair_key, b"countersign"), struct.pack("<I", glasses.journal.count) + bytes(32)).hex()
    fields = _countersigned(glasses, pair_key, head="00" * 32, mac=wrong_head)
    assert (await peer.ask("countersign", **fields))["error"] == "bad_request"
    assert glasses.journal.countersigned == 0
    count = glasses.journal.count
    assert await peer.ask("countersign", **_countersigned(glasses, pair_key)) == {"count": count}
    assert glasses.journal.countersigned == count


async def test_settings_change_and_say_so(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    safe = safe_values()
    assert await peer.ask("settings", consent="ab" * 32) == {"settings": safe}
    assert glasses.records("settings") == []
    changed = await peer.ask("settings", voice="stream", clip_seconds=60, consent="ab" * 32)
    assert changed == {"settings": {**safe, "voice": "stream", "clip_seconds": 60}}
    assert (await peer.ask("hello", version=1, time_s=7))["settings"] == changed["settings"]
    assert glasses.heard == ["stream"]
    assert glasses.records("settings") == [{"voice": "stream", "clip_seconds": 60, "consent": "ab" * 32, "phone": 1}]


async def test_every_setting_at_once_fits_one_record(glasses: Glasses, link: Link) -> None:
    values = {"voice": "stream", "clip_seconds": 300, "clip_audio": True, "clip_size": "vga", "photo_size": "svga"}
    values |= {"thumbnails": False, "button": False, "app": False, "interval": False, "burst": False, "keyword": True}
    values |= {"storage": "card", "erase_after_import": True, "when_full": "drop_imported", "shelf_after_min": 1440}
    assert (await link[0].ask("settings", consent="ab" * 32, **values))["settings"] == {**values, "buzzer": False}
    assert glasses.records("settings") == [{**values, "consent": "ab" * 32, "phone": 1}]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"voice": "stream"}, "missing_consent"),
        ({"voice": "off", "clip_seconds": 5}, "missing_consent"),
        ({"clip_seconds": 301}, "bad_clip_seconds"),
        ({"clip_audio": 1}, "bad_clip_audio"),
        ({"buzzer": True, "clip_seconds": 5}, "no_buzzer"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(
    glasses: Glasses, link: Link, fields: dict[str, Any], reason: str
) -> None:
    answer = await link[0].ask("settings", **fields)
    assert (answer["error"], answer["detail"]["reason"]) == ("bad_request", reason)
    assert glasses.settings.values == safe_values()
    assert glasses.records("settings") == []
    assert glasses.heard == []


async def test_a_withdrawal_is_heard_of_even_where_it_cannot_be_written(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    await peer.ask("settings", voice="stream", consent="ab" * 32)

    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.journal.append = fail  # type: ignore[method-assign]
    assert (await peer.ask("settings", voice="off", consent="ab" * 32))["error"] == "journal_failed"
    assert glasses.heard == ["stream", "off"]
    assert (await peer.ask("settings", voice="stream", consent="ab" * 32))["error"] == "journal_failed"
    assert glasses.heard == ["stream", "off"]
    assert not glasses.voice.may_listen()


async def test_a_phone_sets_the_clock_on_record_and_only_when_it_differs(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    first = EARLIEST_S + 1000
    for time_s in (first, first + STEP_S, first - STEP_S):
        await peer.ask("hello", version=1, time_s=time_s)
    assert glasses.board.time_s == first
    await peer.ask("hello", version=1, time_s=first - STEP_S - 1)
    assert glasses.board.time_s == first - STEP_S - 1
    assert glasses.records("clock") == [
        {"old": 0, "new": first, "phone": 1},
        {"old": first, "new": first - STEP_S - 1, "phone": 1},
    ]


@pytest.mark.parametrize("time_s", [0, EARLIEST_S - 1, LATEST_S + 1, 0x7FFFFFFFFFFF])
async def test_a_time_that_no_calendar_holds_is_not_taken_and_named_once(
    glasses: Glasses, link: Link, time_s: int
) -> None:
    peer, _ = link
    glasses.board.time_s = EARLIEST_S + 7
    for _ in range(3):
        assert "error" not in await peer.ask("hello", version=1, time_s=time_s)
    assert glasses.board.time_s == EARLIEST_S + 7
    assert glasses.records("clock") == [{"old": EARLIEST_S + 7, "asked": time_s, "phone": 1}]


async def test_a_clock_whose_step_cannot_be_recorded_stays(glasses: Glasses, link: Link) -> None:
    peer, _ = link

    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.journal.append = fail  # type: ignore[method-assign]
    assert "error" not in await peer.ask("hello", version=1, time_s=EARLIEST_S + 7)
    assert glasses.board.time_s == 0


async def test_crashes_are_told_and_forgotten_when_the_phone_says_so(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    glasses.parts.crashes.survived("transfer", KeyError("pair_key=00112233"))
    assert (await peer.ask("hello", version=1, time_s=7))["crashes"] == 1
    (row,) = (await peer.ask("crashes", forget=False))["crashes"]
    assert (row["cause"], row["text"]) == ("task", "transfer: KeyError")
    assert (await peer.ask("crashes", forget=True))["crashes"] == [row]
    assert (await peer.ask("crashes", forget=False))["crashes"] == []
    assert (await peer.ask("hello", version=1, time_s=7))["crashes"] == 0


async def test_an_operation_without_a_desk_is_unknown(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    glasses.service._answers.pop("status")
    assert (await peer.ask("status"))["error"] == "unknown_operation"
    assert "error" not in await peer.ask("hello", version=1, time_s=7)


async def test_a_flash_that_fails_is_a_code(glasses: Glasses, link: Link) -> None:
    peer, _ = link

    def fail(after: int, limit: int) -> None:
        raise OSError(5, "flash")

    glasses.store.list = fail  # type: ignore[method-assign]
    answer = await peer.ask("items", after=0)
    assert answer == {"error": "storage_failed", "detail": {"errno": 5}}


async def test_events_reach_the_paired_phone_in_order_and_the_oldest_gives_way(glasses: Glasses, link: Link) -> None:
    peer, _ = link
    assert glasses.session
    taken = {**add_item(glasses.store, bytes(50)), "reason": "done"}
    glasses.session.post("item", taken)
    event = await peer.event()
    assert event.pop("event") == "item"
    assert event == taken
    wire.check_fields(event, wire.EVENTS["item"][0])
    peer.transport.reading.clear()  # type: ignore[attr-defined]
    for number in range(300):
        glasses.session.post(
            "refusal", {"reason": "busy", "trigger": "button", "detail": {"n": number, "pad": "x" * 90}}
        )
        await asyncio.sleep(0)
    peer.transport.reading.set()  # type: ignore[attr-defined]
    await others()
    glasses.session.post("voice", {"voice": "off"})
    numbers = []
    while (event := await peer.event())["event"] == "refusal":
        numbers.append(event["detail"]["n"])
    assert numbers == sorted(numbers)
    assert numbers[-1] == 299
    assert len(numbers) < 300


def test_every_operation_of_the_wire_is_answered_somewhere(glasses: Glasses) -> None:
    """By a desk, or by the conversation itself: pairing, and what is a transfer."""
    at_desks = set(glasses.service._answers) | set(glasses.service._slow)
    assert at_desks | {"pair", "fetch", "live_frame", "link_test", "update"} == set(wire.OPERATIONS)
