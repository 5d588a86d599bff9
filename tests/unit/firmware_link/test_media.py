"""Transfers: the window holds, the offset resumes, a cancel stops, and what can't be ends the session."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import pytest
from plainsight import wire
from plainsight.errors import Refused

from tests.unit.firmware_link.glasses_side import PHONE, Glasses, add_item
from tests.unit.firmware_link.manual_clock import others
from tests.unit.firmware_link.peer import Peer, ping, settled

Session = asyncio.Task[str]


@pytest.fixture
async def link(glasses: Glasses) -> tuple[Peer, Session]:
    peer, session, _ = await glasses.pair(PHONE)
    return peer, session


async def _begin(peer: Peer, **fields: Any) -> int:
    number = peer.next_request()
    await peer.send(wire.json_frame(wire.REQUEST, number, fields))
    return number


async def _until_quiet(peer: Peer) -> list[tuple[int, int, bytes]]:
    """Every frame until nothing but the answer to a ping comes."""
    frames: list[tuple[int, int, bytes]] = []
    while True:
        await others()
        await peer.send(ping(4711))
        before = len(frames)
        while (frame := await peer.frame())[0] != wire.PONG:
            frames.append(frame)
        if len(frames) == before:
            return frames


@pytest.mark.parametrize("window", [4096, 16384, 65536])
async def test_no_more_than_the_window_is_on_its_way(link: tuple[Peer, Session], window: int) -> None:
    peer, _ = link
    number = await _begin(peer, op="link_test", direction="down", size=300_000, window=window)
    await peer.response(number)
    received = acked = 0
    while received < 300_000:
        for _, _, body in await _until_quiet(peer):
            received += len(body) - 4
        on_the_way = received - acked
        full = min(window // wire.MEDIA_CHUNK * wire.MEDIA_CHUNK, 300_000 - acked)
        assert on_the_way == full <= window
        acked = min(received, acked + wire.MEDIA_CHUNK)
        await peer.send(wire.u32_frame(wire.ACK, number, acked))


@pytest.mark.parametrize("ack_every", [1, 4080, 8000])
async def test_a_transfer_ends_however_the_phone_acknowledges(link: tuple[Peer, Session], ack_every: int) -> None:
    peer, _ = link
    fields = {"op": "link_test", "direction": "down", "size": 50_001, "window": 16384}
    expected = bytearray(50_001)
    wire.test_pattern(expected, 0)
    assert await peer.fetch("size", ack_every, **fields) == expected


@pytest.mark.parametrize("offset_from_end", [0, 1, 4080, 5000])
async def test_a_fetch_resumes_at_an_offset(glasses: Glasses, link: tuple[Peer, Session], offset_from_end: int) -> None:
    peer, _ = link
    item = add_item(glasses.store, bytes(range(256)) * 60)["item"]
    whole = await peer.fetch("size", op="fetch", part="item", item=1, offset=0, window=16384)
    assert hashlib.sha256(whole).hexdigest() == item["sealed_sha256"]
    offset = len(whole) - offset_from_end
    rest = await peer.fetch("size", op="fetch", part="item", item=1, offset=offset, window=4096)
    assert rest == whole[offset:]
    await others()
    assert (await peer.fetch("size", op="fetch", part="item", item=1, offset=5, window=4096)) == whole[5:]


async def test_the_journal_names_each_fetch_before_its_first_byte(glasses: Glasses, link: tuple[Peer, Session]) -> None:
    peer, _ = link
    for _ in range(2):
        add_item(glasses.store, bytes(500))
    await peer.fetch("size", op="fetch", part="item", item=1, offset=7, window=4096)
    assert glasses.records("import") == [{"item": 1, "part": "item", "phone": 1}]

    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    add_item(glasses.store, bytes(500))
    glasses.journal.append = fail  # type: ignore[method-assign]
    number = await _begin(peer, op="fetch", part="item", item=2, offset=0, window=4096)
    assert await _until_quiet(peer) == [(wire.RESPONSE, number, b'{"error":"journal_failed"}')]


@pytest.mark.parametrize(
    ("fields", "code"), [({"item": 2, "offset": 0}, "unknown_item"), ({"item": 1, "offset": 99_999}, "bad_offset")]
)
async def test_what_can_not_be_fetched_is_refused(
    glasses: Glasses, link: tuple[Peer, Session], fields: dict[str, int], code: str
) -> None:
    peer, session = link
    add_item(glasses.store, bytes(500))
    assert (await peer.ask("fetch", part="item", window=4096, **fields))["error"] == code
    assert glasses.records("import") == []
    assert not session.done()


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(5), "storage_failed"), (Refused("unknown_item"), "unknown_item"), (KeyError("x"), "internal")],
)
async def test_an_item_that_breaks_off_is_said_to(
    glasses: Glasses, link: tuple[Peer, Session], error: Exception, code: str
) -> None:
    peer, session = link
    add_item(glasses.store, bytes(20_000))
    read_into = glasses.store.read_into

    def half(number: int, offset: int, view: memoryview, part: str) -> int:
        if offset:
            raise error
        return read_into(number, offset, view, part)

    glasses.store.read_into = half  # type: ignore[method-assign]
    number = await _begin(peer, op="fetch", part="item", item=1, offset=0, window=16384)
    frames = await _until_quiet(peer)
    assert [frame[0] for frame in frames] == [wire.RESPONSE, wire.MEDIA, wire.RESPONSE]
    assert json.loads(frames[2][2])["error"] == code
    assert frames[2][1] == number
    glasses.store.read_into = read_into  # type: ignore[method-assign]
    assert await peer.fetch("size", op="fetch", part="item", item=1, offset=0, window=16384)
    assert not session.done()


async def test_one_transfer_at_a_time(link: tuple[Peer, Session]) -> None:
    peer, session = link
    first = await _begin(peer, op="link_test", direction="down", size=100_000, window=4096)
    await peer.response(first)
    for fields in (
        {"op": "link_test", "direction": "down", "size": 10, "window": 4096},
        {"op": "link_test", "direction": "up", "size": 10, "window": 4096},
        {"op": "fetch", "part": "item", "item": 1, "offset": 0, "window": 4096},
    ):
        number = await _begin(peer, **fields)
        assert (await peer.response(number))["error"] == "busy"
    await peer.send(wire.media_frame(number - 1, 0, bytes(10)))  # was on its way when the refusal was
    assert await _until_quiet(peer) == []
    assert not session.done()


async def test_a_cancel_stops_the_transfer_and_frees_its_place(link: tuple[Peer, Session]) -> None:
    peer, _ = link
    number = await _begin(peer, op="link_test", direction="down", size=1_000_000, window=16384)
    await peer.response(number)
    await peer.send(wire.frame(wire.CANCEL, number))
    await _until_quiet(peer)
    await peer.send(wire.u32_frame(wire.ACK, number, 4080))  # was on its way
    assert await _until_quiet(peer) == []
    assert len(await peer.fetch("size", op="link_test", direction="down", size=999, window=4096)) == 999


async def test_requests_and_pings_are_answered_during_a_transfer(link: tuple[Peer, Session]) -> None:
    peer, _ = link
    number = await _begin(peer, op="link_test", direction="down", size=100_000, window=4096)
    await peer.response(number)
    assert (await peer.ask("status"))["battery_mv"] == 3900


async def test_the_next_transfer_can_follow_the_last_acknowledgement_at_once(link: tuple[Peer, Session]) -> None:
    """In the very same record, before the glasses' transfer task had its turn."""
    peer, _ = link
    number = await _begin(peer, op="link_test", direction="down", size=100, window=4096)
    await peer.response(number)
    await peer.frame()
    fields = {"op": "link_test", "direction": "down", "size": 50, "window": 4096}
    await peer.send(wire.u32_frame(wire.ACK, number, 100) + wire.json_frame(wire.REQUEST, 77, fields))
    assert (await peer.response(77))["size"] == 50


