"""Unmodified Bleak code on the virtual adapter: what it finds, what it is told when things fail."""

from __future__ import annotations

import asyncio
from pathlib import Path

import bleak
import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.client import get_platform_client_backend_type
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from bumble.device import Advertisement
from bumble.hci import Address
from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends, install, uninstall, using
from host_tools.simulator.radio.bleak_scanner import advertisement_data
from host_tools.simulator.radio.radio import VirtualRadio
from tests.unit.radio.stands import RX, SERVICE, TX, BoardInProcess, on_the_air, uuid_bytes
from tests.unit.radio.virtual_time import in_virtual_time

BOARD = "24:0A:C4:00:00:01"
NOBODY = "24:0A:C4:00:00:99"


async def find() -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(lambda _, data: SERVICE in data.service_uuids, timeout=5)
    assert device is not None
    return device


@in_virtual_time
async def test_a_scan_finds_name_services_and_address():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        found = await BleakScanner.discover(timeout=1, return_adv=True)
        device, data = found[BOARD]
        assert (device.name, data.local_name, data.service_uuids, data.rssi) == ("Test", "Test", [SERVICE], -50)


@in_virtual_time
async def test_the_service_filter_filters():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        assert await BleakScanner.discover(timeout=1, service_uuids=[RX]) == []
        assert len(await BleakScanner.discover(timeout=1, service_uuids=[SERVICE])) == 1


@in_virtual_time
async def test_scanners_share_the_radio_and_one_may_stop():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        heard: list[str] = []
        async with BleakScanner(lambda device, _: heard.append(device.address)):
            assert await BleakScanner.discover(timeout=0.5, scanning_mode="passive") == []
            await board.serve()
            await asyncio.sleep(0.5)
        count = len(heard)
        assert count > 5
        await asyncio.sleep(0.5)
        assert len(heard) == count


@in_virtual_time
async def test_a_client_can_be_given_an_address():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        async with BleakClient(BOARD.lower()) as client:
            assert client.is_connected
            assert client.name == "Test"


@in_virtual_time
async def test_an_address_nobody_has_is_not_found():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        with pytest.raises(BleakDeviceNotFoundError) as failure:
            await BleakClient(NOBODY, timeout=1).connect()
        assert failure.value.identifier == NOBODY


@in_virtual_time
async def test_a_device_that_fell_silent_is_a_timeout_and_the_next_attempt_works():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        device = await find()
        await board.call("gap_advertise", None, None, None, True)
        with pytest.raises(TimeoutError):
            await BleakClient(device, timeout=1).connect()
        await board.advertise()
        async with BleakClient(device) as client:
            assert client.is_connected


@in_virtual_time
async def test_an_abandoned_attempt_neither_connects_later_nor_blocks_the_next():
    async with on_the_air() as (board, radio, phone):
        install(phone)
        await board.serve()
        device = await find()
        await board.call("gap_advertise", None, None, None, True)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(BleakClient(device).connect(), 0.5)
        await board.advertise()
        await asyncio.sleep(1)
        assert radio.connected == 0
        async with BleakClient(device):
            assert radio.connected == 1


@in_virtual_time
async def test_services_characteristics_and_descriptors_are_discovered():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.call("active", True)
        user_description = (b"\x01\x29", 0x02)
        characteristics = ((uuid_bytes(TX), 0x12, (user_description,)), (uuid_bytes(RX), 0x0C, ()))
        (handles,) = await board.call("gatts_register_services", ((uuid_bytes(SERVICE), characteristics),))
        await board.call("gatts_write", handles[1], b"what it is", False)
        await board.advertise()
        async with BleakClient(await find()) as client:
            tx = client.services.get_characteristic(TX)
            rx = client.services.get_characteristic(RX)
            assert tx is not None
            assert rx is not None
            assert (tx.handle, handles[1], rx.handle) == handles
            assert set(tx.properties) == {"read", "notify"}
            assert set(rx.properties) == {"write-without-response", "write"}
            assert await client.read_gatt_descriptor(handles[1]) == b"what it is"
            assert rx.max_write_without_response_size == client.mtu_size - 3


@in_virtual_time
async def test_the_smaller_mtu_counts_and_the_board_hears_of_it():
    async with on_the_air("phone_30ms") as (board, _radio, phone):
        install(phone)
        await board.serve()
        await board.call("set_mtu", 100)
        async with BleakClient(await find()) as client:
            assert client.mtu_size == 100
            assert (await board.event_with(21))[2] == 100
            with pytest.raises(BleakError, match="do not fit"):
                await client.write_gatt_char(RX, bytes(98), response=False)
            await client.write_gatt_char(RX, bytes(97), response=False)


