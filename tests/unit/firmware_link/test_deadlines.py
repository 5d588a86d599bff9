"""Nobody holds the glasses by silence, by trickling, or by not reading. On a clock that only the test moves."""

from __future__ import annotations

import asyncio

import pytest
from plainsight import wire
from plainsight.admission import HANDSHAKE_MS, KNOCK_MS
from plainsight.session import FIRST_REQUEST_MS, IDLE_MS

from tests.unit.firmware_link.glasses_side import PHONE, SECRET, STRANGER, Glasses
from tests.unit.firmware_link.manual_clock import others
from tests.unit.firmware_link.peer import Peer, knock_answer, ping, settled

_LATE_MS = 500  # two looks of the deadline


@pytest.fixture
async def pair_key(glasses: Glasses) -> bytes:
    peer, session, key = await glasses.pair(PHONE)
    await peer.transport.close()
    await settled(session)
    glasses.window.close()
    return key


@pytest.mark.parametrize("said", [b"", b"PLS", b"PLS1", b"PLS1" + bytes(15)])
async def test_a_half_knock_has_three_seconds(glasses: Glasses, said: bytes) -> None:
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.transport.write(said)
    took_ms = await glasses.clock.until(session.done, 2 * KNOCK_MS)
    assert KNOCK_MS <= took_ms <= KNOCK_MS + _LATE_MS
    assert session.result() == "knock_timeout"
    assert glasses.window.is_open()
    glasses.failures.record()
    assert glasses.records("pairing_failures") == [{"silent": 1}]


async def test_a_trickling_knock_has_no_longer(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    proof = knock_answer(pair_key, await peer.take_nonce())
    for byte in proof:
        await peer.transport.write(bytes([byte]))
        await glasses.clock.advance(250)
    assert session.done()
    assert session.result() == "knock_timeout"


async def test_a_handshake_has_eight_seconds(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    took_ms = await glasses.clock.until(session.done, 2 * HANDSHAKE_MS)
    assert HANDSHAKE_MS <= took_ms <= HANDSHAKE_MS + _LATE_MS
    assert session.result() == "handshake_timeout"


async def _greeted(glasses: Glasses, pair_key: bytes) -> tuple[Peer, asyncio.Task[str]]:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(glasses.folder))
    await others()
    return peer, session


async def test_the_first_request_has_ten_seconds(glasses: Glasses, pair_key: bytes) -> None:
    _, session = await _greeted(glasses, pair_key)
    took_ms = await glasses.clock.until(session.done, 2 * FIRST_REQUEST_MS)
    assert FIRST_REQUEST_MS <= took_ms <= FIRST_REQUEST_MS + _LATE_MS
    assert session.result() == "request_timeout"


async def test_an_applicant_that_only_pings_has_no_longer(glasses: Glasses) -> None:
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(SECRET)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    for beat in range(5):
        await peer.send(ping(beat))
        assert await peer.frame() == (wire.PONG, 0, beat.to_bytes(4, "little"))
        await glasses.clock.advance(FIRST_REQUEST_MS // 4)
        if session.done():
            break
    assert session.done()
    assert session.result() == "request_timeout"


async def test_a_phone_that_has_just_been_paired_has_a_minute(glasses: Glasses) -> None:
    _, session, _ = await glasses.pair(PHONE)
    took_ms = await glasses.clock.until(session.done, 2 * IDLE_MS)
    assert IDLE_MS - _LATE_MS <= took_ms <= IDLE_MS + _LATE_MS
    assert session.result() == "idle"


async def test_a_frame_that_trickles_in_is_no_frame(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await _greeted(glasses, pair_key)
    frame = wire.json_frame(wire.REQUEST, 1, {"op": "status"})
    for byte in frame:
        await peer.send(bytes([byte]))
        await glasses.clock.advance(1_000)
        if session.done():
            break
    assert session.done()
    assert session.result() == "request_timeout"


async def test_an_idle_session_has_a_minute(glasses: Glasses, pair_key: bytes) -> None:
    _, session = await glasses.greet(PHONE, pair_key)
    took_ms = await glasses.clock.until(session.done, 2 * IDLE_MS)
    assert IDLE_MS - _LATE_MS <= took_ms <= IDLE_MS + _LATE_MS
    assert session.result() == "idle"


async def test_a_phone_that_pings_stays(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    for beat in range(6):
        await glasses.clock.advance(20_000)
        await peer.send(ping(beat))
        assert await peer.frame() == (wire.PONG, 0, beat.to_bytes(4, "little"))
    assert not session.done()


async def test_a_phone_that_stops_reading_is_cut_off_and_its_transfer_with_it(
    glasses: Glasses, pair_key: bytes
) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    fields = {"op": "link_test", "direction": "down", "size": 200_000, "window": 65536}
    peer.transport.reading.clear()  # type: ignore[attr-defined]
    await peer.send(wire.json_frame(wire.REQUEST, 9, fields))
    await glasses.clock.until(session.done, 2 * IDLE_MS)
    assert session.result() == "idle"


async def test_a_phone_that_asks_but_does_not_read_is_cut_off(glasses: Glasses, pair_key: bytes) -> None:
    """The answer waits for room, so the next request is not even read: memory does not grow, and the minute passes."""
    peer, session = await glasses.greet(PHONE, pair_key)
    peer.transport.reading.clear()  # type: ignore[attr-defined]
    requests = b"".join(wire.json_frame(wire.REQUEST, number, {"op": "status"}) for number in range(2, 400))
    sending = [peer.encrypt(requests[at : at + 4000]) for at in range(0, len(requests), 4000)]
    for piece in sending[:2]:
        await peer.transport.write(piece)
    await glasses.clock.until(session.done, 3 * IDLE_MS)
    assert session.result() == "idle"
