"""The BLE bearer against a radio that refuses, loses, and forgets to say goodbye."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator

import pytest
from plainsight.bearer_ble import BleBearer, BleConnection

from tests.unit.firmware_link.manual_clock import ManualClock, others

FIRST, SECOND = 1, 2


class Radio:
    """Takes notifications up to `room`, then says ENOMEM."""

    def __init__(self) -> None:
        self.room = 10_000
        self.sent: list[bytes] = []
        self.credits: list[int] = []
        self.hung_up: list[int] = []
        self.order: list[str] = []
        self.failure = errno.ENOMEM
        self.events: BleBearer | None = None

    def start(self, events: BleBearer) -> None:
        self.events = events

    def _take(self, what: str) -> None:
        if self.room == 0:
            raise OSError(self.failure, what)
        self.room -= 1
        self.order.append(what)

    def notify_tx(self, handle: int, data: bytes) -> None:
        self._take("data")
        self.sent.append(bytes(data))

    def notify_credit(self, handle: int, data: bytes) -> None:
        self._take("credit")
        self.credits.append(int.from_bytes(data, "little"))

    def disconnect(self, handle: int) -> None:
        self.hung_up.append(handle)


class Stage:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.radio = Radio()
        self.bearer = BleBearer(self.radio, self.clock)
        self.bearer.start()
        self.task = asyncio.create_task(self.bearer.run())

    async def connect(self, mtu: int = 247) -> BleConnection:
        self.bearer.on_connect(FIRST)
        self.bearer.on_mtu(FIRST, mtu)
        return await asyncio.wait_for(self.bearer.accept(), 5)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    stage.task.cancel()


@pytest.mark.parametrize(("mtu", "packet"), [(23, 20), (185, 182), (247, 244), (300, 244), (498, 495), (517, 495)])
async def test_packets_fill_whole_link_layer_packets(stage: Stage, mtu: int, packet: int) -> None:
    connection = await stage.connect(mtu)
    data = bytes(range(256)) * 8
    connection.stream.write(data)
    await others()
    assert {len(piece) for piece in stage.radio.sent} == {packet}
    connection.stream.push()
    await others()
    assert b"".join(stage.radio.sent) == data
    assert all(len(piece) == packet for piece in stage.radio.sent[:-1])


async def test_a_full_radio_gets_the_same_slice_again(stage: Stage) -> None:
    connection = await stage.connect()
    stage.radio.room = 2
    data = bytes(range(250)) * 8
    connection.stream.write(data)
    connection.stream.push()
    await others()
    assert len(stage.radio.sent) == 2
    await stage.clock.advance(250)
    assert len(stage.radio.sent) == 2
    stage.radio.room = 1000
    await stage.clock.advance(250)
    assert b"".join(stage.radio.sent) == data


async def test_another_error_of_the_radio_ends_the_stream(stage: Stage) -> None:
    connection = await stage.connect()
    stage.radio.room, stage.radio.failure = 0, errno.ENOTCONN
    connection.stream.write(bytes(300))
    await others()
    assert connection.stream.ended


async def test_credit_comes_for_every_two_packets_and_ahead_of_data(stage: Stage) -> None:
    connection = await stage.connect()
    stage.radio.room = 0
    connection.stream.write(bytes(1000))
    for packet in range(4):
        stage.bearer.on_packet(FIRST, packet, b"x")
    await others()
    stage.radio.room = 1000
    await stage.clock.advance(250)
    assert stage.radio.credits == [4]
    assert stage.radio.order[0] == "credit"
    stage.bearer.on_packet(FIRST, 0, b"x")
    await others()
    assert stage.radio.credits == [4]
    stage.bearer.on_packet(FIRST, 1, b"x")
    await others()
    assert stage.radio.credits == [4, 6]


async def test_no_credit_without_room_for_all_of_it_and_then_at_once(stage: Stage) -> None:
    """Whatever credit is out, the ring can take it: a phone that keeps to it never overruns."""
    connection = await stage.connect()
    packet, sent = bytes(495), 0
    while sent - (stage.radio.credits[-1] if stage.radio.credits else 0) < 4:
        stage.bearer.on_packet(FIRST, sent % 4, packet)
        sent += 1
        await others()
        assert sent < 100
    assert not connection.broken
    assert connection.stream.incoming.used() == sent * 495
    granted = stage.radio.credits[-1]
    out = bytearray(connection.stream.incoming.used())
    connection.stream.readinto(out)
    await others()
    assert stage.radio.credits[-1] == sent > granted


async def test_bytes_come_out_in_order(stage: Stage) -> None:
    connection = await stage.connect()
    for number in range(8):
        stage.bearer.on_packet(FIRST, number % 4, bytes([number]) * 3)
    out = bytearray(24)
    assert await asyncio.wait_for(connection.stream.read_exactly(out), 5)
    assert out == b"".join(bytes([number]) * 3 for number in range(8))


@pytest.mark.parametrize("slots", [[1], [0, 0], [0, 2], [0, 1, 2, 3, 1]])
async def test_a_packet_on_the_wrong_characteristic_ends_the_connection(stage: Stage, slots: list[int]) -> None:
    """It was sent twice, lost or overtaken: the stream has a hole."""
    connection = await stage.connect()
    for slot in slots:
        stage.bearer.on_packet(FIRST, slot, b"x")
    await others()
    assert connection.stream.ended


async def test_an_overrun_ends_the_connection(stage: Stage) -> None:
    connection = await stage.connect()
    for number in range(40):
        stage.bearer.on_packet(FIRST, number % 4, bytes(495))
    await others()
    assert connection.stream.ended
    assert connection.stream.incoming.used() <= 8192


async def test_a_second_phone_is_sent_away_and_the_first_one_goes_on(stage: Stage) -> None:
    connection = await stage.connect()
    stage.bearer.on_connect(SECOND)
    stage.bearer.on_packet(SECOND, 0, b"evil")
    stage.bearer.on_mtu(SECOND, 23)
    await others()
    assert stage.radio.hung_up == [SECOND]
    stage.bearer.on_disconnect(SECOND)
    stage.bearer.on_packet(FIRST, 0, b"good")
    await others()
    out = bytearray(4)
    assert connection.stream.readinto(out) == 4
    assert out == b"good"
    connection.stream.write(bytes(244))
    await others()
    assert not connection.stream.ended
    assert [len(piece) for piece in stage.radio.sent] == [244]


async def test_a_lost_link_ends_the_stream_after_what_came(stage: Stage) -> None:
    connection = await stage.connect()
    stage.bearer.on_packet(FIRST, 0, b"last")
    stage.bearer.on_disconnect(FIRST)
    await others()
    out = bytearray(8)
    assert connection.stream.readinto(out) == 4
    assert connection.stream.readinto(out) == 0


async def test_closing_sends_what_is_left_then_hangs_up(stage: Stage) -> None:
    connection = await stage.connect()
    stage.radio.room = 0
    connection.stream.write(b"farewell")
    connection.stream.push()
    closing = asyncio.create_task(stage.bearer.close(connection))
    await others()
    assert stage.radio.hung_up == []
    stage.radio.room = 10
    await stage.clock.advance(250)
    assert stage.radio.sent == [b"farewell"]
    assert stage.radio.hung_up == [FIRST]
    stage.bearer.on_disconnect(FIRST)
    await stage.clock.until(closing.done, 1000)
    stage.bearer.on_connect(SECOND)
    assert (await asyncio.wait_for(stage.bearer.accept(), 5)).handle == SECOND


async def test_closing_waits_neither_for_a_phone_that_does_not_read_nor_for_a_radio_that_says_nothing(
    stage: Stage,
) -> None:
    connection = await stage.connect()
    stage.radio.room = 0
    connection.stream.write(b"farewell")
    connection.stream.push()
    closing = asyncio.create_task(stage.bearer.close(connection))
    took_ms = await stage.clock.until(closing.done, 5000)
    assert 2000 <= took_ms <= 3500
    assert stage.radio.hung_up == [FIRST]
    stage.bearer.on_packet(FIRST, 0, b"late")
    stage.bearer.on_disconnect(FIRST)
    stage.bearer.on_connect(SECOND)
    next_one = await asyncio.wait_for(stage.bearer.accept(), 5)
    assert next_one.handle == SECOND
    assert next_one.stream.incoming.used() == 0
    assert not next_one.gone


async def test_a_link_that_is_gone_is_not_hung_up_again(stage: Stage) -> None:
    connection = await stage.connect()
    stage.bearer.on_disconnect(FIRST)
    await others()
    await asyncio.wait_for(stage.bearer.close(connection), 5)
    assert stage.radio.hung_up == []
