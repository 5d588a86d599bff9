"""The link in virtual time: pacing, loss, latency, silence and scripted drops give exact figures."""

from __future__ import annotations

import asyncio
import errno

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from host_tools.simulator.boardlink import BoardErrno
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends, install
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.simulator.radio.stats import TO_GLASSES, TO_PHONE
from tests.unit.radio.stands import RX, SERVICE, TX, BoardInProcess, on_the_air
from tests.unit.radio.virtual_time import in_virtual_time


async def find(phone: VirtualAdapter, timeout: float = 5) -> BLEDevice | None:
    return await BleakScanner.find_device_by_filter(
        lambda _, data: SERVICE in data.service_uuids, timeout=timeout, backend=backends(phone).scanner
    )


async def connect(phone: VirtualAdapter, gone: asyncio.Event | None = None) -> BleakClient:
    device = await find(phone)
    assert device is not None
    client = BleakClient(device, disconnected_callback=lambda _: gone.set() if gone else None)
    await client.connect()
    return client


async def notify_all(board: BoardInProcess, connection: int, handle: int, pieces: list[bytes]) -> int:
    """Notify everything as firmware does, waiting 5 ms when there is no room; return how often there was none."""
    refused = 0
    for piece in pieces:
        while True:
            try:
                await board.call("gatts_notify", connection, handle, piece)
                break
            except BoardErrno as error:
                if error.errno != errno.ENOMEM:
                    raise
            refused += 1
            await asyncio.sleep(0.005)
    return refused


class Count:
    """Counts notified bytes and wakes at the last one."""

    def __init__(self, expected: int) -> None:
        self.data = bytearray()
        self.complete = asyncio.Event()
        self._expected = expected

    def take(self, _characteristic: object, data: bytearray) -> None:
        self.data += data
        if len(self.data) >= self._expected:
            self.complete.set()