@pytest.mark.parametrize("size", [1, 4080, 50_000])
async def test_bytes_arrive_from_the_phone(link: tuple[Peer, Session], size: int) -> None:
    peer, _ = link
    data = bytearray(size)
    wire.test_pattern(data, 0)
    number = await _begin(peer, op="link_test", direction="up", size=size, window=8192)
    for offset in range(0, size, wire.MEDIA_CHUNK):
        piece = data[offset : offset + wire.MEDIA_CHUNK]
        await peer.send(wire.media_frame(number, offset, piece))
        assert await peer.frame() == (wire.ACK, number, (offset + len(piece)).to_bytes(4, "little"))
    assert await peer.response(number) == {"size": size, "sha256": hashlib.sha256(data).hexdigest()}
    assert len(await peer.fetch("size", op="link_test", direction="down", size=9, window=4096)) == 9


async def _breaks(link: tuple[Peer, Session], frame: bytes, reason: str) -> None:
    """The frame ends the session, which says why."""
    peer, session = link
    await peer.send(frame)
    frames = [each for each in await peer.closed() if each[0] != wire.MEDIA]
    detail = {"error": "bad_frame", "detail": {"reason": reason}}
    assert [(kind, number, json.loads(body)) for kind, number, body in frames] == [(wire.RESPONSE, 0, detail)]
    assert await settled(session) == "bad_frame"