@in_virtual_time
async def test_a_write_is_never_longer_than_an_attribute_may_be():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        await board.call("set_mtu", 517)
        async with BleakClient(await find()) as client:
            assert client.mtu_size == 517
            with pytest.raises(BleakError, match="do not fit"):
                await client.write_gatt_char(RX, bytes(513), response=False)


@in_virtual_time
async def test_the_glasses_permissions_are_protocol_errors():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        async with BleakClient(await find()) as client:
            with pytest.raises(BleakGATTProtocolError) as unreadable:
                await client.read_gatt_char(RX)
            with pytest.raises(BleakGATTProtocolError) as unwritable:
                await client.write_gatt_char(TX, b"x", response=True)
            with pytest.raises(BleakCharacteristicNotFoundError):
                await client.read_gatt_char(SERVICE)
        assert unreadable.value.code == BleakGATTProtocolErrorCode.READ_NOT_PERMITTED
        assert unwritable.value.code == BleakGATTProtocolErrorCode.WRITE_NOT_PERMITTED


@in_virtual_time
async def test_a_disconnected_client_says_so():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        _, rx = await board.serve()
        gone: list[BleakClient] = []
        client = BleakClient(await find(), disconnected_callback=gone.append)
        await client.connect()
        with pytest.raises(BleakError, match="already connected"):
            await client.connect()
        characteristic = client.services.get_characteristic(rx)
        assert characteristic is not None
        await client.disconnect()
        assert gone == [client]
        await client.disconnect()
        for response in (True, False):
            with pytest.raises(BleakError):
                await client.write_gatt_char(characteristic, b"x", response=response)
        assert (client.is_connected, client.mtu_size) == (False, 23)


@in_virtual_time
async def test_a_sender_that_waits_for_room_is_told_when_the_link_is_gone():
    async with on_the_air("phone_30ms") as (board, radio, phone):
        install(phone)
        await board.serve()
        async with BleakClient(await find()) as client:

            async def send_for_ever() -> None:
                while True:
                    await client.write_gatt_char(RX, bytes(200), response=False)

            sender = asyncio.create_task(send_for_ever())
            await asyncio.sleep(0.1)
            assert not sender.done()
            radio.drop()
            with pytest.raises(BleakError):
                await sender


@in_virtual_time
async def test_a_request_given_up_does_not_lend_its_answer_to_the_next():
    async with on_the_air("phone_30ms") as (board, _radio, phone):
        install(phone)
        _, rx = await board.serve(tx_flags=0x12, rx_flags=0x0A)
        tx_handle = rx - 3  # value, CCCD, declaration, value
        await board.call("gatts_write", tx_handle, b"first", False)
        await board.call("gatts_write", rx, b"second", False)
        async with BleakClient(await find()) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.read_gatt_char(TX), 0.001)
            assert await client.read_gatt_char(RX) == b"second"


@in_virtual_time
async def test_notifications_start_and_stop():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        tx, _ = await board.serve()
        heard: list[bytes] = []
        async with BleakClient(await find()) as client:
            connection = (await board.event_with(1))[1]
            await client.start_notify(TX, lambda _, data: heard.append(bytes(data)))
            with pytest.raises(BleakError, match="already on"):
                await client.start_notify(TX, lambda _, data: None)
            await board.call("gatts_write", tx, b"to subscribers", True)
            await asyncio.sleep(0.1)
            await client.stop_notify(TX)
            await board.call("gatts_write", tx, b"to nobody", True)
            await board.call("gatts_notify", connection, tx, b"unasked")
            await asyncio.sleep(0.1)
        assert heard == [b"to subscribers"]
        assert 20 not in [event[0] for event in board.events]


@in_virtual_time
async def test_an_indication_is_confirmed_to_the_board():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        tx, _ = await board.serve(tx_flags=0x20)
        heard: list[bytes] = []
        async with BleakClient(await find()) as client:
            connection = (await board.event_with(1))[1]
            await client.start_notify(TX, lambda _, data: heard.append(bytes(data)))
            await board.call("gatts_indicate", connection, tx, b"sure")
            assert await board.event_with(20) == (20, connection, tx, 0)
        assert heard == [b"sure"]


@in_virtual_time
async def test_two_phones_in_one_process_by_context_and_by_backend():
    async with on_the_air() as (board, radio, first):
        second = VirtualAdapter(radio.link)
        await board.serve()
        with using(first):
            device = await find()
            client = BleakClient(device)
            await client.connect()
        await board.advertise()
        chosen = backends(second)
        other = await BleakScanner.find_device_by_address(BOARD, backend=chosen.scanner)
        assert other is not None
        async with BleakClient(other, backend=chosen.client) as other_client:
            peers = {event[3] for event in board.events if event[0] == 1}
            assert len(peers) == 2
            assert client.is_connected
            assert other_client.is_connected
        await second.close()