async def seconds_for(profile: str, size: int) -> float:
    """Virtual time that `size` bytes of full notifications take over the profile."""
    async with on_the_air(profile) as (board, _radio, phone):
        tx, _ = await board.serve()
        client = await connect(phone)
        handle = (await board.event_with(1))[1]
        piece = bytes(client.mtu_size - 3)
        pieces = [piece] * (size // len(piece))
        count = Count(len(pieces) * len(piece))
        await client.start_notify(TX, count.take)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        await notify_all(board, handle, tx, pieces)
        await count.complete.wait()
        return loop.time() - begun_s


@in_virtual_time
async def test_six_packets_in_thirty_milliseconds_are_48_kilobytes_a_second():
    packets = 24_400 // 244
    assert await seconds_for("phone_30ms", 24_400) == pytest.approx((packets / 6) * 0.030, abs=0.030)


@in_virtual_time
async def test_an_event_of_a_2m_interval_holds_ten_full_packets():
    profile = PROFILES["pc_15ms_2M"]
    per_event = int(15_000 // (profile.airtime_us(251) + profile.airtime_us(0)))
    assert per_event == 10
    assert await seconds_for("pc_15ms_2M", 24_400) == pytest.approx(0.015 * 100 / per_event, abs=0.015)


@in_virtual_time
async def test_without_data_length_extension_a_notification_takes_seven_packets():
    events = (18_200 // 182) * 7 / 6
    assert await seconds_for("no_dle_27", 18_200) == pytest.approx(events * 0.030, rel=0.02)


@in_virtual_time
async def test_lost_packets_cost_time_and_no_bytes():
    assert await seconds_for("lossy", 24_400) > await seconds_for("pc_15ms_2M", 24_400)


@in_virtual_time
async def test_loss_is_counted_and_everything_arrives_in_order():
    async with on_the_air("pc_15ms_2M") as (board, radio, phone):
        tx, _ = await board.serve()
        client = await connect(phone)
        radio.set_loss(0.4)
        handle = (await board.event_with(1))[1]
        pieces = [bytes([n]) * 50 for n in range(200)]
        count = Count(50 * 200)
        await client.start_notify(TX, count.take)
        await notify_all(board, handle, tx, pieces)
        await count.complete.wait()
        assert count.data == b"".join(pieces)
        # 4 lost of 10 sent: two thirds as many again as arrive.
        assert radio.stats.retransmissions == pytest.approx(200 * 4 / 6, rel=0.3)


@in_virtual_time
async def test_latency_delays_but_keeps_the_order():
    async with on_the_air() as (board, radio, phone):
        tx, _ = await board.serve()
        client = await connect(phone)
        handle = (await board.event_with(1))[1]
        count = Count(3)
        await client.start_notify(TX, count.take)
        radio.set_latency(100)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        await board.call("gatts_notify", handle, tx, b"1")
        radio.set_latency(0)
        await board.call("gatts_notify", handle, tx, b"2")
        await board.call("gatts_notify", handle, tx, b"3")
        await count.complete.wait()
        assert count.data == b"123"
        assert loop.time() - begun_s == pytest.approx(0.1, abs=0.001)


@in_virtual_time
async def test_two_busy_phones_share_the_glasses_radio():
    async with on_the_air("pc_15ms_2M") as (board, radio, first):
        tx, _ = await board.serve()
        second = VirtualAdapter(radio.link)
        clients = [await connect(first)]
        await board.advertise()
        clients.append(await connect(second))
        handles = [event[1] for event in board.events if event[0] == 1]
        assert len(set(handles)) == 2
        counts = [Count(8_000), Count(8_000)]
        for client, count in zip(clients, counts, strict=True):
            await client.start_notify(TX, count.take)
        begun_s = asyncio.get_running_loop().time()
        pieces = [bytes(244)] * 33
        await asyncio.gather(*(notify_all(board, handle, tx, pieces) for handle in handles))
        await asyncio.gather(*(count.complete.wait() for count in counts))
        together_s = asyncio.get_running_loop().time() - begun_s
        await second.close()
    assert together_s > 1.5 * await seconds_for("pc_15ms_2M", 8_000)


@in_virtual_time
async def test_a_short_fade_is_a_pause():
    async with on_the_air("pc_15ms_2M") as (board, radio, phone):
        _, rx = await board.serve(rx_flags=0x0A)
        client = await connect(phone)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        fade = asyncio.create_task(radio.fade(0.4))
        await asyncio.sleep(0)
        await client.write_gatt_char(RX, b"x", response=True)
        await fade
        assert 0.4 <= loop.time() - begun_s < 0.46
        assert client.is_connected
        assert await board.call("gatts_read", rx) == b"x"


@in_virtual_time
async def test_a_long_fade_ends_the_connection_at_the_supervision_timeout_for_both():
    async with on_the_air("pc_15ms_2M") as (board, radio, phone):
        await board.serve()
        gone = asyncio.Event()
        client = await connect(phone, gone)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        fade = asyncio.create_task(radio.fade(1.0))
        await gone.wait()
        assert loop.time() - begun_s == pytest.approx(0.42, abs=0.01)
        assert not client.is_connected
        await board.event_with(2)
        assert radio.connected == 0
        await fade
        assert loop.time() - begun_s == pytest.approx(1.0, abs=0.01)


@in_virtual_time
async def test_out_of_range_hides_the_advertisement():
    async with on_the_air() as (board, radio, phone):
        await board.serve()
        radio.set_out_of_range(True)
        assert await find(phone, timeout=1) is None
        radio.set_out_of_range(False)
        assert await find(phone, timeout=1) is not None


@in_virtual_time
async def test_a_board_without_power_is_noticed_only_at_the_supervision_timeout():
    async with on_the_air("pc_15ms_2M") as (board, radio, phone):
        await board.serve()
        gone = asyncio.Event()
        client = await connect(phone, gone)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        board.lose_power()
        assert radio.connected == 0
        assert client.is_connected

        async def write_thirty() -> None:
            for _ in range(30):
                await client.write_gatt_char(RX, b"x", response=False)

        # Nothing is acknowledged any more, so the queue fills and the writer waits for the end.
        with pytest.raises(BleakError):
            await write_thirty()
        await gone.wait()
        assert loop.time() - begun_s == pytest.approx(0.42, abs=0.01)
        assert [event for event in board.events if event[0] == 2] == []


@in_virtual_time
async def test_the_successor_of_a_lost_board_takes_new_connections():
    async with on_the_air() as (board, _radio, phone):
        await board.serve()
        gone = asyncio.Event()
        await connect(phone, gone)
        board.lose_power()
        await gone.wait()
        await board.serve()
        client = await connect(phone)
        await client.write_gatt_char(RX, b"again", response=True)
        await client.disconnect()


@in_virtual_time
async def test_a_drop_is_seen_at_both_ends_at_once():
    async with on_the_air("phone_30ms") as (board, radio, phone):
        await board.serve()
        gone = asyncio.Event()
        client = await connect(phone, gone)
        pending = asyncio.create_task(client.write_gatt_char(RX, b"x", response=True))
        await asyncio.sleep(0.001)
        radio.drop()
        with pytest.raises(BleakError):
            await pending
        await gone.wait()
        await board.event_with(2)
        assert radio.connected == 0


@pytest.mark.parametrize("limit", [1_000, 2_500])
@in_virtual_time
async def test_drop_after_lets_no_byte_too_many_through(limit: int):
    async with on_the_air("phone_30ms") as (board, radio, phone):
        tx, _ = await board.serve()
        gone = asyncio.Event()
        client = await connect(phone, gone)
        count = Count(100_000)
        await client.start_notify(TX, count.take)
        handle = (await board.event_with(1))[1]
        before = sum(radio.stats.bytes_by_direction.values())
        radio.drop_after(limit)
        for _ in range(16):
            await board.call("gatts_notify", handle, tx, bytes(244))
        await gone.wait()
        crossed = sum(radio.stats.bytes_by_direction.values()) - before
        assert crossed == limit // 251 * 251
        assert len(count.data) == limit // 251 * 244
        # One drop was asked for: the next connection stands.
        await board.advertise()
        client = await connect(phone)
        await client.write_gatt_char(RX, bytes(200), response=True)
        assert client.is_connected


@in_virtual_time
async def test_bytes_are_counted_by_direction_and_characteristic():
    async with on_the_air() as (board, radio, phone):
        tx, _ = await board.serve()
        client = await connect(phone)
        await client.start_notify(TX, Count(1).take)
        up, down = radio.stats.bytes_by_direction[TO_GLASSES], radio.stats.bytes_by_direction[TO_PHONE]
        await client.write_gatt_char(RX, bytes(100), response=False)
        await board.event_with(3)
        handle = (await board.event_with(1))[1]
        await board.call("gatts_notify", handle, tx, bytes(30))
        await asyncio.sleep(0.01)
        assert radio.stats.bytes_by_direction[TO_GLASSES] - up == 100 + 7
        assert radio.stats.bytes_by_direction[TO_PHONE] - down == 30 + 7
        assert radio.stats.connections == 1
        assert radio.stats.as_dict()["written_bytes"] == {RX: 100}
        assert radio.stats.as_dict()["notified_bytes"] == {TX: 30}


@in_virtual_time
async def test_a_change_of_profile_serves_what_is_already_queued():
    async with on_the_air("phone_30ms") as (board, radio, phone):
        tx, _ = await board.serve()
        client = await connect(phone)
        count = Count(244 * 10)
        await client.start_notify(TX, count.take)
        handle = (await board.event_with(1))[1]
        for _ in range(10):
            await board.call("gatts_notify", handle, tx, bytes(244))
        begun_s = asyncio.get_running_loop().time()
        radio.set_profile("instant")
        await count.complete.wait()
        assert asyncio.get_running_loop().time() == begun_s
        # The connection event that was already planned finds nothing to do.
        await asyncio.sleep(0.1)
        await client.write_gatt_char(RX, b"still here", response=True)


@in_virtual_time
async def test_loss_is_refused_where_it_means_nothing():
    async with on_the_air() as (_board, radio, _phone):
        for fraction in (-0.1, 1.0):
            with pytest.raises(ValueError, match="loss"):
                radio.set_loss(fraction)
        with pytest.raises(ValueError, match="paced"):
            radio.set_loss(0.1)
        radio.set_profile("pc_15ms_2M")
        radio.set_loss(0.1)
        assert radio.profile.loss == 0.1


@in_virtual_time
async def test_two_phones_that_answer_one_advertisement_do_not_both_believe_they_are_connected():
    async with on_the_air() as (board, radio, first):
        await board.serve()
        second = VirtualAdapter(radio.link)
        devices = await asyncio.gather(find(first), find(second))
        clients = [BleakClient(device) for device in devices if device is not None]
        results = await asyncio.gather(*(client.connect() for client in clients), return_exceptions=True)
        assert [isinstance(result, BleakError) for result in results].count(True) == 1
        assert [client.is_connected for client in clients].count(True) == 1
        assert radio.connected == 1
        await second.close()


@in_virtual_time
async def test_what_was_handed_over_before_hanging_up_still_arrives():
    async with on_the_air("phone_30ms") as (board, radio, phone):
        tx, _ = await board.serve()
        gone = asyncio.Event()
        client = await connect(phone, gone)
        count = Count(2_440)
        await client.start_notify(TX, count.take)
        handle = (await board.event_with(1))[1]
        for _ in range(10):
            await board.call("gatts_notify", handle, tx, bytes(244))
        assert await board.call("gap_disconnect", handle)
        await gone.wait()
        assert len(count.data) == 2_440
        await board.event_with(2)
        assert radio.connected == 0


def test_without_an_adapter_there_is_no_bluetooth():
    install()
    with pytest.raises(BleakError, match="no virtual adapter"):
        BleakScanner()