@pytest.mark.parametrize(("kind", "value"), [(wire.ACK, 4080 * 3), (wire.ACK, 4079), (wire.ACK, 2**32 - 1)])
async def test_an_acknowledgement_that_can_not_be_ends_the_session(
    link: tuple[Peer, Session], kind: int, value: int
) -> None:
    peer, _ = link
    number = await _begin(peer, op="link_test", direction="down", size=100_000, window=4096)
    await peer.response(number)
    await _until_quiet(peer)
    await peer.send(wire.u32_frame(wire.ACK, number, 4080))
    await _until_quiet(peer)
    await _breaks(link, wire.u32_frame(kind, number, value), "ack_out_of_range")


@pytest.mark.parametrize(("offset", "size"), [(1, 10), (0, 101), (4080, 10)])
async def test_a_piece_that_is_not_the_next_ends_the_session(
    link: tuple[Peer, Session], offset: int, size: int
) -> None:
    number = await _begin(link[0], op="link_test", direction="up", size=100, window=4096)
    await _breaks(link, wire.media_frame(number, offset, bytes(size)), "media_out_of_order")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (wire.u32_frame(wire.ACK, 9, 0), "no_transfer"),
        (wire.frame(wire.CANCEL, 9), "no_transfer"),
        (wire.media_frame(9, 0, b"x"), "no_transfer"),
        (bytes([0, 0, 99, 0, 0]), "unknown_type"),
        (bytes([255, 255, wire.REQUEST, 0, 0]), "bad_length"),
        (bytes([3, 0, wire.PING, 0, 0, 1, 2, 3]), "bad_length"),
        (wire.json_frame(wire.RESPONSE, 1, {}), "wrong_direction"),
        (wire.json_frame(wire.EVENT, 0, {}), "wrong_direction"),
        (bytes([5, 0, wire.AUDIO, 0, 0, 1, 2, 3, 4, 5]), "wrong_direction"),
    ],
)
async def test_a_frame_that_breaks_the_format_ends_the_session(
    link: tuple[Peer, Session], frame: bytes, reason: str
) -> None:
    await _breaks(link, frame, reason)


async def test_an_acknowledgement_of_what_the_phone_itself_sends_ends_the_session(link: tuple[Peer, Session]) -> None:
    number = await _begin(link[0], op="link_test", direction="up", size=100, window=4096)
    await _breaks(link, wire.u32_frame(wire.ACK, number, 0), "wrong_direction")


async def test_a_session_that_ends_takes_its_transfer_with_it(glasses: Glasses, link: tuple[Peer, Session]) -> None:
    peer, session = link
    await _begin(peer, op="link_test", direction="down", size=1_000_000, window=16384)
    await _until_quiet(peer)
    await peer.transport.close()
    await settled(session)
    await others()
    assert not [task for task in asyncio.all_tasks() if "_run_transfer" in repr(task)]
