"""One connection after the other; strangers wait longer each time, the owner at most two seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from plainsight.bearer_ble import BleBearer
from plainsight.door import LONGEST_PAUSE_MS, Door, pause_ms

from tests.unit.firmware_link.glasses_side import PHONE, Glasses
from tests.unit.firmware_link.manual_clock import ManualClock, others
from tests.unit.firmware_link.peer import Peer
from tests.unit.firmware_link.test_bearer_ble import Radio


class Lamp:
    """In place of the beacon: whether a phone may connect."""

    def __init__(self) -> None:
        self.accepts: list[bool] = []

    def accept(self, connectable: bool) -> None:
        self.accepts.append(connectable)


class RadioTransport:
    """A phone that speaks through the radio's events, on the four characteristics in turn, within its credit."""

    def __init__(self, radio: Radio, handle: int) -> None:
        self._radio = radio
        self._handle = handle
        self._sent = 0
        self._read = len(radio.sent)
        radio.credits.clear()

    async def write(self, data: bytes) -> None:
        bearer = self._radio.events
        assert bearer
        for at in range(0, len(data), 244):
            while self._sent - (self._radio.credits[-1] if self._radio.credits else 0) >= 4:
                await others()
            bearer.on_packet(self._handle, self._sent % 4, data[at : at + 244])
            self._sent += 1

    async def read(self) -> bytes:
        while self._read == len(self._radio.sent):
            if self._handle in self._radio.hung_up:
                return b""
            await others()
        self._read += 1
        return self._radio.sent[self._read - 1]

    async def close(self) -> None:
        assert self._radio.events
        self._radio.events.on_disconnect(self._handle)


class Stage:
    def __init__(self, glasses: Glasses, clock: ManualClock) -> None:
        self.clock = clock
        self.radio = Radio()
        self.lamp = Lamp()
        self.bearer = BleBearer(self.radio, clock)
        self.bearer.start()
        door: Any = Door(
            self.bearer, self.lamp, glasses.endpoint, glasses.pairing, glasses.service, clock, glasses.log.append
        )
        self.door: Door = door
        self.tasks = [asyncio.create_task(self.bearer.run()), asyncio.create_task(door.run())]
        self._handles = 0

    async def connect(self) -> tuple[Peer, int]:
        self._handles += 1
        self.bearer.on_connect(self._handles)
        self.bearer.on_mtu(self._handles, 247)
        await others()
        return Peer(RadioTransport(self.radio, self._handles)), self._handles

    async def gone(self, handle: int) -> None:
        """The radio confirms that the glasses hung up, and the door is open again."""
        await self.clock.until(lambda: handle in self.radio.hung_up, 20_000)
        self.bearer.on_disconnect(handle)
        await self.reopened()

    async def reopened(self) -> int:
        return await self.clock.until(lambda: self.lamp.accepts[-1], 20_000)


@pytest.fixture
async def pair_key(glasses: Glasses) -> bytes:
    peer, session, key = await glasses.pair(PHONE)
    await peer.transport.close()
    await session
    return key


@pytest.fixture
async def stage(glasses: Glasses, clock: ManualClock, pair_key: bytes) -> AsyncIterator[Stage]:
    stage = Stage(glasses, clock)
    await others()
    yield stage
    for task in stage.tasks:
        task.cancel()


async def test_the_owner_comes_goes_and_comes_again(glasses: Glasses, stage: Stage, pair_key: bytes) -> None:
    for _ in range(2):
        assert stage.lamp.accepts[-1]
        peer, _ = await stage.connect()
        assert not stage.lamp.accepts[-1]
        await peer.knock(pair_key)
        await peer.shake_hands(PHONE.pem_file(glasses.folder))
        assert (await peer.ask("hello", version=1, time_s=5))["phone"] == 1
        stage.door.post("voice", {"voice": "off"})
        assert await peer.event() == {"event": "voice", "voice": "off"}
        await peer.transport.close()
        await stage.reopened()
        assert stage.door.session is None


async def test_a_revocation_reaches_the_live_session(glasses: Glasses, stage: Stage, pair_key: bytes) -> None:
    peer, handle = await stage.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(glasses.folder))
    await peer.ask("status")
    glasses.pairing.revoke(1, 0)
    await stage.gone(handle)
    assert "session ended: revoked" in glasses.log


async def test_a_flood_of_strangers_costs_the_owner_two_seconds(
    glasses: Glasses, stage: Stage, pair_key: bytes
) -> None:
    for _ in range(8):
        peer, handle = await stage.connect()
        await peer.knock(bytes(32))
        await stage.gone(handle)
    assert glasses.log.count("session ended: knock") == 8
    peer, handle = await stage.connect()
    await peer.knock(bytes(32))
    await stage.clock.until(lambda: handle in stage.radio.hung_up, 20_000)
    stage.bearer.on_disconnect(handle)
    await others()
    assert not stage.lamp.accepts[-1]
    assert await stage.reopened() <= LONGEST_PAUSE_MS + 500
    peer, _ = await stage.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(glasses.folder))
    assert (await peer.ask("status"))["items"] == 0
    await peer.transport.close()
    assert await stage.reopened() <= 500


def test_the_pause_grows_and_stays_bounded() -> None:
    pauses = [pause_ms(strangers) for strangers in range(40)]
    assert pauses[0] == 0
    assert pauses[1] > 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_MS == 2000


async def test_nothing_is_posted_where_nobody_is(stage: Stage) -> None:
    stage.door.post("voice", {"voice": "off"})
    assert stage.door.session is None