@in_virtual_time
async def test_a_closed_adapter_hangs_up_and_can_be_used_again():
    async with on_the_air() as (board, radio, phone):
        install(phone)
        await board.serve()
        client = BleakClient(await find())
        await client.connect()
        await phone.close()
        assert not client.is_connected
        await board.event_with(2)
        assert radio.connected == 0
        await board.advertise()
        async with BleakClient(await find()) as client:
            assert client.is_connected


@in_virtual_time
async def test_bonds_are_honestly_absent():
    async with on_the_air() as (board, _radio, phone):
        install(phone)
        await board.serve()
        async with BleakClient(await find(), pair=True) as client:
            with pytest.raises(NotImplementedError):
                await client.pair()
            with pytest.raises(NotImplementedError):
                await client.unpair()


async def test_without_a_simulator_there_is_no_bluetooth(tmp_path: Path):
    install(VirtualAdapter(hci_socket=tmp_path / "nobody.socket"))
    with pytest.raises(BleakBluetoothNotAvailableError) as failure:
        await BleakScanner.discover(timeout=1)
    assert failure.value.reason == BleakBluetoothNotAvailableReason.NO_BLUETOOTH


async def test_when_the_simulator_goes_its_phones_lose_their_connections(tmp_path: Path):
    board = BoardInProcess()
    radio = VirtualRadio(board)
    await radio.serve_hci(tmp_path / "hci.socket")
    phone = VirtualAdapter(hci_socket=tmp_path / "hci.socket")
    install(phone)
    await board.serve()
    gone = asyncio.Event()
    client = BleakClient(await find(), disconnected_callback=lambda _: gone.set())
    await client.connect()
    await radio.close()
    await asyncio.wait_for(gone.wait(), 10)
    with pytest.raises(BleakBluetoothNotAvailableError):
        await BleakScanner.discover(timeout=1)
    await radio.serve_hci(tmp_path / "hci.socket")
    await board.serve()
    async with BleakClient(await find()) as client:
        assert client.is_connected
    await phone.close()
    await radio.close()


async def test_when_a_phones_process_ends_the_board_is_told(tmp_path: Path):
    board = BoardInProcess()
    radio = VirtualRadio(board)
    await radio.serve_hci(tmp_path / "hci.socket")
    phone = VirtualAdapter(hci_socket=tmp_path / "hci.socket")
    install(phone)
    await board.serve()
    await BleakClient(await find()).connect()
    device = await phone.device()
    device.host.hci_sink.close()  # type: ignore[union-attr]  (what the end of a process does to its socket)
    await board.event_with(2)
    assert radio.connected == 0
    await radio.close()


async def test_garbage_at_the_hci_socket_harms_nobody_else(tmp_path: Path):
    board = BoardInProcess()
    radio = VirtualRadio(board)
    await radio.serve_hci(tmp_path / "hci.socket")
    _, writer = await asyncio.open_unix_connection(tmp_path / "hci.socket")
    for garbage in (bytes(range(256)), b"\x01\xff\xff\x00", b"\x02\x01\x00\x00\x00", b"\x04" * 300):
        writer.write(garbage)
        await writer.drain()
    phone = VirtualAdapter(hci_socket=tmp_path / "hci.socket")
    install(phone)
    await board.serve()
    async with BleakClient(await find()) as client:
        assert client.is_connected
    writer.close()
    await phone.close()
    await radio.close()


def test_uninstall_gives_the_platform_back():
    install()
    assert bleak.get_platform_client_backend_type is not get_platform_client_backend_type
    uninstall()
    assert bleak.get_platform_client_backend_type is get_platform_client_backend_type


def test_an_adapter_is_attached_somewhere():
    with pytest.raises(ValueError, match="either"):
        VirtualAdapter()


@given(st.binary(max_size=62))
def test_any_advertisement_can_be_read(data: bytes):
    advertisement_data(Advertisement(Address(BOARD), data_bytes=data))


def test_service_data_and_manufacturer_data_are_read():
    sixteen = b"\x05\x16\x0f\x18\x64\x65"
    full = b"\x12\x21" + uuid_bytes(SERVICE) + b"\x07"
    rest = b"\x04\xff\xff\xff\x09" + b"\x02\x0a\xf4"
    data = advertisement_data(Advertisement(Address(BOARD), data_bytes=sixteen + full + rest))
    assert data.service_data == {"0000180f-0000-1000-8000-00805f9b34fb": b"de", SERVICE: b"\x07"}
    assert (data.manufacturer_data, data.tx_power) == ({0xFFFF: b"\x09"}, -12)
