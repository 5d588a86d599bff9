"""The glasses' radio as the board sees it: NimBLE's limits, errors and order of events."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice

from host_tools.simulator.boardlink import BoardErrno
from host_tools.simulator.radio.bleak_backend import install
from host_tools.simulator.radio.peripheral import NOTIFY_QUEUE_PACKETS
from host_tools.simulator.radio.profiles import PROFILES, UnknownProfile, profile_named
from tests.unit.radio.stands import RX, SERVICE, TX, BoardInProcess, on_the_air
from tests.unit.radio.virtual_time import in_virtual_time


async def find() -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(lambda _, data: SERVICE in data.service_uuids, timeout=5)
    assert device is not None
    return device


async def errno_of(board: BoardInProcess, method: str, *arguments: Any) -> int:
    with pytest.raises(BoardErrno) as failure:
        await board.call(method, *arguments)
    return failure.value.errno


@in_virtual_time
async def test_a_radio_that_is_off_answers_enodev():
    async with on_the_air() as (board, _radio, _phone):
        calls: tuple[tuple[Any, ...], ...] = (
            ("set_mtu", 100),
            ("address",),
            ("gap_advertise", 20_000, b"", b"", True),
            ("gatts_register_services", ()),
            ("gatts_read", 1),
            ("gatts_notify", 1, 1, b""),
        )
        assert [await errno_of(board, *call) for call in calls] == [errno.ENODEV] * len(calls)


@in_virtual_time
async def test_notifications_fit_the_queue_and_not_one_more():
    assert 12 <= NOTIFY_QUEUE_PACKETS <= 24
    async with on_the_air("phone_30ms") as (board, radio, phone):
        install(phone)
        tx, _ = await board.serve()
        async with BleakClient(await find()) as client:
            heard: list[bytes] = []
            await client.start_notify(TX, lambda _, data: heard.append(bytes(data)))
            connection = (await board.event_with(1))[1]
            for number in range(NOTIFY_QUEUE_PACKETS):
                await board.call("gatts_notify", connection, tx, bytes([number]))
            assert await errno_of(board, "gatts_notify", connection, tx, b"?") == errno.ENOMEM
            assert radio.stats.enomem == 1
            await asyncio.sleep(0.031)
            await board.call("gatts_notify", connection, tx, b"!")
            await asyncio.sleep(0.2)
            assert heard == [bytes([number]) for number in range(NOTIFY_QUEUE_PACKETS)] + [b"!"]


@in_virtual_time
async def test_too_long_a_notification_is_cut_and_none_means_the_stored_value():
    async with on_the_air("phone_30ms") as (board, _radio, phone):
        install(phone)
        tx, _ = await board.serve()
        async with BleakClient(await find()) as client:
            heard: list[bytes] = []
            await client.start_notify(TX, lambda _, data: heard.append(bytes(data)))
            connection = (await board.event_with(1))[1]
            await board.call("gatts_notify", connection, tx, bytes(300))
            await board.call("gatts_write", tx, b"stored", False)
            await board.call("gatts_notify", connection, tx, None)
            await asyncio.sleep(0.1)
            assert heard == [bytes(244), b"stored"]


@in_virtual_time
async def test_handles_and_connections_that_do_not_exist_are_refused():
    async with on_the_air() as (board, _radio, _phone):
        tx, _ = await board.serve()
        assert await errno_of(board, "gatts_notify", 9, tx, b"") == errno.ENOTCONN
        assert await errno_of(board, "gatts_indicate", 9, tx, b"") == errno.ENOTCONN
        assert await errno_of(board, "gatts_read", 999) == errno.EINVAL
        assert await errno_of(board, "gatts_set_buffer", 999, 10, False) == errno.EINVAL
        assert await board.call("gap_disconnect", 9) is False
        for mtu in (22, 518):
            assert await errno_of(board, "set_mtu", mtu) == errno.EINVAL


@in_virtual_time
async def test_characteristics_that_ask_for_bonds_are_refused():
    async with on_the_air() as (board, _radio, _phone):
        for flag in (0x0200, 0x0400, 0x0800, 0x1000, 0x2000, 0x4000):
            with pytest.raises(BoardErrno) as failure:
                await board.serve(tx_flags=0x02 | flag)
            assert failure.value.errno == errno.EOPNOTSUPP


@in_virtual_time
async def test_registering_again_replaces_the_services():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        first = await board.serve()
        assert await board.serve() == first
        async with BleakClient(await find()) as client:
            assert [service.uuid for service in client.services].count(SERVICE) == 1


@in_virtual_time
async def test_the_value_is_stored_before_the_board_hears_of_it():
    async with on_the_air() as (board, radio, phone):
        install(phone)
        _, rx = await board.serve(rx_buffer=20)
        async with BleakClient(await find()) as client:
            await client.write_gatt_char(RX, b"first", response=True)
            await client.write_gatt_char(RX, b"second", response=True)
            connection = (await board.event_with(1))[1]
            assert [event for event in board.events if event[0] == 3] == [(3, connection, rx)] * 2
            assert await board.call("gatts_read", rx) == b"second"
            assert (radio.stats.overruns[RX], radio.stats.lost_bytes[RX]) == (1, 5)
            await client.write_gatt_char(RX, bytes(21), response=True)
            assert (radio.stats.overruns[RX], radio.stats.lost_bytes[RX]) == (2, 6)
            assert radio.stats.written_bytes[RX] == 5 + 6 + 21


@in_virtual_time
async def test_events_name_the_phone_in_the_order_of_what_happened():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        _, rx = await board.serve()
        async with BleakClient(await find()) as client:
            await client.write_gatt_char(RX, b"x", response=True)
        await board.event_with(2)
        handle, *peer = board.events[0][1:]
        assert board.events == [(1, handle, *peer), (21, handle, 256), (3, handle, rx), (2, handle, *peer)]
        kind, address = peer
        assert (kind, len(address), address[:2]) == (0, 6, b"\xf0\x0d")


@in_virtual_time
async def test_a_beacon_goes_on_during_a_connection_and_takes_no_other():
    async with on_the_air() as (board, radio, phone):
        install(phone)
        await board.serve()
        async with BleakClient(await find()):
            await board.call("gap_advertise", 20_000, None, b"\x05\x09Busy", False)
            device = await find()
            assert device.name == "Busy"
            assert radio.connected == 1
        with pytest.raises(TimeoutError):
            await BleakClient(device, timeout=1).connect()
        await board.call("gap_advertise", 20_000, None, None, True)
        async with BleakClient(device):
            assert (await find_nothing()) is None


async def find_nothing() -> BLEDevice | None:
    """A connectable advertiser falls silent once somebody has connected."""
    return await BleakScanner.find_device_by_filter(lambda _, data: SERVICE in data.service_uuids, timeout=1)


@in_virtual_time
async def test_advertisements_of_more_than_31_bytes_are_refused():
    async with on_the_air() as (board, _radio, _phone):
        await board.serve()
        assert await errno_of(board, "gap_advertise", 20_000, bytes(32), b"", True) == errno.EINVAL
        assert await errno_of(board, "gap_advertise", 20_000, b"", bytes(32), True) == errno.EINVAL


@in_virtual_time
async def test_switching_off_hangs_up_and_forgets():
    async with on_the_air("phone_30ms") as (board, radio, phone):
        install(phone)
        await board.serve()
        gone = asyncio.Event()
        client = BleakClient(await find(), disconnected_callback=lambda _: gone.set())
        await client.connect()
        begun_s = asyncio.get_running_loop().time()
        await board.call("active", False)
        await gone.wait()
        # Long before the supervision timeout: the phone was told.
        assert asyncio.get_running_loop().time() - begun_s < 0.1
        assert radio.connected == 0
        assert await find_nothing() is None
        await board.call("active", True)
        assert await errno_of(board, "gatts_read", 20) == errno.EINVAL


@in_virtual_time
async def test_a_rebooted_radio_does_not_remember_what_it_advertised():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        board.lose_power()
        await board.call("active", True)
        await board.call("gap_advertise", 20_000, None, None, True)
        assert await find_nothing() is None


@in_virtual_time
async def test_power_on_twice_is_once():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        await board.call("active", True)
        async with BleakClient(await find()) as client:
            assert client.is_connected


def test_profiles_are_found_by_name_or_named():
    assert profile_named("phone_30ms") is PROFILES["phone_30ms"]
    with pytest.raises(UnknownProfile, match="phone_30ms") as failure:
        profile_named("carrier pigeon")
    assert failure.value.name == "carrier pigeon"


def test_airtime_follows_the_specification():
    assert PROFILES["pc_15ms_2M"].airtime_us(251) == (2 + 4 + 2 + 251 + 3) * 4 + 150
    assert PROFILES["no_dle_27"].airtime_us(0) == (1 + 4 + 2 + 3) * 8 + 150


def test_suggested_mtus_fill_whole_packets():
    for name, packets in (("phone_30ms", 1), ("pc_15ms_2M", 1), ("lossy", 1), ("no_dle_27", 7)):
        profile = PROFILES[name]
        assert profile.mtu + 4 == packets * profile.ll_octets


@in_virtual_time
async def test_a_new_address_is_new_each_time_and_breaks_no_connection():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        _, rx = await board.serve()
        public = (await find()).address
        async with BleakClient(await find()) as client:
            await board.call("gap_advertise", None, None, None, True)
            seen = set()
            for _ in range(3):
                await board.call("set_address_mode", 1)
                kind, address = await board.call("address")
                assert kind == 1
                assert address[0] & 0xC0 == 0xC0
                seen.add(address)
            assert len(seen) == 3
            await client.write_gatt_char(RX, b"still here", response=True)
            assert await board.call("gatts_read", rx) == b"still here"
            await board.call("gap_advertise", 100_000, None, None, False)
            assert await errno_of(board, "set_address_mode", 1) == errno.EIO
        await board.call("gap_advertise", 100_000, None, None, True)
        assert (await find()).address not in (public, "")
