"""Each fix of `controller.py` and `link.py`: the fault on Bumble's own class, and its absence on ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bumble import att, core, hci
from bumble import controller as stock
from bumble import link as stock_link
from bumble.device import Advertisement, AdvertisingType, Connection, Device, DeviceConfiguration, Peer
from bumble.host import Host

from host_tools.simulator.radio.controller import RadioController
from host_tools.simulator.radio.link import PacedLink
from host_tools.simulator.radio.profiles import PROFILES
from tests.unit.radio.virtual_time import in_virtual_time

BOARD, PHONE = "24:0A:C4:00:00:01", "F0:0D:00:00:00:01"
STUCK_S = 5
OURS = pytest.mark.parametrize("ours", [False, True], ids=["stock", "ours"])


def a_link(ours: bool) -> stock_link.LocalLink:
    return PacedLink(PROFILES["instant"]) if ours else stock_link.LocalLink()


def a_controller(ours: bool, link: stock_link.LocalLink, address: str) -> stock.Controller:
    if ours:
        assert isinstance(link, PacedLink)
        return RadioController("test", link, address)
    controller = stock.Controller("test", link=link, public_address=address)
    # Legacy commands on both, so that it is the same behaviour that is compared.
    controller.le_features &= ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    return controller


async def powered(controller: stock.Controller, random_address: str) -> Device:
    host = Host()
    host.controller = controller
    device = Device(config=DeviceConfiguration(address=hci.Address(random_address)), host=host)
    await device.power_on()
    return device


@asynccontextmanager
async def two_devices(ours: bool, link: stock_link.LocalLink | None = None) -> AsyncGenerator[tuple[Device, Device]]:
    link = link or a_link(ours)
    board = await powered(a_controller(ours, link, BOARD), "C0:00:00:00:00:01")
    yield board, await powered(a_controller(ours, link, PHONE), "C0:00:00:00:00:02")


async def advertise(board: Device, own: hci.OwnAddressType = hci.OwnAddressType.RANDOM, **more: Any) -> None:
    await board.start_advertising(
        own_address_type=own,
        advertising_data=b"\x02\x01\x06",
        scan_response_data=b"\x05\x09Test",
        advertising_interval_min=100,
        advertising_interval_max=100,
        **more,
    )


async def connect(board: Device, phone: Device, own: hci.OwnAddressType = hci.OwnAddressType.RANDOM) -> Connection:
    await advertise(board, own)
    address = board.public_address if own == hci.OwnAddressType.PUBLIC else board.random_address
    return await phone.connect(address, own_address_type=own)


async def finishes(action: Callable[[], Awaitable[object]]) -> bool:
    """Whether it returns at all, and without an error."""
    try:
        await asyncio.wait_for(asyncio.ensure_future(action()), STUCK_S)
    except (TimeoutError, core.BaseBumbleError, hci.HCI_Error):
        return False
    return True


async def names_heard(phone: Device, *, active: bool) -> set[bytes]:
    heard: list[Advertisement] = []
    phone.on(Device.EVENT_ADVERTISEMENT, heard.append)
    await phone.start_scanning(active=active, legacy=True)
    await asyncio.sleep(1)
    return {value for each in heard for kind, value in each.data.ad_structures if kind == 9}


@OURS
@in_virtual_time
async def test_the_scan_response_is_heard(ours: bool):
    async with two_devices(ours) as (board, phone):
        await advertise(board)
        assert (await names_heard(phone, active=True) == {b"Test"}) is ours


@OURS
@in_virtual_time
async def test_a_passive_scanner_is_answered_nothing(ours: bool):
    async with two_devices(ours) as (board, phone):
        reports: list[Any] = []
        phone.host.on("advertising_report", reports.append)
        await advertise(board)
        await phone.start_scanning(active=False, legacy=True)
        await asyncio.sleep(1)
        kinds = {report.event_type for report in reports}
        assert (hci.HCI_LE_Advertising_Report_Event.EventType.SCAN_RSP not in kinds) is ours


@OURS
@in_virtual_time
async def test_advertisements_come_at_their_interval(ours: bool):
    async with two_devices(ours) as (board, phone):
        reports: list[Any] = []
        phone.host.on("advertising_report", reports.append)
        await phone.start_scanning(active=False, legacy=True)
        await advertise(board)
        await asyncio.sleep(1.05)
        count = sum(report.event_type == hci.HCI_LE_Advertising_Report_Event.EventType.ADV_IND for report in reports)
        assert (count == 11) is ours


@OURS
@in_virtual_time
async def test_a_beacon_that_takes_no_connections_is_heard_and_takes_none(ours: bool):
    async with two_devices(ours) as (board, phone):
        await advertise(board, advertising_type=AdvertisingType.UNDIRECTED_SCANNABLE)
        assert (await names_heard(phone, active=True) == {b"Test"}) is ours
        await phone.stop_scanning(legacy=True)
        attempt = asyncio.ensure_future(phone.connect(board.random_address, timeout=None))
        await asyncio.sleep(1)
        assert not attempt.done()
        attempt.cancel()


@OURS
@in_virtual_time
async def test_a_late_connect_request_meets_the_advertisement_of_now(ours: bool):
    async with two_devices(ours) as (board, phone):
        await advertise(board, advertising_type=AdvertisingType.UNDIRECTED_SCANNABLE)
        controller = board.host.controller
        assert isinstance(controller, stock.Controller)
        controller.on_le_connect_ind(
            stock.ll.ConnectInd(phone.random_address, board.random_address, interval=24, latency=0, timeout=42)
        )
        assert (not controller.le_connections) is ours


@OURS
@in_virtual_time
async def test_a_cancelled_connection_attempt_is_over(ours: bool):
    async with two_devices(ours) as (_board, phone):
        assert await finishes(lambda: phone.connect("C0:00:00:00:00:99", timeout=0.5)) is False
        controller = phone.host.controller
        assert isinstance(controller, stock.Controller)
        assert (controller.pending_le_connection is None) is ours


@in_virtual_time
async def test_cancelling_without_an_attempt_is_refused():
    async with two_devices(True) as (_board, phone):
        with pytest.raises(hci.HCI_Error):
            await phone.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())


@OURS
@in_virtual_time
async def test_the_data_length_can_be_asked_for(ours: bool):
    async with two_devices(ours) as (board, phone):
        connection = await connect(board, phone)
        assert await finishes(lambda: connection.set_data_length(251, 2120)) is ours
        await asyncio.sleep(0.01)
        assert (connection.data_length.max_tx_octets == 251) is ours


@in_virtual_time
async def test_the_profile_limits_the_data_length_and_the_phy():
    link = PacedLink(PROFILES["no_dle_27"])
    async with two_devices(True, link) as (board, phone):
        connection = await connect(board, phone)
        phys: list[core.ConnectionPHY] = []
        connection.on(connection.EVENT_CONNECTION_PHY_UPDATE, phys.append)
        await connection.set_data_length(251, 2120)
        await connection.set_phy(tx_phys=[hci.Phy.LE_2M], rx_phys=[hci.Phy.LE_2M])
        await asyncio.sleep(0.01)
        assert connection.data_length.max_tx_octets == 27
        assert [(phy.tx_phy, phy.rx_phy) for phy in phys] == [(hci.Phy.LE_1M, hci.Phy.LE_1M)]


@OURS
@in_virtual_time
async def test_asking_for_a_phy_returns(ours: bool):
    async with two_devices(ours) as (board, phone):
        connection = await connect(board, phone)
        phys: list[core.ConnectionPHY] = []
        connection.on(connection.EVENT_CONNECTION_PHY_UPDATE, phys.append)
        await finishes(lambda: connection.set_phy(tx_phys=[hci.Phy.LE_2M], rx_phys=[hci.Phy.LE_2M]))
        await asyncio.sleep(0.01)
        assert (len(phys) == 1) is ours


@OURS
@in_virtual_time
async def test_public_addresses_carry_data(ours: bool):
    async with two_devices(ours) as (board, phone):
        connection = await connect(board, phone, hci.OwnAddressType.PUBLIC)
        assert await finishes(lambda: Peer(connection).request_mtu(100)) is ours


@OURS
@in_virtual_time
async def test_packets_stay_with_the_controller_until_the_air_takes_them(ours: bool):
    link = PacedLink(PROFILES["phone_30ms"]) if ours else stock_link.LocalLink()
    async with two_devices(ours, link) as (board, phone):
        await connect(board, phone)
        await asyncio.sleep(0.1)
        (connection,) = board.connections.values()
        for _ in range(12):
            board.gatt_server.send_gatt_pdu(
                connection, bytes(att.ATT_Handle_Value_Notification(attribute_handle=3, attribute_value=bytes(100)))
            )
        await asyncio.sleep(0.001)
        queue = connection.data_packet_queue
        assert queue is not None
        assert (queue.pending == 12) is ours


class _HangsUpAtOnce(RadioController):
    """Ours, but for the disconnect command."""

    on_hci_disconnect_command = stock.Controller.on_hci_disconnect_command


@pytest.mark.parametrize(("cls", "arrives"), [(_HangsUpAtOnce, False), (RadioController, True)], ids=["stock", "ours"])
@in_virtual_time
async def test_hanging_up_does_not_overtake_data(cls: type[RadioController], arrives: bool):
    link = PacedLink(PROFILES["phone_30ms"])
    board = await powered(cls("board", link, BOARD), "C0:00:00:00:00:01")
    phone = await powered(RadioController("phone", link, PHONE), "C0:00:00:00:00:02")
    at_phone = await connect(board, phone)
    values: list[bytes] = []
    Peer(at_phone).gatt_client.notification_subscribers[3] = {values.append}
    (at_board,) = board.connections.values()
    notification = att.ATT_Handle_Value_Notification(attribute_handle=3, attribute_value=b"last words")
    board.gatt_server.send_gatt_pdu(at_board, bytes(notification))
    await at_board.disconnect()
    await asyncio.sleep(0.1)
    assert (values == [b"last words"]) is arrives
    assert (not phone.connections) is arrives


@in_virtual_time
async def test_hanging_up_on_nobody_is_refused():
    async with two_devices(True) as (board, phone):
        connection = await connect(board, phone)
        await connection.disconnect()
        with pytest.raises(hci.HCI_Error):
            await connection.disconnect()


@OURS
@in_virtual_time
async def test_a_connection_can_end_at_both_ends_at_once(ours: bool):
    async with two_devices(ours) as (board, phone):
        await connect(board, phone)
        controller = board.host.controller
        assert isinstance(controller, stock.Controller)
        (connection,) = controller.le_connections.values()
        controller.on_le_disconnected(connection, 0x13)
        try:
            controller.on_le_disconnected(connection, 0x13)
            harmless = True
        except KeyError:
            harmless = False
        assert harmless is ours


@OURS
@in_virtual_time
async def test_the_slower_of_two_phones_learns_that_it_is_not_connected(ours: bool, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    async with two_devices(ours) as (board, first):
        controller = board.host.controller
        assert isinstance(controller, stock.Controller)
        second = await powered(a_controller(ours, controller.link, "F0:0D:00:00:00:02"), "C0:00:00:00:00:03")
        attempts = [asyncio.ensure_future(each.connect(board.random_address, timeout=1)) for each in (first, second)]
        await asyncio.sleep(0.01)
        await advertise(board)
        await asyncio.gather(*attempts, return_exceptions=True)
        await asyncio.sleep(0.1)
        believing = len(first.connections) + len(second.connections)
        assert len(board.connections) == 1
        assert (believing == 1) is ours
