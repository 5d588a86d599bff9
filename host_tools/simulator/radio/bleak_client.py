"""Bleak's client on a virtual adapter; errors are the ones Bleak's own backends raise."""

# Bumble's attribute proxies are generics without arguments.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bumble import att, core, hci
from bumble.device import Connection, Peer
from bumble.gatt_client import CharacteristicProxy

from host_tools.simulator.radio.adapter import VirtualAdapter, hang_up
from host_tools.simulator.radio.bleak_scanner import VirtualScanner
from host_tools.simulator.radio.installed import current_adapter
from host_tools.simulator.radio.uuids import uuid_text

_T = TypeVar("_T")
_SMALLEST_MTU = 23
_ATT_WRITE_HEADER_OCTETS = 3
# Longer values are not attribute values (Core Specification 5.4, Vol 3 Part F, 3.2.9); servers drop them unseen.
_LARGEST_VALUE_OCTETS = 512
# A write without response returns when the operating system has room for the next one.
_QUEUED_WRITES = 8


class VirtualClient(BaseBleakClient):
    """One connection of `adapter`, or of the adapter that scanned the device, or of the installed one."""

    adapter: ClassVar[VirtualAdapter | None] = None

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_platform_arguments: Any,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._device = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        found_by = self._device.details[0] if self._device is not None else None
        self._adapter: VirtualAdapter = self.adapter or found_by or current_adapter()
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._gone: asyncio.Future[None] | None = None
        self._room = asyncio.Event()
        self._subscriptions: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        return (self._device and self._device.name) or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection is not None else _SMALLEST_MTU

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    # Connecting

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """`pair` is ignored: the glasses use no Bluetooth bonds, what they protect is inside TLS."""
        del pair, kwargs
        if self._connection is not None:
            raise BleakError("Client is already connected")
        connection = await self._adapter.connect(await self._address(), self._timeout)
        if connection.handle not in connection.device.connections:
            raise BleakError("failed to connect: the peripheral disconnected")
        self._attach(connection)
        try:
            await self._until_gone(self._set_up(Peer(connection)))
        except BaseException:
            await self.disconnect()
            raise

    async def _address(self) -> hci.Address:
        """Return the peripheral's address; one given as text must be heard advertising within the timeout."""
        if self._device is None:
            self._device = await _find(self._adapter, self.address, self._timeout)
        return self._device.details[1]

    def _attach(self, connection: Connection) -> None:
        self._connection = connection
        self._gone = asyncio.get_running_loop().create_future()
        self._subscriptions.clear()
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        queue = connection.data_packet_queue
        assert queue is not None
        queue.on("flow", self._room.set)

    async def _set_up(self, peer: Peer) -> None:
        await peer.request_mtu(self._adapter.mtu)
        self.services = await _discover(peer, self._largest_write)
        self._peer = peer

    def _on_disconnection(self, _reason: int) -> None:
        connection, self._connection = self._connection, None
        self._peer = None
        self.services = None
        if connection is not None:
            queue = connection.device.host.le_acl_packet_queue
            assert queue is not None
            queue.remove_listener("flow", self._room.set)
        self._room.set()
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection is not None:
            await hang_up(self._connection)

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the virtual adapter keeps no bonds")

    async def unpair(self) -> None:
        raise NotImplementedError("the virtual adapter keeps no bonds")

    # Requests

    async def _until_gone(self, request: Coroutine[Any, Any, _T]) -> _T:
        """Wait for a GATT request or the end of the connection, and translate errors.

        A caller that gives up leaves the request to finish by itself: an answer must not be taken for that of the next.
        """
        gone = self._gone
        if self._connection is None or gone is None:
            request.close()
            raise BleakError("Not connected")
        task = asyncio.ensure_future(request)
        task.add_done_callback(_retrieve)
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        try:
            return await task
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except asyncio.CancelledError as error:
            if gone.done():
                raise BleakError("disconnected") from error
            raise
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error

    def _connected_peer(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        del use_cached, kwargs
        return bytearray(await self._until_gone(self._connected_peer().gatt_client.read_value(characteristic.handle)))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        del use_cached, kwargs
        return bytearray(await self._until_gone(self._connected_peer().gatt_client.read_value(descriptor.handle)))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        client = self._connected_peer().gatt_client
        if response:
            await self._until_gone(client.write_value(characteristic.handle, bytes(data), with_response=True))
            return
        if len(data) > self._largest_write():
            raise BleakError(f"{len(data)} bytes do not fit a write without response at MTU {self.mtu_size}")
        await client.write_value(characteristic.handle, bytes(data), with_response=False)
        await self._wait_for_room()

    def _largest_write(self) -> int:
        return min(self.mtu_size - _ATT_WRITE_HEADER_OCTETS, _LARGEST_VALUE_OCTETS)

    async def _wait_for_room(self) -> None:
        connection = self._connection
        while connection is not None and connection is self._connection:
            queue = connection.data_packet_queue
            if queue is None or queue.pending <= _QUEUED_WRITES:
                return
            self._room.clear()
            await self._room.wait()
        raise BleakError("disconnected")

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        client = self._connected_peer().gatt_client
        await self._until_gone(client.write_value(descriptor.handle, bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        del kwargs
        self._connected_peer()
        if characteristic.handle in self._subscriptions:
            raise BleakError("notifications of this characteristic are already on")

        def deliver(value: bytes) -> None:
            callback(bytearray(value))

        proxy: CharacteristicProxy[bytes] = characteristic.obj
        self._subscriptions[characteristic.handle] = deliver
        await self._until_gone(proxy.subscribe(deliver, prefer_notify=True))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        self._connected_peer()
        proxy: CharacteristicProxy[bytes] = characteristic.obj
        await self._until_gone(proxy.unsubscribe(self._subscriptions.pop(characteristic.handle, None)))


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Mark a request's outcome as seen, in case its caller has given up."""
    if not task.cancelled():
        task.exception()


async def _find(adapter: VirtualAdapter, address: str, timeout_s: float) -> BLEDevice:
    found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

    def on_device(device: BLEDevice, _data: object) -> None:
        if device.address.upper() == address.upper() and not found.done():
            found.set_result(device)

    bound = type("BoundScanner", (VirtualScanner,), {"adapter": adapter})
    scanner = bound(on_device, None, "active")
    await scanner.start()
    try:
        return await asyncio.wait_for(found, timeout_s)
    except TimeoutError:
        raise BleakDeviceNotFoundError(address, f"Device with address {address} was not found.") from None
    finally:
        await scanner.stop()


async def _discover(peer: Peer, largest_write: Callable[[], int]) -> BleakGATTServiceCollection:
    """Ask for services, characteristics and descriptors; return them as Bleak's."""
    collection = BleakGATTServiceCollection()
    for service in await peer.discover_services():
        bleak_service = BleakGATTService(service, service.handle, uuid_text(service.uuid))
        collection.add_service(bleak_service)
        for characteristic in await service.discover_characteristics():
            properties = list(gatt_char_props_to_strs(int(characteristic.properties)))
            bleak_characteristic = BleakGATTCharacteristic(
                characteristic,
                characteristic.handle,
                uuid_text(characteristic.uuid),
                properties,
                largest_write,
                bleak_service,
            )
            collection.add_characteristic(bleak_characteristic)
            for descriptor in await characteristic.discover_descriptors():
                collection.add_descriptor(
                    BleakGATTDescriptor(descriptor, descriptor.handle, uuid_text(descriptor.type), bleak_characteristic)
                )
    return collection
