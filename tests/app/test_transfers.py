"""Media: windows, acknowledgements, resume at the offset, the hash at the end, and every way it can go wrong."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link.errors import (
    AnswerMalformed,
    GlassesRefused,
    LinkLost,
    ProtocolBroken,
    RequestTimedOut,
    TransferDamaged,
)
from companion_app.link.transfers import Partial, pattern
from tests.app.scripted_channel import Scripted

DATA = os.urandom(20_000)
WINDOW = 8192


def partial_of(data: bytes, part: str = "item") -> Partial:
    return Partial(3, part, len(data), hashlib.sha256(data).hexdigest())


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    yield scripted
    await scripted.client.close()


async def begin(scripted: Scripted, partial: Partial, **kinds: Any) -> tuple[asyncio.Task[bytes], dict[str, Any], int]:
    fetching = asyncio.create_task(scripted.client.fetch(partial, WINDOW, **kinds))
    operation, fields, request = await scripted.channel.asked()
    assert operation == "fetch"
    return fetching, fields, request


def announce(scripted: Scripted, request: int, partial: Partial) -> None:
    scripted.channel.answer(request, {"size": partial.size, "sha256": partial.sha256})


def send(scripted: Scripted, request: int, data: bytes, start: int, end: int, step: int = 1000) -> None:
    for at in range(start, end, step):
        scripted.channel.say(wire.media_frame(request, at, data[at : min(at + step, end)]))


async def test_a_whole_item_arrives_and_is_acknowledged_four_times_a_window(scripted: Scripted) -> None:
    partial = partial_of(DATA)
    seen: list[tuple[int, int]] = []
    fetching, fields, request = await begin(scripted, partial, progress=lambda done, size: seen.append((done, size)))
    assert fields == {"item": 3, "part": "item", "offset": 0, "window": WINDOW}
    announce(scripted, request, partial)
    send(scripted, request, DATA, 0, len(DATA))
    assert await fetching == DATA
    acks = [wire.u32(body) for kind, number, body in scripted.channel.sent if (kind, number) == (wire.ACK, request)]
    assert acks[-1] == len(DATA)
    assert all(0 < after - before <= WINDOW // 4 + 1000 for before, after in zip([0, *acks], acks, strict=False))
    assert seen[0] == (1000, len(DATA))
    assert seen[-1] == (len(DATA), len(DATA))
    assert [kind for kind, _, _ in scripted.channel.sent if kind == wire.CANCEL] == []


@pytest.mark.parametrize("arrived", [0, 1, 7000, 19_999])
async def test_after_a_loss_the_next_session_goes_on_at_the_offset(arrived: int) -> None:
    partial = partial_of(DATA)
    first = Scripted()
    fetching, _, request = await begin(first, partial)
    announce(first, request, partial)
    send(first, request, DATA, 0, arrived, 700)
    first.channel.lose()
    with pytest.raises(LinkLost):
        await fetching
    assert partial.data == DATA[:arrived]
    await first.client.close()
    second = Scripted()
    fetching, fields, request = await begin(second, partial)
    assert fields["offset"] == arrived
    announce(second, request, partial)
    send(second, request, DATA, arrived, len(DATA))
    assert await fetching == DATA
    await second.client.close()


async def test_an_item_that_is_already_whole_is_not_asked_for(scripted: Scripted) -> None:
    partial = Partial(3, "item", len(DATA), hashlib.sha256(DATA).hexdigest(), bytearray(DATA))
    assert await scripted.client.fetch(partial, WINDOW) == DATA
    assert not scripted.channel.sent


async def test_a_wrong_hash_at_the_end_keeps_nothing(scripted: Scripted) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    send(scripted, request, DATA[:-1] + bytes([DATA[-1] ^ 1]), 0, len(DATA))
    with pytest.raises(TransferDamaged) as raised:
        await fetching
    assert raised.value.item == 3
    assert partial.offset == 0


@pytest.mark.parametrize("change", [{"size": 19_999}, {"sha256": "00" * 32}])
async def test_another_item_than_announced_is_refused_and_cancelled(
    scripted: Scripted, change: dict[str, object]
) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    scripted.channel.answer(request, {"size": len(DATA), "sha256": partial.sha256, **change})
    with pytest.raises(AnswerMalformed):
        await fetching
    assert await scripted.channel.heard() == (wire.CANCEL, request, b"")
    send(scripted, request, DATA, 0, 2000)  # what was on its way
    asking = asyncio.create_task(scripted.client.invite())
    _, _, request = await scripted.channel.asked()
    scripted.channel.answer(request, {"code": "A" * 26})
    assert await asking == "A" * 26


async def test_a_refused_fetch_is_not_cancelled(scripted: Scripted) -> None:
    fetching, _, request = await begin(scripted, partial_of(DATA))
    scripted.channel.answer(request, {"error": "busy"})
    with pytest.raises(GlassesRefused):
        await fetching
    await asyncio.sleep(0)
    assert not scripted.channel.sent


async def test_an_error_in_the_middle_is_the_glasses_refusal(scripted: Scripted) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    send(scripted, request, DATA, 0, 1000)
    scripted.channel.answer(request, {"error": "storage_failed"})
    with pytest.raises(GlassesRefused) as raised:
        await fetching
    assert raised.value.code == "storage_failed"
    assert partial.offset == 1000


async def test_a_sender_that_stops_is_not_waited_for(scripted: Scripted) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    send(scripted, request, DATA, 0, 1000)
    with pytest.raises(RequestTimedOut):
        await fetching
    assert await scripted.channel.heard() == (wire.CANCEL, request, b"")


@pytest.mark.parametrize(
    ("offset", "size", "breach"),
    [(1, 10, "media_out_of_place"), (500, 10, "media_out_of_place"), (1000, 10, None), (0, 10, "media_out_of_place")],
)
async def test_media_that_is_not_the_next_piece_is_a_breach(
    scripted: Scripted, offset: int, size: int, breach: str | None
) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    send(scripted, request, DATA, 0, 1000)
    scripted.channel.say(wire.media_frame(request, offset, DATA[offset : offset + size]))
    if breach is None:
        send(scripted, request, DATA, 1010, len(DATA))
        assert await fetching == DATA
        return
    with pytest.raises(ProtocolBroken) as raised:
        await fetching
    assert raised.value.breach == breach
    assert partial.data == DATA[:1000]


async def test_more_media_than_announced_is_a_breach(scripted: Scripted) -> None:
    partial = partial_of(DATA[:10])
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    scripted.channel.say(wire.media_frame(request, 0, DATA[:11]))
    with pytest.raises(ProtocolBroken) as raised:
        await fetching
    assert raised.value.breach == "media_past_the_end"
    assert partial.offset == 0


async def test_media_before_the_answer_and_a_second_answer_are_breaches() -> None:
    for answered, breach in ((False, "media_before_answer"), (True, "answered_twice")):
        scripted = Scripted()
        partial = partial_of(DATA)
        fetching, _, request = await begin(scripted, partial)
        if answered:
            announce(scripted, request, partial)
            announce(scripted, request, partial)
        else:
            send(scripted, request, DATA, 0, 1000)
        with pytest.raises(ProtocolBroken) as raised:
            await fetching
        assert raised.value.breach == breach
        await scripted.client.close()


async def test_wasted_bytes_are_those_of_an_unfinished_frame(scripted: Scripted) -> None:
    partial = partial_of(DATA)
    fetching, _, request = await begin(scripted, partial)
    announce(scripted, request, partial)
    send(scripted, request, DATA, 0, 1000)
    scripted.channel.say(wire.media_frame(request, 1000, DATA[1000:3000])[:1500])
    scripted.channel.lose()
    with pytest.raises(LinkLost):
        await fetching
    # This channel adds no TLS records, so the 29 bytes that each of two whole frames would have had are missing.
    assert scripted.client.unfinished_bytes == 1500 - 2 * 29


# The link test


def test_the_pattern_is_the_wires() -> None:
    whole = bytearray(200_000)
    wire.test_pattern(whole, 0)
    assert pattern(200_000) == bytes(whole)
    assert pattern(5) == bytes(whole[:5])


async def begin_test(scripted: Scripted, direction: str, size: int) -> tuple[asyncio.Task[Any], int]:
    testing = asyncio.create_task(scripted.client.link_test(direction, size, WINDOW))
    operation, fields, request = await scripted.channel.asked()
    assert (operation, fields) == ("link_test", {"direction": direction, "size": size, "window": WINDOW})
    return testing, request


async def test_the_pattern_comes_down(scripted: Scripted) -> None:
    data = pattern(9000)
    testing, request = await begin_test(scripted, "down", 9000)
    scripted.channel.answer(request, {"size": 9000, "sha256": hashlib.sha256(data).hexdigest()})
    send(scripted, request, data, 0, 9000)
    result = await testing
    assert (result.direction, result.size) == ("down", 9000)
    assert result.bytes_per_s == 9000 / result.seconds


@pytest.mark.parametrize("wrong", ["data", "hash"])
async def test_a_damaged_pattern_is_found(scripted: Scripted, wrong: str) -> None:
    data = pattern(9000)
    testing, request = await begin_test(scripted, "down", 9000)
    digest = "00" * 32 if wrong == "hash" else hashlib.sha256(data).hexdigest()
    scripted.channel.answer(request, {"size": 9000, "sha256": digest})
    send(scripted, request, data if wrong == "hash" else bytes(9000), 0, 9000)
    with pytest.raises(TransferDamaged):
        await testing


async def take_up(scripted: Scripted, request: int, size: int) -> bytes:
    """Acknowledge only when the window is full, and see that it is never overrun."""
    data, acknowledged = bytearray(), 0
    while len(data) < size:
        kind, number, body = await scripted.channel.heard()
        assert (kind, number, wire.u32(body)) == (wire.MEDIA, request, len(data))
        data += body[4:]
        assert len(data) - acknowledged <= WINDOW
        if len(data) in (acknowledged + WINDOW, size):
            assert not scripted.channel.sent
            acknowledged = len(data)
            scripted.channel.say(wire.u32_frame(wire.ACK, request, acknowledged))
    return bytes(data)


@pytest.mark.parametrize("right", [True, False])
async def test_the_pattern_goes_up_within_the_window(scripted: Scripted, right: bool) -> None:
    testing, request = await begin_test(scripted, "up", 30_000)
    data = await take_up(scripted, request, 30_000)
    assert data == pattern(30_000)
    digest = hashlib.sha256(data).hexdigest() if right else "00" * 32
    scripted.channel.answer(request, {"size": 30_000, "sha256": digest})
    if right:
        assert (await testing).size == 30_000
    else:
        with pytest.raises(TransferDamaged):
            await testing


@pytest.mark.parametrize("offset", [WINDOW + 1, 0xFFFFFFFF])
async def test_an_acknowledgement_of_what_was_not_sent_is_a_breach(scripted: Scripted, offset: int) -> None:
    testing, request = await begin_test(scripted, "up", 30_000)
    scripted.channel.say(wire.u32_frame(wire.ACK, request, offset))
    with pytest.raises(ProtocolBroken):
        await testing


async def test_an_acknowledgement_that_runs_back_is_a_breach(scripted: Scripted) -> None:
    testing, request = await begin_test(scripted, "up", 30_000)
    scripted.channel.say(wire.u32_frame(wire.ACK, request, 4000), wire.u32_frame(wire.ACK, request, 3999))
    with pytest.raises(ProtocolBroken):
        await testing


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, wire.MEDIA_CHUNK), min_size=1, max_size=12), st.integers(0, 11))
def test_any_cut_into_pieces_with_a_loss_anywhere_arrives_whole(sizes: list[int], lost_after: int) -> None:
    data = os.urandom(sum(sizes))

    async def run() -> None:
        partial = partial_of(data)
        first = Scripted()
        fetching, _, request = await begin(first, partial)
        announce(first, request, partial)
        at = 0
        for number, size in enumerate(sizes):
            if number == lost_after:
                first.channel.lose()
                break
            first.channel.say(wire.media_frame(request, at, data[at : at + size]))
            at += size
        else:
            assert await fetching == data
            await first.client.close()
            return
        with pytest.raises(LinkLost):
            await fetching
        await first.client.close()
        second = Scripted()
        fetching, fields, request = await begin(second, partial)
        assert fields["offset"] == at
        announce(second, request, partial)
        send(second, request, data, at, len(data))
        assert await fetching == data
        await second.client.close()

    asyncio.run(run())
