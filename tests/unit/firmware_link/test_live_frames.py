"""A live frame on its way out of a session: not one byte leaves once it may not, and no copy stays."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import pytest
from plainsight import wire
from plainsight.errors import Refused
from plainsight.media import Source

from tests.unit.firmware_link.glasses_side import PHONE, Glasses
from tests.unit.firmware_link.manual_clock import others
from tests.unit.firmware_link.peer import Peer, settled

JPEG = b"\xff\xd8" + bytes(range(1, 251)) * 160 + b"\xff\xd9"  # 40 kB: more than the ring to the bearer holds
LIVE_FRAME = {"op": "live_frame", "window": wire.MAX_WINDOW}


class Shown(Source):
    """In place of a live session's frame; `may_leave` is in the test's hand."""

    def __init__(self) -> None:
        self.size = -1
        self.may_leave = True
        self.exposed = asyncio.Event()
        self.left = 0
        self.closed = 0
        self.answered = asyncio.Event()

    async def answer(self, scratch: bytearray) -> dict[str, Any]:
        await self.exposed.wait()
        self.size = len(JPEG)
        return {"seq": 1, "time_ms": 0, "size": self.size, "sha256": hashlib.sha256(JPEG).hexdigest(), "light": {}}

    def leaves(self) -> None:
        if not self.may_leave:
            raise Refused("not_live")

    def read_into(self, offset: int, view: memoryview) -> int:
        self.leaves()
        view[:] = JPEG[offset : offset + len(view)]
        return len(view)

    def sent(self, view: memoryview) -> None:
        self.left += len(view)
        view[:] = bytes(len(view))

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
async def link(glasses: Glasses) -> tuple[Peer, asyncio.Task[str], Shown]:
    peer, session, _ = await glasses.pair(PHONE)
    shown = Shown()
    glasses.service._sources["live_frame"] = lambda _fields, _phone: shown
    return peer, session, shown


def copies(glasses: Glasses) -> bytes:
    """The buffer in which frames are built."""
    assert glasses.session is not None
    assert glasses.session._conversation is not None
    return bytes(glasses.session._conversation._frame)


async def test_it_crosses_whole_and_no_copy_stays(glasses: Glasses, link: tuple[Peer, Any, Shown]) -> None:
    peer, _, shown = link
    shown.exposed.set()
    assert await peer.fetch("size", **LIVE_FRAME) == JPEG
    await others()
    assert shown.closed == 1
    assert not any(copies(glasses)[wire.HEADER_BYTES + 4 :])


async def test_requests_are_answered_while_a_frame_is_exposed(link: tuple[Peer, Any, Shown]) -> None:
    peer, _, shown = link
    number = peer.next_request()
    await peer.send(wire.json_frame(wire.REQUEST, number, LIVE_FRAME))
    assert (await peer.ask("status"))["recording"] == "nothing"
    assert (await peer.ask("live_frame", window=4096))["error"] == "busy"
    shown.exposed.set()
    assert (await peer.response(number))["size"] == len(JPEG)


async def test_an_answer_that_may_not_leave_any_more_does_not(link: tuple[Peer, Any, Shown]) -> None:
    peer, _, shown = link
    shown.exposed.set()
    shown.may_leave = False
    assert await peer.ask("live_frame", window=4096) == {"error": "not_live"}
    await others()
    assert (shown.left, shown.closed) == (0, 1)


async def test_what_waits_for_room_does_not_leave_once_it_may_not(link: tuple[Peer, Any, Shown]) -> None:
    peer, _, shown = link
    number = peer.next_request()
    await peer.send(wire.json_frame(wire.REQUEST, number, LIVE_FRAME))
    peer.transport.reading.clear()  # type: ignore[attr-defined]
    shown.exposed.set()
    await others()
    left = shown.left
    assert 0 < left < len(JPEG), "the bearer is full"
    shown.may_leave = False
    peer.transport.reading.set()  # type: ignore[attr-defined]
    assert (await peer.response(number))["size"] == len(JPEG)
    came = 0
    while (frame := await peer.frame())[0] == wire.MEDIA:
        came += len(frame[2]) - 4
    assert (frame[0], json.loads(frame[2])) == (wire.RESPONSE, {"error": "not_live"})
    assert came == left


@pytest.mark.parametrize("exposed", [False, True])
async def test_a_frame_that_is_given_up_is_let_go(link: tuple[Peer, Any, Shown], exposed: bool) -> None:
    peer, session, shown = link
    number = peer.next_request()
    await peer.send(wire.json_frame(wire.REQUEST, number, LIVE_FRAME))
    await others()
    if exposed:
        shown.exposed.set()
        assert (await peer.response(number))["size"] == len(JPEG)
    await peer.send(wire.frame(wire.CANCEL, number))
    await others()
    assert shown.closed == 1
    assert not session.done()


async def test_a_session_that_ends_lets_its_frame_go(link: tuple[Peer, asyncio.Task[str], Shown]) -> None:
    peer, session, shown = link
    await peer.send(wire.json_frame(wire.REQUEST, peer.next_request(), LIVE_FRAME))
    await others()
    await peer.transport.close()
    await settled(session)
    await others()
    assert shown.closed == 1
